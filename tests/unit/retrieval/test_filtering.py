"""Which sources a filter admits, and the search among them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.errors import FilterError, UsageError
from bot.retrieval.filtering import admitted, days_of, near
from bot.store.folder.lexical import COMMON, LexicalIndex
from bot.store.folder.postings import Postings, write_postings
from bot.store.folder.vectors import Chosen, VectorIndex, write_clustered
from bot.types import AppliedFilter, SourceFilter, SourceInfo

pytestmark = pytest.mark.usefixtures("quick_disk")


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
