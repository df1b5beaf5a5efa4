"""Quotes checked again: what became of their sources, in the index and on disk."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, Pincite

import bot
from bot.answering.presentation import STATES, findings
from bot.cli.checks import summary
from bot.errors import CorpusMissing
from bot.generations.quote_checking import cited_passages
from bot.types import CheckedPassage, CitedPassage, QuoteCheck, QuoteState, Version

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

ZINC, LEAD = "Zinc protects steel from rust.", "Lead shields rays."


@pytest.fixture
def cited(engine: bot.Engine, write: Write) -> tuple[CitedPassage, ...]:
    """What an answer from zinc.txt and lead.txt cites, which are indexed."""
    write({"zinc.txt": ZINC, "lead.txt": LEAD})
    engine.sync()
    answer = engine.ask("zinc lead", k=2)
    passages = cited_passages(answer.quotes, answer.citations)
    return tuple(sorted(passages, key=lambda passage: passage.source.path, reverse=True))


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def only(check: QuoteCheck) -> CheckedPassage:
    (checked,) = check.passages
    return checked


def test_quotes_of_sources_that_are_as_they_were_hold(
    engine: bot.Engine, cited: tuple[CitedPassage, ...]
) -> None:
    check = engine.check(cited)

    assert [passage.text for passage in cited] == [ZINC, LEAD]
    assert check.holds
    assert check.generation == 1
    assert check.counts() == {QuoteState.UNCHANGED: 2}
    assert [each.sha256 for each in check.passages] == [sha256_of(ZINC), sha256_of(LEAD)]
    assert [list(findings(each)) for each in check.passages] == [[], []]


def test_a_file_that_was_edited_is_found_before_the_index_knows_of_it(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], write: Write
) -> None:
    write({"zinc.txt": f"News. {ZINC}"})

    check = engine.check(cited)

    zinc, lead = check.passages
    assert (zinc.state, zinc.indexed, zinc.stored) == (
        QuoteState.CHANGED,
        Version.CITED,
        Version.OTHER,
    )
    assert zinc.sha256 == sha256_of(f"News. {ZINC}")
    assert zinc.now is None
    assert list(findings(zinc)) == ["The file has changed since it was quoted."]
    assert lead.state is QuoteState.UNCHANGED
    assert not check.holds
    assert check.counts() == {QuoteState.UNCHANGED: 1, QuoteState.CHANGED: 1}


def test_words_that_a_new_version_keeps_are_found_in_it(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], write: Write
) -> None:
    write({"zinc.txt": f"News. {ZINC}", "lead.txt": "Lead is heavy."})
    engine.sync()

    zinc, lead = engine.check(cited).passages

    now = {summary.info.path: summary.info.id for summary in engine.sources()}
    assert (zinc.state, zinc.now, zinc.again) == (
        QuoteState.CHANGED,
        now["corpus/zinc.txt"],
        (6, 6 + len(ZINC)),
    )
    assert (lead.state, lead.now, lead.again) == (
        QuoteState.CHANGED,
        now["corpus/lead.txt"],
        None,
    )
    assert list(findings(zinc))[1:] == [
        "The index has another version of the source.",
        "The version in the index has the same words.",
    ]
    assert list(findings(lead))[-1] == "The version in the index does not have these words."


@pytest.mark.parametrize("is_synced", [False, True])
def test_a_removed_source_is_told_before_and_after_the_index_follows(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path, is_synced: bool
) -> None:
    (corpus / "zinc.txt").unlink()
    if is_synced:
        engine.sync()

    zinc = engine.check(cited).passages[0]

    assert (zinc.state, zinc.sha256) == (QuoteState.REMOVED, None)
    assert zinc.indexed is (Version.NONE if is_synced else Version.CITED)
    assert list(findings(zinc)) == [
        "The file is not in the corpus any more.",
        *(["The index does not have the source any more."] if is_synced else []),
    ]


@pytest.mark.parametrize("is_synced", [False, True])
def test_a_source_that_was_moved_is_unchanged(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path, is_synced: bool
) -> None:
    (corpus / "zinc.txt").rename(corpus / "galmei.txt")
    if is_synced:
        engine.sync()

    assert engine.check(cited).holds


def test_a_source_that_is_on_disk_alone_is_removed_from_the_index(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path
) -> None:
    (corpus / "zinc.txt").unlink()
    engine.sync()
    (corpus / "zinc.txt").write_text(ZINC, encoding="utf-8")

    zinc = engine.check(cited).passages[0]

    assert (zinc.state, zinc.stored) == (QuoteState.REMOVED, Version.CITED)
    assert list(findings(zinc)) == ["The index does not have the source any more."]


def test_a_file_that_cannot_be_read_is_not_taken_for_unchanged(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    (corpus / "zinc.txt").unlink()
    (corpus / "zinc.txt").symlink_to(outside)

    zinc = engine.check(cited).passages[0]

    assert (zinc.state, zinc.sha256) == (QuoteState.CHANGED, None)
    assert list(findings(zinc)) == ["The file cannot be read now."]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Zinc protects steel from dust."},
        {"start": 1},
        {"start": -30, "end": 0},
        {"end": 10**9},
        {"text": None, "end": 10**9},
        {"text": None, "start": -1},
    ],
)
def test_words_that_are_not_at_their_place_are_told(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], change: dict[str, object]
) -> None:
    passage = replace(cited[0], **change)  # type: ignore[arg-type]
    if change == {"end": 10**9}:
        passage = replace(passage, text=f"{ZINC} More.")

    checked = only(engine.check([passage]))

    assert checked.state is QuoteState.DISPLACED
    assert STATES[checked.state] == "Passage not at its place"


def test_a_hash_that_the_index_does_not_know_is_another_version(
    engine: bot.Engine, cited: tuple[CitedPassage, ...]
) -> None:
    forged = replace(cited[0], source=replace(cited[0].source, sha256="f" * 64))

    checked = only(engine.check([forged]))

    assert (checked.state, checked.now) == (QuoteState.CHANGED, cited[0].source.id)


def test_a_source_in_an_archive_is_hashed_there(engine: bot.Engine, corpus: Path) -> None:
    with zipfile.ZipFile(corpus / "old.zip", "w") as archive:
        archive.writestr("zinc.txt", ZINC)
    engine.sync()
    answer = engine.ask("zinc", k=1)
    passages = cited_passages(answer.quotes, answer.citations)
    assert engine.check(passages).holds

    with zipfile.ZipFile(corpus / "old.zip", "w") as archive:
        archive.writestr("zinc.txt", f"{ZINC} ")

    assert only(engine.check(passages)).state is QuoteState.CHANGED


def test_citations_without_a_quote_are_checked_too(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": ZINC, "b.md": f"{ZINC}\n"})
    engine.sync()
    answer = engine.ask("zinc")

    passages = cited_passages(answer.quotes, answer.citations)

    assert [quote.citations for quote in answer.quotes] == [(1, 2)]
    assert [(passage.number, passage.text) for passage in passages] == [(1, ZINC), (2, None)]
    assert engine.check(passages).holds


def test_no_quote_of_a_file_that_was_tampered_with_goes_unchecked(
    engine: bot.Engine, write: Write
) -> None:
    write({"zinc.txt": ZINC, "lead.txt": LEAD})
    engine.sync()
    answer = engine.ask("zinc lead", k=2)
    first, second = answer.quotes
    forged = replace(first, citations=(), text="Zinc is blue.")
    elsewhere = replace(answer.citations[1], end=10**9)

    passages = cited_passages([forged, replace(forged, text=first.text), second], [elsewhere])

    assert [each.number for each in passages] == [0, 0, 2, 2]
    assert [each.state for each in engine.check(passages).passages] == [
        QuoteState.DISPLACED,
        QuoteState.UNCHANGED,
        QuoteState.UNCHANGED,
        QuoteState.DISPLACED,
    ]


def test_every_quote_of_a_removed_source_is_counted(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path
) -> None:
    (corpus / "zinc.txt").unlink()

    check = engine.check([cited[0], cited[0], cited[1]])

    assert check.counts() == {QuoteState.UNCHANGED: 1, QuoteState.REMOVED: 2}
    assert summary(check) == "3 quotes checked: 1 unchanged, 2 of removed sources."


def test_without_a_corpus_nothing_is_said_of_its_files(
    engine: bot.Engine, cited: tuple[CitedPassage, ...], corpus: Path
) -> None:
    corpus.rename(corpus.with_name("elsewhere"))

    with pytest.raises(CorpusMissing):
        engine.check(cited)


# pincite verify --answer


def test_a_saved_answer_is_verified(pincite: Pincite, own_site: Path) -> None:
    own = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    saved = own_site / "answer.json"
    saved.write_text(pincite(*own, "ask", ANSWERABLE, "--k", "2", "--json").out, encoding="utf-8")
    first = json.loads(saved.read_text("utf-8"))["passages"][0]

    holds = pincite(*own, "verify", "--answer", str(saved))

    assert (holds.code, holds.err) == (0, "")
    assert holds.out.splitlines()[:6] == [
        "2 quotes checked: 2 unchanged.",
        "",
        f"[1] Unchanged: uranium · {first['locator']}",
        "    Uranium was discovered in 1789 by Martin Heinrich Klaproth in Berlin.",
        f"    corpus/uranium.txt  (id {first['source']['id']})",
        f"    SHA-256 {first['source']['sha256']}",
    ]

    (own_site / "corpus" / "uranium.txt").write_text("Uranium was found.\n", encoding="utf-8")
    broken = pincite(*own, "verify", "--answer", "-", stdin=saved.read_bytes())

    assert broken.code == 1
    assert broken.out.splitlines()[0] == "2 quotes checked: 1 unchanged, 1 source changed."
    assert "    The file has changed since it was quoted." in broken.out.splitlines()
    assert f"    now     {sha256_of('Uranium was found.' + chr(10))}" in broken.out.splitlines()
    as_json = pincite(*own, "verify", "--answer", str(saved), "--json")
    assert as_json.code == 1
    assert as_json.json["holds"] is False
    assert as_json.json["passages"][0] == {
        "citation": 1,
        "state": "changed",
        "findings": ["The file has changed since it was quoted."],
        "source": first["source"],
        "start": first["start"],
        "end": first["end"],
        "locator": first["locator"],
        "sha256_now": sha256_of("Uranium was found.\n"),
        "source_now": None,
        "span_now": None,
    }


def test_a_batch_and_a_conversation_are_verified(pincite: Pincite, tmp_path: Path) -> None:
    lines = json.dumps({"question": ANSWERABLE}) + '\n{"question": ""}\n'
    batch = pincite("ask", "--batch", "-", "--k", "1", stdin=lines.encode() * 2)
    file = tmp_path / "saved"
    file.write_text(batch.out, encoding="utf-8")
    conversation = tmp_path / "conversation.json"
    answer = json.loads(batch.out.splitlines()[0])
    kept = [{"answer": answer}, {"answer": None}]
    conversation.write_text(json.dumps({"version": 1, "exchanges": kept}), encoding="utf-8")

    assert pincite("verify", "--answer", str(file)).out.startswith(
        "2 quotes checked: 2 unchanged.\n"
    )
    assert pincite("verify", "--answer", str(conversation)).out.startswith(
        "1 quote checked: 1 unchanged.\n"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "there is no answer in it"),
        ("{", "no answer in JSON"),
        ("[" * 100_000, "no answer in JSON"),
        ('{"version": 2, "passages": [{"text": 1}], "citations": []}', "no answer in JSON"),
        (
            '{"version": 3, "passages": [], "citations": []}',
            "an answer of version 3, and this pincite reads 2",
        ),
    ],
)
def test_what_is_no_saved_answer_is_refused(
    pincite: Pincite, tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(content, encoding="utf-8")

    done = pincite("verify", "--answer", str(file))

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"pincite: --answer {file}: {reason}. Give a file that `pincite ask --json` or the chat "
        "has written, or '-' for standard input.\n"
    )
    missing = pincite("verify", "--answer", str(tmp_path / "none"))
    assert (missing.code, missing.out) == (2, "")
    assert "No such file" in missing.err
    both = pincite("verify", "--answer", str(file), "--deleted", "0" * 16)
    assert both.code == 2


def test_an_answer_without_quotes_holds(pincite: Pincite) -> None:
    empty = b'{"version": 2, "passages": [], "citations": []}'

    done = pincite("verify", "--answer", "-", stdin=empty)

    assert (done.code, done.out) == (0, "There are no quotes to check.\n")


def test_hostile_names_are_printed_harmlessly(pincite: Pincite, tmp_path: Path) -> None:
    answer = pincite("ask", "Hafnium control rods", "--k", "1", "--json")

    done = pincite("verify", "--answer", "-", stdin=answer.out.encode())

    assert done.code == 0
    assert "\x1b" not in done.out
    assert "evil\\x1b[31m" in done.out
