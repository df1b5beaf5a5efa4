"""PDF: pages, paragraphs, headings, running lines, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.errors import ReadError
from bot.reading import read
from bot.reading.pdf_layout import line_spacing, running_lines
from bot.reading.pdf_pages import PageLine

TypeLine = tuple[int, int, str]
"""Height of the baseline and size of the type in points, and the words."""


def pdf(
    pages: Sequence[Sequence[TypeLine]],
    properties: Mapping[str, str] | None = None,
    encrypted: bool = False,
) -> bytes:
    """A PDF file with these lines in Helvetica."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def literal(text: str) -> bytes:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return b"(%s)" % escaped.encode("cp1252")

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    tree = 2 * len(pages) + 2
    kids = []
    for lines in pages:
        shown = (
            b"/F1 %d Tf 1 0 0 1 72 %d Tm %s Tj" % (size, height, literal(words))
            for height, size, words in lines
        )
        stream = b"BT %s ET" % b" ".join(shown)
        content = add(b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
                b" /Resources << /Font << /F1 %d 0 R >> >> >>" % (tree, content, font)
            )
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), references))
    trailer = b"/Root %d 0 R" % add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    if properties:
        entries = b" ".join(b"/%s %s" % (k.encode(), literal(v)) for k, v in properties.items())
        trailer += b" /Info %d 0 R" % add(b"<< %s >>" % entries)
    if encrypted:
        key = b"00" * 32
        lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (key, key)
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % add(lock)

    file = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d %s >>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            trailer,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(file)
    )


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


def test_lines_stay_as_printed_and_blocks_join_them() -> None:
    document = read(REPORT, ".pdf")
    start = document.marks[1].start
    blocks = [
        (block.kind.value, block.level, block.skipped, document.text[block.start : block.end])
        for block in document.blocks
        if start <= block.start < document.marks[2].start
    ]
    assert blocks == [
        ("paragraph", 0, "running header", "Annual water report"),
        ("heading", 1, None, "Part 2: what the\nspring gave"),
        (
            "paragraph",
            0,
            None,
            "The ministry convened a dialogue on ground-\n"
            "water in the region, attended by all of the five\ncountries.",
        ),
        (
            "paragraph",
            0,
            None,
            "A second paragraph begins here and says more\nabout the subject.",
        ),
        ("question", 0, None, "Who owns it?"),
        ("paragraph", 0, None, "The parish does."),
        ("paragraph", 0, "running header", "2"),
    ]


def test_pages_begin_where_the_page_map_says() -> None:
    document = read(REPORT, ".pdf")
    starts = [mark.start for mark in document.marks]
    assert [mark.name for mark in document.marks] == ["page 1", "page 2", "page 3", "page 4"]
    assert starts[0] == 0
    assert starts[2] == starts[3]
    for start in starts:
        assert document.text.startswith("Annual water report", start)
    assert document.first_line is None
    assert document.notes == ("1 of 4 pages hold no text (a scan?)",)


def test_properties_are_read_and_invented_titles_are_not() -> None:
    metadata = read(REPORT, ".pdf").metadata
    assert metadata.title == "Part 1: what the spring gave"
    assert (metadata.author, metadata.date, metadata.language) == ("A. Bekova", "2024-02-08", "en")
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


def test_running_lines_repeat_words_or_count_pages() -> None:
    pages = [
        [line("Title", 20), line("text"), line("more"), line("other"), line("i")],
        [line("Chapter 1: Water 2"), line("text 7"), line("a"), line("b"), line("Draft of May")],
        [line("Chapter 1: Water 3"), line("text 9"), line("c"), line("d"), line("Draft of May")],
        [line("3 Stone", 20), line("8 wells"), line("e"), line("f"), line("Draft of May")],
        [line("Chapter 3: Stone 5"), line("text"), line("g"), line("h"), line("5 wells")],
    ]
    assert running_lines(pages, headings={20.0}) == [set(), {0, 4}, {0, 4}, {4}, {0, 4}]


def test_the_usual_spacing_is_that_of_most_lines() -> None:
    page_of_lines = [line("a", baseline=height) for height in (700, 688, 676, 640, 628, 750)]
    assert line_spacing([page_of_lines]) == 12.0
    assert line_spacing([[line("a")]]) == 0.0
