"""Questions and lists restricted to some sources: by title, publisher, date, language and type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.presentation import language_name
from bot.errors import FilterError, UsageError
from bot.export.answer_json import answer_json, filter_from_json, filter_json
from bot.gaps import GapService
from bot.reading.formats.approved import FILE_NAME
from bot.retrieval.filtering import admitted, days_of, near
from bot.store.folder import approximation
from bot.store.folder.lexical import COMMON, LexicalIndex
from bot.store.folder.postings import Postings, write_postings
from bot.store.folder.vectors import Chosen, VectorIndex, write_clustered
from bot.types import Answer, AppliedFilter, SourceFilter, SourceInfo

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def described(path: str, **fields: str | tuple[str, ...] | None) -> SourceInfo:
    """A source of a corpus, its id made of its name."""
    id_ = path.encode().hex()[-16:].rjust(16, "0")
    known = {"id": id_, "title": path, "publisher": None, "author": None, "date": None}
    rest = {"url": None, "language": "en", "format": path.rpartition(".")[2], "sha256": ""}
    return SourceInfo(**{**known, **rest, "path": f"corpus/{path}", **fields})  # type: ignore[arg-type]


SOURCES = (
    described(
        "news/dialogue.md", title="The dialogue", publisher="State Department", date="2024-02-08"
    ),
    described("news/zinc.html", title="Zinc", publisher="The Diplomat", date="2023"),
    described("reports/lead.pdf", title="Lead", publisher="state  department", date="2024-06"),
    described("reports/Erz.txt", title="Erze", language="de", also_at=("corpus/old/ore.txt",)),
)


def paths(only: SourceFilter, sources: tuple[SourceInfo, ...] = SOURCES) -> list[str]:
    """The paths of the sources that a filter admits, without the corpus' name."""
    ids = admitted(only, sources).ids
    return [info.path.removeprefix("corpus/") for info in sources if info.id in ids]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (SourceFilter(publishers=("state department",)), ["news/dialogue.md", "reports/lead.pdf"]),
        (
            SourceFilter(publishers=("The Diplomat", "State Department")),
            ["news/dialogue.md", "news/zinc.html", "reports/lead.pdf"],
        ),
        (SourceFilter(sources=("THE DIALOGUE",)), ["news/dialogue.md"]),
        (SourceFilter(sources=("corpus/news/zinc.html",)), ["news/zinc.html"]),
        (
            SourceFilter(sources=("reports/lead.pdf", "zinc.html")),
            ["news/zinc.html", "reports/lead.pdf"],
        ),
        (SourceFilter(sources=("reports",)), ["reports/lead.pdf", "reports/Erz.txt"]),
        (SourceFilter(sources=("old/ore.txt",)), ["reports/Erz.txt"]),
        (SourceFilter(sources=(SOURCES[1].id,)), ["news/zinc.html"]),
        (SourceFilter(sources=(SOURCES[1].id[:8],)), ["news/zinc.html"]),
        (SourceFilter(languages=("DE",)), ["reports/Erz.txt"]),
        (SourceFilter(types=(".PDF", "md")), ["news/dialogue.md", "reports/lead.pdf"]),
        (SourceFilter(publishers=("State Department",), types=("pdf",)), ["reports/lead.pdf"]),
    ],
)
def test_which_sources_are_admitted(only: SourceFilter, expected: list[str]) -> None:
    assert paths(only) == expected


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2024", None, ["news/dialogue.md", "reports/lead.pdf"]),
        (None, "2023", ["news/zinc.html"]),
        ("2023-07", "2023-08", ["news/zinc.html"]),  # of 2023 a day of these may be meant
        ("2024-02-08", "2024-02-08", ["news/dialogue.md"]),
        ("2024-02-09", None, ["reports/lead.pdf"]),
        ("2024-06-30", None, ["reports/lead.pdf"]),
        (None, "2024-05", ["news/dialogue.md", "news/zinc.html"]),
    ],
)
def test_dates_may_be_years_months_or_days(
    since: str | None, until: str | None, expected: list[str]
) -> None:
    only = SourceFilter(since=since, until=until)

    assert paths(only) == expected
    assert admitted(only, SOURCES).applied == AppliedFilter(only, len(expected), undated=1)


