"""Reads PDF: the text of its pages, one paragraph per line, divided into blocks by layout."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...errors import ReadError
from ...types import Block, BlockKind, Document, Mark, Metadata, read_by_ocr
from ..common.head_dates import dated, stated_date
from ..common.headings import mark_headings
from ..common.hyphenation import Spellings
from ..common.metadata import clean, file_date, pdf_date, telling_author, telling_title
from ..common.questions import mark_questions
from ..formats.plain_text import best_title, block_of
from ..tables.assembly import table_pieces
from ..tables.rows import Allowance, Row
from .captions import with_captions
from .columns import with_columns
from .fields import with_remarks
from .furniture import Running, running_lines
from .layout import layout_of
from .lines import PageLine
from .pages import Extracted, Page, drawn_pages, extracted
from .paragraphs import LaidOut, Paragraph, is_heading, paragraphs_of
from .scans import Ocr, Scanned, remarks_on, runs_of, scanned
from .tables import with_ruled_tables

_LEAST_PICTURE = 0.02
_MOST_OF_A_PAGE = 0.5
_FEW_LETTERS = 20
"""A page is a scan if images cover the first share of it and it has no lines, or the second
share and it has fewer than this many letters."""

_LONGEST_NAME = 60
"""Most characters of a running header that may be the title."""


def read_pdf(data: bytes, ocr: Ocr | None = None) -> Document:
    """Returns the document in a PDF file; a paragraph that spans pages is one block.

    With `ocr`, scanned pages are read by OCR. Raises ReadError for a file that is damaged,
    encrypted or without any text.
    """
    found = extracted(data)
    scans = _scans(found.pages)
    if not (scans and ocr):
        return document_of(found, Scanned(), scans)
    with drawn_pages(data) as image_of:
        read = scanned(scans, image_of, ocr)
    pages = [
        replace(page, lines=_with_scanned(page.lines, read.lines.get(number, [])))
        for number, page in enumerate(found.pages)
    ]
    unread = [number for number in scans if number not in read.lines.keys() | read.failed.keys()]
    return document_of(replace(found, pages=pages), read, unread)


def pdf_reader(ocr: Ocr) -> Callable[[bytes], Document]:
    """Returns `read_pdf` with OCR."""
    return lambda data: read_pdf(data, ocr)


def _scans(pages: Sequence[Page]) -> list[int]:
    """Returns the numbers of scanned pages, counted from 0."""
    layout = layout_of([page.lines for page in pages])
    running = running_lines([page.lines for page in pages], layout.levels, layout.spacing)
    return [
        number
        for number, (page, own) in enumerate(zip(pages, running, strict=True))
        if _is_scan(page, own)
    ]


def _with_scanned(lines: list[PageLine], read: Sequence[PageLine]) -> list[PageLine]:
    """Adds the lines read from a page's image to its own lines, without duplicates."""
    own = [_likeness(line) for line in lines]
    return [*lines, *(line for line in read if _likeness(line) not in own)]


def _likeness(line: PageLine) -> str:
    return "".join(filter(str.isalnum, line.text.casefold()))


def document_of(found: Extracted, read: Scanned, unread: Sequence[int] = ()) -> Document:
    """Returns the document of some pages; OCR has `read` some, and `unread` scans were not read."""
    pages, properties = found.pages, found.properties
    if not any(page.lines or page.remarks for page in pages):
        raise ReadError(
            "; ".join(remarks_on(read, len(pages)))
            or "no text layer (a scan?): run OCR over it first and save the result."
        )
    layout = layout_of([page.lines for page in pages])
    running = running_lines([page.lines for page in pages], layout.levels, layout.spacing)
    laid_out = [_laid_out(page, own) for page, own in zip(pages, running, strict=True)]
    paragraphs = paragraphs_of(laid_out, layout)
    written = _written(paragraphs, len(pages))
    text, marks = written.text, _named(written.marks, read)
    largest = _title(text, written.blocks, marks)
    marked = mark_headings(text, written.blocks, is_wrapped=True)
    fixed = written.fixed
    blocks = tuple(fixed.get(block.start, block) for block in marked)
    blocks = mark_questions(text, with_captions(text, blocks, fixed))
    named = [block for block in blocks if not _names_nothing(block, written)]
    title = telling_title(properties.get("Title")) or largest
    made = (pdf_date(properties.get(name)) for name in ("CreationDate", "ModDate"))
    date, date_from = file_date(*made)
    metadata = Metadata(
        title=title or clean(best_title(text, named)),
        author=telling_author(properties.get("Author")),
        date=date,
        date_from=date_from,
    )
    above = (text[one.start : one.end] for one in named if not one.skipped)
    metadata, dates = dated(metadata, stated_date(above))
    notes = (*dates, *remarks_on(read, len(pages)), *_notes(unread, found))
    return Document(text, metadata, blocks, marks, notes=notes)


def _is_scan(page: Page, running: Mapping[int, Running]) -> bool:
    """Whether a page is an image with hardly any text besides running lines."""
    if not page.lines:
        return page.picture >= _LEAST_PICTURE
    said = sum(len(line.text) for at, line in enumerate(page.lines) if at not in running)
    return said < _FEW_LETTERS and page.picture >= _MOST_OF_A_PAGE


def _named(marks: Sequence[Mark], read: Scanned) -> tuple[Mark, ...]:
    """Returns the marks of all pages; those read by OCR say so."""
    return tuple(
        replace(mark, name=read_by_ocr(mark.name, read.sure[page])) if page in read.sure else mark
        for page, mark in enumerate(marks)
    )


