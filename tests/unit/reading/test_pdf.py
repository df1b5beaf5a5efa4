"""PDF: pages, paragraphs, headings, running lines, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pdf_files import TypeLine, pdf

from bot.errors import ReadError
from bot.reading import read
from bot.reading.pdf.furniture import Running, running_lines
from bot.reading.pdf.layout import line_spacing
from bot.reading.pdf.lines import PageLine

"""Height of the baseline and size of the type in points, and the words."""


def page(number: int) -> list[TypeLine]:
    owner = ("", "town", "parish", "", "brewery")[number]
    return [
        (800, 9, "Annual water report"),
        (760, 18, f"Part {number}: what the"),
        (738, 18, "spring gave"),
        (700, 11, "The ministry convened a dialogue on ground-"),
        (686, 11, "water in the region, attended by all of the five"),
        (672, 11, "countries."),
        (644, 11, "A second paragraph begins here and says more"),
        (630, 11, "about the subject."),
        (602, 11, "Who owns it?"),
        (574, 11, f"The {owner} does."),
        (40, 9, f"{number}"),
    ]


REPORT = pdf(
    [page(1), page(2), [], page(4)],
    {"Title": "Microsoft Word - report.doc", "Author": "A. Bekova", "CreationDate": "D:20240208"},
)


def test_a_paragraph_is_one_line_of_text() -> None:
    document = read(REPORT, ".pdf")
    start = document.marks[1].start
    blocks = [
        (block.kind.value, block.level, block.skipped, document.text[block.start : block.end])
        for block in document.blocks
        if start <= block.start < document.marks[2].start
    ]
    assert blocks == [
        ("paragraph", 0, "running header", "Annual water report"),
        ("heading", 1, None, "Part 2: what the spring gave"),
        (
            "paragraph",
            0,
            None,
            "The ministry convened a dialogue on groundwater in the region, attended by all of the "
            "five countries.",
        ),
        ("paragraph", 0, None, "A second paragraph begins here and says more about the subject."),
        ("question", 0, None, "Who owns it?"),
        ("paragraph", 0, None, "The parish does."),
        ("paragraph", 0, "running header", "2"),
    ]


def test_a_page_begins_within_a_paragraph_that_goes_over() -> None:
    first: list[TypeLine] = [
        (700, 11, "The ministry convened a dialogue on water, for which the muni-"),
    ]
    second: list[TypeLine] = [
        (800, 11, "cipality gave its hall. Nobody else had asked for it on that day."),
        (786, 11, "it was late."),
    ]
    document = read(pdf([first, second]), ".pdf")
    assert [document.text[block.start : block.end] for block in document.blocks] == [
        "The ministry convened a dialogue on water, for which the municipality gave its hall. "
        "Nobody else had asked for it on that day. it was late."
    ]
    assert document.text.startswith("cipality gave", document.marks[1].start)


def test_pages_begin_where_the_page_map_says() -> None:
    document = read(REPORT, ".pdf")
    starts = [mark.start for mark in document.marks]
    assert [mark.name for mark in document.marks] == ["page 1", "page 2", "page 3", "page 4"]
    assert starts[0] == 0
    assert starts[2] == starts[3]
    for start in starts:
        assert document.text.startswith("Annual water report", start)
    assert document.first_line is None
    assert document.notes == ()


def test_properties_are_read_and_invented_titles_are_not() -> None:
    metadata = read(REPORT, ".pdf").metadata
    assert metadata.title == "Part 1: what the spring gave"
    assert (metadata.author, metadata.date, metadata.language) == ("A. Bekova", "2024-02-08", "en")
    assert metadata.date_from == "document properties: created"
    titled = pdf([page(1)], {"Title": "Water report"})
    assert read(titled, ".pdf").metadata.title == "Water report"


def test_an_encrypted_file_is_named_as_such() -> None:
    with pytest.raises(ReadError, match=r"^encrypted: remove the password"):
        read(pdf([page(1)], encrypted=True), ".pdf")


def test_a_scan_is_named_as_such() -> None:
    with pytest.raises(ReadError, match=r"^no text layer"):
        read(pdf([[], []]), ".pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 and no more", REPORT[:400]])
def test_a_damaged_file_is_named_as_such(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no PDF file: .*[^.]\. Open it"):
        read(data, ".pdf")


def line(text: str, size: float = 10.0, baseline: float = 0.0) -> PageLine:
    return PageLine(text, size, baseline)


def apart(words: str, number: str) -> PageLine:
    """A line with a number at the far end."""
    both = ((70.0, 200.0, words), (500.0, 510.0, number))
    return PageLine(f"{words} {number}", 10.0, 700.0, 70.0, 510.0, both)


def lines_of(*texts: str | PageLine) -> list[PageLine]:
    """A page: lines one below the other."""
    return [
        replace(text if isinstance(text, PageLine) else line(text), baseline=700.0 - 12 * place)
        for place, text in enumerate(texts)
    ]


def test_running_lines_repeat_words_or_count_pages() -> None:
    pages = [
        lines_of("Title", "text", "more", "other", "Draft of May", "1"),
        lines_of(apart("Water", "2"), "text 7", "a", "b", "Draft of May"),
        lines_of(apart("Water", "3"), "text 9", "c", "d", "Draft of May"),
        lines_of("3 Stone", "8 wells", "e", "f", "Draft of May", "4"),
        lines_of(apart("Stone", "5"), "text", "g", "h", "5 wells"),
    ]
    kept = Running(0, 0)
    whole = Running(0, 12)
    assert running_lines(pages, headings=set(), spacing=6.0) == [
        {4: kept, 5: Running(0, 1)},
        {0: Running(6, 7), 4: whole},
        {0: Running(0, 7), 4: whole},
        {4: whole, 5: Running(0, 1)},
        {0: Running(6, 7)},
    ]


@pytest.mark.parametrize(
    "line_of",
    [
        lambda page: f"Invoice {1001 + page}",
        lambda page: f"Room {page}",
        lambda page: f"{page}. Close the valve",
        lambda page: f"Day {page} with {3 * page} sheep",
        lambda page: apart("Invoice no.", str(1001 + page)),
        lambda page: apart("Total:", str(1 + page)),
        lambda page: f"Net pay: {2310 if page % 3 else 1980}",
    ],
)
def test_what_differs_from_page_to_page_is_no_running_line(
    line_of: Callable[[int], str | PageLine],
) -> None:
    pages = [lines_of(line_of(page), "a", "b") for page in range(6)]
    assert all(0 not in running for running in running_lines(pages, headings=set(), spacing=6.0))


def test_the_usual_spacing_is_that_of_most_lines() -> None:
    page_of_lines = [line("a", baseline=height) for height in (700, 688, 676, 640, 628, 750)]
    assert line_spacing([page_of_lines]) == 12.0
    assert line_spacing([[line("a")]]) == 0.0
