"""Questions and lists restricted to some sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.presentation import language_name
from bot.errors import FilterError
from bot.export.answer_json import answer_json
from bot.gaps import GapService
from bot.reading.formats.approved import FILE_NAME
from bot.store.folder import approximation
from bot.types import Answer, AppliedFilter, SourceFilter

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

FILES = {
    "state.md": "---\ntitle: State\npublisher: State Department\ndate: 2024-02-08\n---\n\n"
    "The dialogue was launched in February 2024. It is about copper.\n",
    "diplomat.md": "---\ntitle: Diplomat\npublisher: The Diplomat\ndate: 2023\n---\n\n"
    "The dialogue was launched in February 2023. Zinc is blue.\n",
    "notes.txt": "The dialogue was launched in February 2022. Lead is heavy.\n",
}
LAUNCHED = "When was the dialogue launched?"
STATE = SourceFilter(publishers=("State Department",))


@pytest.fixture
def filled(engine: bot.Engine, write: Write) -> bot.Engine:
    """Three sources that differ in when the dialogue was launched."""
    write(FILES)
    engine.sync()
    return engine


def cited(answer: Answer) -> set[str]:
    """The titles of the sources of an answer's citations."""
    return {citation.source.title for citation in answer.citations}


def test_an_answer_comes_from_admitted_sources_alone(filled: bot.Engine) -> None:
    everywhere = filled.ask(LAUNCHED)
    assert cited(everywhere) == {"State", "Diplomat", "notes"}
    assert everywhere.filter is None
    assert len(everywhere.conflicts) == 1

    found = filled.ask(LAUNCHED, only=STATE)

    assert cited(found) == {"State"}
    assert found.conflicts == ()
    assert found.filter == AppliedFilter(STATE, admitted=1)
    assert [quote.text for quote in found.quotes] == [
        "The dialogue was launched in February 2024. It is about copper."
    ]
    same = next(quote for quote in everywhere.quotes if quote.source.title == "State")
    assert found.quotes[0].evidence == same.evidence
    assert filled.ask(LAUNCHED) is not everywhere
    assert cited(filled.ask(LAUNCHED)) == {"State", "Diplomat", "notes"}


def test_admitted_sources_are_searched_however_many_others_match_better(
    engine: bot.Engine, write: Write
) -> None:
    write({f"zinc {number}.txt": f"Zinc is zinc, number {number}." for number in range(150)})
    write({"wanted.md": "---\npublisher: Wanted\n---\n\nOther things, and once zinc.\n"})
    engine.sync()
    only = SourceFilter(publishers=("wanted",))
    assert "wanted" not in cited(engine.ask("What is zinc?", k=3))

    assert cited(engine.ask("What is zinc?", k=3, only=only)) == {"wanted"}
    assert cited(engine.ask('"once zinc"', k=3, only=only)) == {"wanted"}
    assert engine.ask('"zinc is zinc"', only=only).unquoted == ("zinc is zinc",)


def test_a_date_range_tells_how_many_have_no_date(filled: bot.Engine) -> None:
    only = SourceFilter(since="2023", until="2023")
    found = filled.ask(LAUNCHED, only=only)
    assert cited(found) == {"Diplomat"}
    assert found.filter == AppliedFilter(only, admitted=1, undated=1)
    assert answer_json(found)["filter"] == {
        "source": [],
        "publisher": [],
        "since": "2023",
        "until": "2023",
        "language": [],
        "type": [],
        "admitted": 1,
        "undated": 1,
    }
    assert answer_json(filled.ask(LAUNCHED))["filter"] is None


def test_a_source_is_named_by_its_title(filled: bot.Engine) -> None:
    applied = filled.applied(SourceFilter(sources=("state.md", "corpus")))
    assert applied.named == ("State", "corpus")
    assert applied.admitted == 3


def test_a_refusal_says_that_not_all_was_searched(filled: bot.Engine) -> None:
    refused = filled.ask("Which rocket won the uranium cup in 1998?", only=STATE)
    assert refused.notice == (
        "The sources don't answer this. Only the sources that the filter admits were searched. "
        "Ask without it to search all sources."
    )