def test_only_what_meets_all_else_is_counted_as_left_out_for_its_date() -> None:
    only = SourceFilter(publishers=("State Department",), since="2024")
    assert admitted(only, SOURCES).applied.undated == 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-2", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-02-08", (date(2024, 2, 8), date(2024, 2, 8))),
        ("June 2024", (date(2024, 6, 1), date(2024, 6, 30))),
        ("Sept. 2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("Spring 2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2021–2023", (date(2021, 1, 1), date(2023, 12, 31))),
        ("2024-13", None),
        ("0000", None),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_date_may_mean(written: str | None, expected: tuple[date, date] | None) -> None:
    assert days_of(written) == expected


@pytest.mark.parametrize(
    ("only", "message"),
    [
        (
            SourceFilter(publishers=("Sate Department",)),
            "no source is published by 'Sate Department'. Did you mean 'State Department'?",
        ),
        (
            SourceFilter(publishers=("Department",)),
            "no source is published by 'Department'. Did you mean 'State Department'?",
        ),
        (
            SourceFilter(publishers=("Reuters",)),
            "no source is published by 'Reuters'. See: pincite sources",
        ),
        (
            SourceFilter(sources=("the dialog",)),
            "no source has the title, path or id 'the dialog'. Did you mean 'The dialogue'?",
        ),
        (
            SourceFilter(sources=("\x1b[31m",)),
            r"no source has the title, path or id '\x1b[31m'. See: pincite sources",
        ),
        (
            SourceFilter(sources=("/",)),
            "no source has the title, path or id '/'. See: pincite sources",
        ),
        (
            SourceFilter(languages=("english",)),
            "no source is in the language 'english'. There are: de, en.",
        ),
        (
            SourceFilter(types=("docx",)),
            "no source is of the file type 'docx'. There are: html, md, pdf, txt.",
        ),
        (
            SourceFilter(since="last week"),
            "since is 'last week'; it must be a year, a month or a day, as in 2024, 2024-06 "
            "or 2024-06-30.",
        ),
        (
            SourceFilter(until="2024-02-30"),
            "until is '2024-02-30'; it must be a year, a month or a day, as in 2024, 2024-06 "
            "or 2024-06-30.",
        ),
        (
            SourceFilter(since="2025", until="2024-06"),
            "since is 2025 and until is 2024-06: no day lies between them.",
        ),
        (
            SourceFilter(since="2030"),
            "no source meets the whole filter. Sources left out because they have no date: "
            "1. Leave a part of the filter out.",
        ),
        (
            SourceFilter(languages=("de",), types=("pdf",)),
            "no source meets the whole filter. Leave a part of it out.",
        ),
        (
            SourceFilter(languages=("de",) * 101),
            "the filter has 101 values of one kind; the limit is 100.",
        ),
    ],
)
def test_what_cannot_be_applied_is_an_error_that_says_what_to_do(
    only: SourceFilter, message: str
) -> None:
    with pytest.raises(FilterError) as error:
        admitted(only, SOURCES)
    assert str(error.value) == message
    assert isinstance(error.value, UsageError)


def test_likest_names_come_first_and_are_few() -> None:
    names = {f"Report of year {year}" for year in range(2000, 2020)}
    assert near("Report of year 2003", names)[0] == "Report of year 2003"
    assert len(near("Report of year 2030", names)) == 3
    assert near("", names) == []


def test_an_empty_filter_restricts_nothing() -> None:
    assert not SourceFilter()
    assert SourceFilter(since="2024")


# The JSON form


def test_a_filter_reads_back_from_its_json() -> None:
    only = SourceFilter(("a",), ("b", "c"), "2023", "2024-06", ("en",), ("pdf",))
    assert filter_from_json(filter_json(only)) == only
    assert filter_from_json({}) == SourceFilter()
    assert filter_from_json(None) is None
    assert filter_from_json({"source": ["\ud800"]}) == SourceFilter(sources=("?",))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            [],
            "the filter must be an object with some of source, publisher, since, until, "
            "language, type.",
        ),
        (
            {"sources": []},
            "the filter must be an object with some of source, publisher, since, until, "
            "language, type.",
        ),
        ({"source": "a"}, "'source' of the filter must be a list of texts."),
        ({"type": [1]}, "'type' of the filter must be a list of texts."),
        ({"since": 2024}, "'since' of the filter must be a text."),
        ({"until": ["2024"]}, "'until' of the filter must be a text."),
    ],
)
def test_what_is_no_filter_is_refused(value: object, message: str) -> None:
    with pytest.raises(FilterError) as error:
        filter_from_json(value)
    assert str(error.value) == message


# The search itself


def test_scores_are_those_of_the_whole(tmp_path: Path) -> None:
    """Among 40,000 passages, most with "zinc", the best of a few are found, with equal scores."""
    texts = [
        f"zinc {'copper ' * (number % 5 == 0)}{'lead ' * (number % 7)}" for number in range(40_000)
    ]
    write_postings([(text, "", None) for text in texts], tmp_path / "postings")
    rows = np.arange(len(texts), dtype=np.int32)
    index = LexicalIndex([(Postings(tmp_path / "postings"), rows)], len(texts))
    terms = ("zinc", "copper", "lead")
    everywhere = dict(index.search(terms, len(texts)))
    among = np.zeros(len(texts), dtype=bool)
    among[13::97] = True
    assert COMMON < 20_000

    found = index.search(terms, 20, among=among)

    best = sorted(
        ((row, everywhere[row]) for row in np.flatnonzero(among).tolist()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    assert found == best[:20]
    assert index.search(terms, 20) == sorted(everywhere.items(), key=lambda p: (-p[1], p[0]))[:20]


def test_of_clustered_vectors_all_that_are_admitted_are_found(tmp_path: Path) -> None:
    numbers = np.random.default_rng(5)
    vectors = numbers.standard_normal((3_000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    written = write_clustered(vectors, vectors[:20], tmp_path / "vectors", 0.1)
    index = VectorIndex(tmp_path / "vectors", written)
    among = np.zeros(3_000, dtype=bool)
    among[5::300] = True
    assert written.probes < written.lists / 4

    rows, _ = index.search(vectors[0], 10, Chosen(among, is_filtered=True))

    assert sorted(rows.tolist()) == list(range(5, 3_000, 300))
    assert len(index.search(vectors[0], 10, Chosen(among))[0]) < 10


# The engine

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
