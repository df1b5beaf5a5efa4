"""PDF: the text of its pages, a paragraph a line, and the blocks that layout shows."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ReadError
from ..types import Block, BlockKind, Document, Mark, Metadata
from .headings import mark_headings
from .hyphenation import Spellings
from .metadata import clean, pdf_date, telling_author, telling_title
from .pdf_fields import with_remarks
from .pdf_furniture import running_lines
from .pdf_layout import layout_of
from .pdf_pages import extract_pages
from .pdf_paragraphs import LaidOut, Paragraph, is_heading, paragraphs_of
from .plain_text import best_title, block_of
from .questions import mark_questions


def read_pdf(data: bytes) -> Document:
    """The document in a PDF file; a paragraph that goes over pages is one block.

    Raises ReadError for a file that is damaged, encrypted or without a text layer.
    """
    pages, properties = extract_pages(data)
    blank = sum(not (page.lines or page.remarks) for page in pages)
    if blank == len(pages):
        raise ReadError("no text layer (a scan?): run OCR over it first and save the result.")
    layout = layout_of([page.lines for page in pages])
    running = running_lines([page.lines for page in pages], layout.levels)
    laid_out = [
        LaidOut(lines, own, added)
        for own, (lines, added) in zip(
            running, (with_remarks(page.lines, page.remarks) for page in pages), strict=True
        )
    ]
    paragraphs = paragraphs_of(laid_out, layout)
    text, blocks, marks = _written(paragraphs, len(pages))
    largest = _title(text, blocks, marks)
    kept = {
        block.start: block for each, block in zip(paragraphs, blocks, strict=True) if each.is_kept
    }
    marked = mark_headings(text, blocks, is_wrapped=True)
    blocks = mark_questions(text, tuple(kept.get(block.start, block) for block in marked))
    title = telling_title(properties.get("Title")) or largest
    return Document(
        text=text,
        metadata=Metadata(
            title=title or clean(best_title(text, blocks)),
            author=telling_author(properties.get("Author")),
            date=pdf_date(properties.get("CreationDate")),
        ),
        blocks=blocks,
        marks=marks,
        notes=(f"{blank} of {len(pages)} pages hold no text (a scan?)",) if blank else (),
    )


def _written(
    paragraphs: Sequence[Paragraph], page_count: int
) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """The text, a paragraph a line, with a blank line wherever the layout parts them."""
    spellings = Spellings(line.text for each in paragraphs for line in each.lines)
    pieces: list[str] = []
    blocks: list[Block] = []
    starts: dict[int, int] = {}
    length = 0
    for paragraph in paragraphs:
        text, breaks = _joined(paragraph, spellings)
        for page, start in breaks.items():
            starts.setdefault(page, length + start)
        blocks.append(_block(text, paragraph, length))
        pieces.append(text + ("\n\n" if paragraph.is_apart else "\n"))
        length += len(pieces[-1])
    marks, at = [], length
    for page in reversed(range(page_count)):
        at = min(at, starts.get(page, at))
        marks.append(Mark(at, f"page {page + 1}", divides=True))
    return "".join(pieces), tuple(blocks), tuple(reversed(marks))


def _joined(paragraph: Paragraph, spellings: Spellings) -> tuple[str, dict[int, int]]:
    """The paragraph as one line, and where in it each of its pages begins."""
    text, breaks = paragraph.lines[0].text, {paragraph.pages[0]: 0}
    for line, page in zip(paragraph.lines[1:], paragraph.pages[1:], strict=True):
        text, between = spellings.joined(text, line.text)
        text += between
        breaks.setdefault(page, len(text))
        text += line.text
    return text, breaks


def _block(text: str, paragraph: Paragraph, start: int) -> Block:
    if paragraph.skipped:
        end = start + len(text)
        return Block(start, end, BlockKind.PARAGRAPH, skipped=paragraph.skipped)
    if paragraph.level and is_heading(paragraph):
        return Block(start, start + len(text), BlockKind.HEADING, paragraph.level)
    return block_of(text, start)


def _title(text: str, headings: Sequence[Block], marks: Sequence[Mark]) -> str | None:
    """The heading in the largest type on the first page with text, None where there is none."""
    first = next((mark.start for mark in marks[1:] if mark.start), len(text))
    on_first = [block for block in headings if block.level and block.start < first]
    largest = min(on_first, key=lambda block: block.level, default=None)
    return clean(text[largest.start : largest.end]) if largest else None