def test_a_filter_that_cannot_be_applied_raises_before_the_search(filled: bot.Engine) -> None:
    with pytest.raises(FilterError, match="Did you mean 'State Department'"):
        filled.ask(LAUNCHED, only=SourceFilter(publishers=("Sate Department",)))
    with pytest.raises(FilterError, match="meets the whole filter"):
        filled.sources(SourceFilter(since="2031"))


def test_sources_are_listed_by_the_same_filter(filled: bot.Engine) -> None:
    assert [each.info.title for each in filled.sources(STATE)] == ["State"]
    assert len(filled.sources()) == len(filled.sources(SourceFilter())) == 3


def test_what_has_changed_since_is_searched_by_the_new_generation(
    filled: bot.Engine, corpus: Path, write: Write
) -> None:
    (corpus / "diplomat.md").unlink()
    write(
        {"more.md": FILES["state.md"].replace("copper", "chromium").replace(": State\n", ": X\n")}
    )
    filled.sync()

    assert cited(filled.ask(LAUNCHED, only=STATE)) == {"State", "X"}
    assert cited(filled.ask(LAUNCHED, only=SourceFilter(types=("txt",)))) == {"notes"}


def test_clusters_are_searched_through_for_what_is_admitted(
    corpus: Path, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approximation, "CLUSTERED_FROM", 4)
    engine = bot.open(
        corpus, tmp_path / "index", encoder=WordEncoder(MINERALS), exact_up_to=20, recall=0.5
    )
    write({f"{number}.txt": f"{MINERALS[number % 8]} number {number}" for number in range(60)})
    write({"only.md": "---\npublisher: P\n---\n\nUranium, last of all."})
    engine.sync()
    assert engine.status().approximate is not None
    generation = engine.live()
    wanted = next(id_ for id_, info in generation.infos.items() if info.publisher)
    question = WordEncoder(MINERALS).encode_questions(["zinc"])[0].vector

    near = generation.narrowed([wanted]).nearest(question, 5)

    assert [row for row, _ in near] == generation.searched(wanted)


def test_related_questions_are_answered_by_admitted_sources(
    engine: bot.Engine, write: Write
) -> None:
    write(
        {
            "a.md": "---\npublisher: A\n---\n\n# A\n\n## What is zinc?\n\nZinc is a blue metal.\n\n"
            "## What is copper?\n\nCopper is a red metal.\n",
            "b.md": "---\npublisher: B\n---\n\n# B\n\n## What is lead?\n\nLead is a heavy metal.\n",
        }
    )
    engine.sync()
    everywhere = engine.ask("What is zinc?")
    assert "What is lead?" in engine.related(everywhere, count=5)

    found = engine.ask("What is zinc?", only=SourceFilter(publishers=("A",)))

    assert engine.related(found, count=5) == ("What is copper?",)


def test_an_approved_question_leads_to_admitted_passages_only(
    filled: bot.Engine, corpus: Path
) -> None:
    from bot.gaps import approve

    passage = next(iter(filled.live().passages([0]).values()))
    approve(filled, "Since when are there talks of copper?", passage.id)
    filled.sync()
    assert (corpus / FILE_NAME).exists()
    own = filled.live().infos[passage.source_id]
    question = "Since when are there talks of copper?"

    assert cited(filled.ask(question, k=1)) == {own.title}
    there = filled.ask(question, k=1, only=SourceFilter(sources=(own.path,)))
    assert cited(there) == {own.title}
    elsewhere = filled.ask(question, only=SourceFilter(types=("txt",)))
    assert cited(elsewhere) <= {"notes"}


def test_what_some_sources_do_not_answer_is_no_gap(filled: bot.Engine) -> None:
    desk = GapService(filled)
    ask = desk.recording_gaps(filled.ask)

    ask("uranium chromium", only=STATE)
    assert desk.clusters() == []
    ask("uranium chromium")
    assert len(desk.clusters()) == 1


@pytest.mark.parametrize(
    ("code", "told_in", "name"),
    [
        ("en", "en", "English"),
        ("de", "de", "Deutsch"),
        ("pt-BR", "en", "Portuguese (BR)"),
        ("xx-nowhere", "en", "xx-nowhere"),
    ],
)
def test_a_language_is_shown_by_its_name(code: str, told_in: str, name: str) -> None:
    assert language_name(code, told_in) == name