def _notes(unread: Sequence[int], found: Extracted) -> Iterator[str]:
    """Yields remarks on pages without text, as in "3, 5–7", and on attachments."""
    if unread:
        yield f"pages without text: {runs_of(unread)} of {len(found.pages)} (a scan?)"
    if found.attachments:
        yield f"attachments that are not read: {found.attachments}"


def _laid_out(page: Page, running: Mapping[int, Running]) -> LaidOut:
    """Returns the lines of a page in reading order, with its tables and annotations."""
    lines, added = with_remarks(page.lines, page.remarks)
    placed = with_columns(with_ruled_tables(lines, running, page.rules))
    return LaidOut(
        [each.line for each in placed],
        {at: each.running for at, each in enumerate(placed) if each.running is not None},
        {
            -1: added.get(-1, []),
            **{
                at: [line for origin in each.origins for line in added.get(origin, ())]
                for at, each in enumerate(placed)
            },
        },
    )


def _names_nothing(block: Block, written: _Written) -> bool:
    """Whether a block cannot be a title: an annotation, a table or a long running header."""
    is_long = block.end - block.start > _LONGEST_NAME
    return block.start in written.added or (block.start in written.fixed and is_long)


@dataclass(frozen=True, slots=True)
class _Written:
    """The text of a document, its blocks and its pages.

    `fixed` holds, by start, the blocks that later steps must not change; `added` the starts of
    blocks from tables and annotations.
    """

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    fixed: Mapping[int, Block]
    added: Collection[int]


def _written(paragraphs: Sequence[Paragraph], page_count: int) -> _Written:
    """Returns the text, one paragraph per line, with a blank line where the layout has a gap."""
    spellings = Spellings(line.text for each in paragraphs for line in each.lines)
    allowance = Allowance()
    pieces: list[str] = []
    blocks: list[Block] = []
    fixed: dict[int, Block] = {}
    added: set[int] = set()
    starts: dict[int, int] = {}
    length = 0
    for paragraph in paragraphs:
        told = _told(paragraph, spellings, allowance)
        for number, (text, block, breaks) in enumerate(told, start=1):
            for page, start in breaks.items():
                starts.setdefault(page, length + start)
            end = length + len(text)
            blocks.append(replace(block, start=length, end=end))
            first = paragraph.lines[0]
            if first.is_added or first.rows:
                added.add(length)
            if paragraph.is_kept or first.rows:
                fixed[length] = blocks[-1]
            is_apart = paragraph.is_apart and number == len(told)
            pieces.append(text + ("\n\n" if is_apart else "\n"))
            length += len(pieces[-1])
    marks, at = [], length
    for page in reversed(range(page_count)):
        at = min(at, starts.get(page, at))
        marks.append(Mark(at, f"page {page + 1}", divides=True))
    return _Written("".join(pieces), tuple(blocks), tuple(reversed(marks)), fixed, added)


_Told = tuple[str, Block, Mapping[int, int]]
"""A text, its block, and the offsets in the text at which pages start."""


def _told(paragraph: Paragraph, spellings: Spellings, allowance: Allowance) -> list[_Told]:
    if not paragraph.lines[0].rows:
        text, breaks = _joined(paragraph, spellings)
        return [(text, _block(text, paragraph), breaks)]
    rows: list[Row] = []
    pages: list[int] = []
    for line, page in zip(paragraph.lines, paragraph.pages, strict=True):
        for cells in line.rows:
            if rows and cells == paragraph.lines[0].rows[0]:
                continue  # the header is repeated at the top of a page
            texts = [spellings.as_one(cell.lines) for cell in cells]
            across = frozenset(at for at, cell in enumerate(cells) if cell.is_across)
            below = frozenset(at for at, cell in enumerate(cells) if cell.is_below)
            rows.append(Row(len(rows) + 1, texts, across, below))
            pages.append(page)
    told: list[_Told] = []
    for piece in table_pieces(rows, allowance):
        number = int((piece.mark or "row 1").rsplit(" ", 1)[-1])
        block = Block(0, 0, piece.kind, piece.level)
        told.append((piece.text, block, {pages[number - 1]: 0}))
    return told


def _joined(paragraph: Paragraph, spellings: Spellings) -> tuple[str, dict[int, int]]:
    """Returns the paragraph as one line, and the offset at which each of its pages starts."""
    text, breaks = paragraph.lines[0].text, {paragraph.pages[0]: 0}
    for line, page in zip(paragraph.lines[1:], paragraph.pages[1:], strict=True):
        text, between = spellings.joined(text, line.text)
        text += between
        breaks.setdefault(page, len(text))
        text += line.text
    return text, breaks


def _block(text: str, paragraph: Paragraph) -> Block:
    if paragraph.skipped:
        return Block(0, 0, BlockKind.PARAGRAPH, skipped=paragraph.skipped)
    if paragraph.level and is_heading(paragraph):
        return Block(0, 0, BlockKind.HEADING, paragraph.level)
    return block_of(text, 0)


def _title(text: str, headings: Sequence[Block], marks: Sequence[Mark]) -> str | None:
    """Returns the heading in the largest type on the first page with text, or None."""
    first = next((mark.start for mark in marks[1:] if mark.start), len(text))
    on_first = [block for block in headings if block.level and block.start < first]
    largest = min(on_first, key=lambda block: block.level, default=None)
    return clean(text[largest.start : largest.end]) if largest else None
