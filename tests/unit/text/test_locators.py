"""The lines, pages and paragraphs of a passage."""

from __future__ import annotations

import pytest
from split_sources import HEADING, Part, make_source, split_words

from bot.types import Mark, Source


def locators(source: Source, characters: int) -> list[str]:
    return [passage.locator for passage in split_words(source, characters)]


def test_lines_are_counted_from_the_first_line_of_the_text() -> None:
    parts = (Part("Aa.\nBb."), Part("Cc."), Part("Dd.\nEe.\nFf."))

    assert locators(make_source(*parts, first_line=1), 11) == ["lines 1–2", "line 4", "lines 6–8"]
    assert locators(make_source(*parts, first_line=6), 12) == ["lines 6–9", "lines 11–13"]


def pages(*starts: int) -> tuple[Mark, ...]:
    return tuple(Mark(start, f"page {number}") for number, start in enumerate(starts, start=1))


@pytest.mark.parametrize(
    ("first", "last", "locator"),
    [
        ("sheet Ores, row 2", "sheet Ores, row 9", "sheet Ores, rows 2–9"),
        ("sheet Ores, row 2", "sheet Mines, row 2", "sheet Ores, row 2–sheet Mines, row 2"),
        ("00:00:05", "00:01:00", "00:00:05–00:01:00"),
        ("/ores/0/name", "/ores/1/name", "/ores/0/name–/ores/1/name"),
        ("slide 1", "slide 1", "slide 1"),
    ],
)
def test_places_of_all_kinds_are_joined(first: str, last: str, locator: str) -> None:
    source = make_source(Part("One."), Part("Two."), marks=(Mark(0, first), Mark(6, last)))

    assert locators(source, 20) == [locator]


def test_pages_are_counted_from_where_they_begin() -> None:
    parts = (Part("One."), Part("Two."), Part("Three."), Part("Four."))
    source = make_source(*parts, marks=pages(0, 6, 20), first_line=3)

    assert source.text[6:].startswith("Two.")
    assert source.text[20:].startswith("Four.")
    assert locators(source, 6) == ["page 1", "page 2", "page 2", "page 3"]
    assert locators(source, 13) == ["pages 1–2", "pages 2–3"]


def test_an_empty_page_counts() -> None:
    source = make_source(Part("One."), Part("Three."), marks=pages(0, 5, 6))

    assert locators(source, 5) == ["page 1", "page 3"]


def test_paragraphs_are_counted_without_those_that_were_skipped() -> None:
    source = make_source(
        Part("Home", skipped="menu"),
        Part("Zinc", HEADING, 1),
        Part("One."),
        Part("Two."),
        Part("Ad", skipped="promotion"),
        Part("Three."),
    )

    assert locators(source, 600) == ["paragraphs 2–3", "paragraph 4"]
