"""A generation that answers golden questions worse is not taken into use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli_calls import ANSWERABLE, Done, Pincite
from word_encoder import MINERALS, WordEncoder

import bot
from bot.engine.asking import Ask
from bot.errors import AnswersWorse, IndexMismatch, UsageError
from bot.evaluation.gate import NAMED, golden_gate
from bot.store import IndexLayout
from bot.types import Answer, Turn

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

FILES = {
    "zinc.md": "Zinc, zinc.",
    "lead.md": "Lead, lead.",
    "copper.md": "Copper, copper.",
}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "z", "question": "Zinc?", "expect": "Zinc, zinc."},
    {"id": "l", "question": "Lead?", "expect": "Lead, lead."},
    {"id": "c", "question": "Copper?", "source": "copper.md"},
    {"id": "u", "question": "Uranium?", "unanswerable": True},
]


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """Questions that the files answer, and one that they do not."""
    file = tmp_path / "golden.jsonl"
    file.write_text("".join(json.dumps(item) + "\n" for item in QUESTIONS))
    return file


@pytest.fixture
def indexed(engine: bot.Engine, write: Write) -> bot.Engine:
    """An engine whose index holds the files."""
    write(FILES)
    engine.sync()
    return engine


def folders(engine: bot.Engine) -> list[str]:
    """What is in the folder of generations, finished or not."""
    return sorted(entry.name for entry in IndexLayout(engine.settings.index).generations.iterdir())


def test_without_an_index_there_is_nothing_to_compare(
    engine: bot.Engine, write: Write, golden: Path
) -> None:
    write({"other.md": "Chromium is green."})
    report = engine.sync(gate=golden_gate(engine, golden))
    assert report.generation == 1
    assert report.notes == (f"{golden}: nothing was compared, for there was no index in use.",)
    assert engine.ask("Chromium is green?").generation == 1


def test_a_generation_that_answers_as_well_is_taken(
    indexed: bot.Engine, write: Write, golden: Path
) -> None:
    write({"chromium.md": "Chromium is green."})
    report = indexed.sync(gate=golden_gate(indexed, golden))
    assert (report.generation, report.added) == (2, ("corpus/chromium.md",))
    assert report.notes == (f"{golden}: 4 of 4 golden questions are met, 4 were before.",)
    assert folders(indexed) == ["000001", "000002"]
    assert indexed.ask("Chromium is green?").generation == 2
    assert indexed.verify().faults == ()


def test_a_generation_that_answers_worse_is_removed(
    indexed: bot.Engine, write: Write, golden: Path, corpus: Path
) -> None:
    (corpus / "zinc.md").unlink()
    write({"uranium.md": "Uranium, uranium."})
    before = indexed.status()
    with pytest.raises(AnswersWorse) as caught:
        indexed.sync(gate=golden_gate(indexed, golden))
    assert str(caught.value) == (
        f"{golden}: 2 of 4 golden questions are met, 4 were before, which is more than the "
        "tolerance of 0.02 allows. Worse: z “Zinc?” (answered, right at rank 1 → "
        "refused, right at rank none); u “Uranium?” (refused → answered). The index in "
        "use is unchanged and the new one removed. Mend the documents or the questions, or allow "
        "a larger --tolerance."
    )
    assert caught.value.exit_code == 1
    assert folders(indexed) == ["000001"]
    assert indexed.status() == before
    assert indexed.ask("Zinc?").quotes[0].text == "Zinc, zinc."
    assert indexed.verify().faults == ()
    assert not indexed.is_current()

    # The next run takes it where half of the questions may be lost.
    report = indexed.sync(gate=golden_gate(indexed, golden, tolerance=0.5))
    assert report.generation == 2
    assert report.notes == (
        f"{golden}: 2 of 4 golden questions are met, 4 were before.",
        "worse: z “Zinc?” (answered, right at rank 1 → refused, right at rank none); "
        "u “Uranium?” (refused → answered).",
    )
    assert folders(indexed) == ["000001", "000002"]


def test_a_rebuild_with_other_passages_is_compared_too(
    indexed: bot.Engine, golden: Path, encoder: WordEncoder
) -> None:
    place = indexed.settings
    rebuilt = bot.open(place.corpus, place.index, encoder=encoder, passage_characters=300)
    report = rebuilt.sync(rebuild=True, gate=golden_gate(rebuilt, golden))
    assert report.notes == (f"{golden}: 4 of 4 golden questions are met, 4 were before.",)


def test_an_index_of_another_model_is_asked_through_that_model(
    indexed: bot.Engine, golden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = indexed.settings
    other = bot.open(place.corpus, place.index, encoder=WordEncoder(("nothing",)))
    made: list[str] = []

    def encoder_of(vocabulary: Sequence[str]) -> Callable[..., WordEncoder]:
        def make(model: str, **_: object) -> WordEncoder:
            made.append(model)
            return WordEncoder(vocabulary)

        return make

    monkeypatch.setattr(bot.engine.asking, "SentenceTransformerEncoder", encoder_of(("wrong",)))
    with pytest.raises(IndexMismatch, match=r"another model 'default' .* unchanged"):
        other.sync(rebuild=True, gate=golden_gate(other, golden))
    assert folders(indexed) == ["000001"]

    monkeypatch.setattr(bot.engine.asking, "SentenceTransformerEncoder", encoder_of(MINERALS))
    seen: list[list[Answer]] = []

    def gate(live: Ask | None, candidate: Ask) -> tuple[str, ...]:
        assert live is not None
        seen.append([ask("Uranium?", (), 3) for ask in (live, candidate)])
        return ("seen",)

    assert other.sync(rebuild=True, gate=gate).notes == ("seen",)
    assert made == ["default", "default"]
    ((was, now),) = seen
    assert (was.generation, now.generation) == (1, 2)
    # To an encoder that knows no mineral, all passages mean the same.
    assert was.confidence < 0.05 < now.confidence


def test_a_damaged_index_does_not_stand_in_the_way_of_its_repair(
    indexed: bot.Engine, golden: Path
) -> None:
    layout = IndexLayout(indexed.settings.index)
    (layout.generation(1) / "segments" / "000001" / "catalog.sqlite").unlink()
    report = indexed.sync(rebuild=True, gate=golden_gate(indexed, golden))
    assert report.notes == (f"{golden}: nothing was compared, for there was no index in use.",)
    assert indexed.verify().faults == ()


def test_an_error_in_the_gate_is_that_error_and_leaves_nothing(
    indexed: bot.Engine, write: Write
) -> None:
    def gate(live: Ask | None, candidate: Ask) -> tuple[str, ...]:
        assert folders(indexed) == [".building-000002", "000001"]
        assert live is not None
        assert live("zinc", [Turn("user", "lead")], 1).generation == 1
        raise OSError("not the disk of the index")

    write({"chromium.md": "Chromium is green."})
    with pytest.raises(OSError, match="not the disk of the index"):
        indexed.sync(gate=gate)
    assert folders(indexed) == ["000001"]


def test_nothing_is_asked_where_nothing_changed(indexed: bot.Engine) -> None:
    def gate(*_: object) -> tuple[str, ...]:
        raise AssertionError("asked")

    assert indexed.sync(gate=gate).is_current


def test_a_long_list_is_cut(indexed: bot.Engine, tmp_path: Path, corpus: Path) -> None:
    file = tmp_path / "many.jsonl"
    item = {"question": "Zinc? " * 20, "expect": "Zinc, zinc."}
    file.write_text((json.dumps(item) + "\n") * (NAMED + 3))
    (corpus / "zinc.md").unlink()
    with pytest.raises(AnswersWorse) as caught:
        indexed.sync(gate=golden_gate(indexed, file))
    assert str(caught.value).count("Zinc?") == NAMED * 13
    assert "; and 3 more. The index" in str(caught.value)


@pytest.mark.parametrize("tolerance", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_share(tolerance: float, indexed: bot.Engine, golden: Path) -> None:
    with pytest.raises(UsageError, match=r"--tolerance is .*; it must be from 0 to 1\."):
        golden_gate(indexed, golden, tolerance)


# The command


def test_index_with_a_gate(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    Path("golden.jsonl").write_text(
        json.dumps({"id": "u\x1b", "question": ANSWERABLE, "expect": "Martin Heinrich Klaproth"})
    )
    gated = ("--quiet", "index", "--gate", "golden.jsonl")
    Path("corpus", "tin.txt").write_text("Tin melts at 232 degrees.\n")
    taken = pincite(*gated)
    assert (taken.code, taken.err) == (0, "")
    line = "note      golden.jsonl: 1 of 1 golden questions are met, 1 were before."
    assert line in taken.out.splitlines()

    Path("corpus", "uranium.txt").unlink()
    rejected = pincite(*gated)
    assert (rejected.code, rejected.out) == (1, "")
    assert rejected.err.startswith(
        "pincite: golden.jsonl: 0 of 1 golden questions are met, 1 were before, which is more "
        f"than the tolerance of 0.02 allows. Worse: u\\x1b “{ANSWERABLE}” ("
    )
    assert rejected.err.count("\n") == 1
    assert pincite("status", "--json").json["generation"] == 2
    assert "Klaproth" in pincite("ask", ANSWERABLE).out

    report = pincite(*gated, "--tolerance", "1", "--json").json
    assert report["generation"] == 3
    assert re.match(r"worse: u\x1b ", report["notes"][1])


def test_what_is_wrong_with_a_gate_is_said_before_anything_is_built(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    Path("corpus", "tin.txt").write_text("Tin melts at 232 degrees.\n")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("something was built")

    monkeypatch.setattr(bot.Engine, "sync", never)
    assert pincite("index", "--gate", "none.jsonl") == Done(
        2,
        "",
        "pincite: none.jsonl: No such file or directory. Give a file of questions in UTF-8.\n",
    )
    Path("golden.jsonl").write_text('{"question": "q"}')
    assert pincite("index", "--gate", "golden.jsonl").err == (
        'pincite: golden.jsonl, line 1: give "expect", "source" or "unanswerable": true.\n'
    )
    long = {"id": "long", "question": "q" * 3000, "unanswerable": True}
    Path("golden.jsonl").write_text(json.dumps(long))
    done = pincite("index", "--gate", "golden.jsonl")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pincite: golden.jsonl, question long: the question has 3,000")
    Path("golden.jsonl").write_text('{"question": "q", "unanswerable": true}')
    done = pincite("index", "--gate", "golden.jsonl", "--tolerance", "2")
    assert (done.code, done.err) == (
        2,
        "pincite: --tolerance is 2; it must be from 0 to 1.\n",
    )
    done = pincite("index", "--tolerance", "0.1")
    assert (done.code, done.err) == (2, "pincite: --tolerance goes with --gate FILE.\n")
