"""PDF: the text of every page, line by line as it is printed, and the blocks that layout shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ReadError
from ..types import Block, BlockKind, Document, Mark, Metadata
from .headings import mark_headings
from .metadata import clean, pdf_date, telling_title
from .pdf_layout import heading_levels, is_set_apart, line_spacing, running_lines
from .pdf_pages import Page, extract_pages
from .plain_text import best_title, split_blocks
from .prose import is_title_like
from .questions import mark_questions

_HEADING_CHARACTERS = 240
"""Large type that runs on for longer is a poster, not a heading."""

_VISIBLE = re.compile(r"\S")


def read_pdf(data: bytes) -> Document:
    """The document in a PDF file; no block crosses the end of a page.

    Raises ReadError for a file that is damaged, encrypted or without a text layer.
    """
    pages, properties = extract_pages(data)
    blank = sum(not page for page in pages)
    if blank == len(pages):
        raise ReadError("no text layer (a scan?): run OCR over it first and save the result.")
    text, marks, lines = _lay_out(pages)
    blocks = _blocks(text, _known_blocks(text, lines))
    return Document(
        text=text,
        metadata=Metadata(
            title=telling_title(properties.get("Title")) or clean(best_title(text, blocks)),
            author=clean(properties.get("Author")),
            date=pdf_date(properties.get("CreationDate")),
        ),
        blocks=blocks,
        marks=marks,
        notes=(f"{blank} of {len(pages)} pages hold no text (a scan?)",) if blank else (),
    )


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A line by its place in the text; `level` is that of a heading or 0."""

    start: int
    end: int
    level: int
    is_running: bool


def _lay_out(pages: Sequence[Page]) -> tuple[str, tuple[Mark, ...], list[_PlacedLine]]:
    """The text, with a blank line wherever the layout parts lines; its pages and lines."""
    spacing, levels = line_spacing(pages), heading_levels(pages)
    pieces: list[str] = []
    marks: list[Mark] = []
    lines: list[_PlacedLine] = []
    length = 0
    running_by_page = running_lines(pages, levels)
    for number, (page, running) in enumerate(zip(pages, running_by_page, strict=True), start=1):
        marks.append(Mark(length, f"page {number}", divides=True))
        for place, line in enumerate(page):
            end = length + len(line.text)
            lines.append(_PlacedLine(length, end, levels.get(line.size, 0), place in running))
            is_last = place + 1 == len(page) or is_set_apart(line, page[place + 1], spacing)
            pieces.append(line.text + ("\n\n" if is_last else "\n"))
            length += len(pieces[-1])
    return "".join(pieces), tuple(marks), lines


def _known_blocks(text: str, lines: Sequence[_PlacedLine]) -> list[Block]:
    """The blocks that layout alone gives away: running headers, and headings in large type."""
    blocks: list[Block] = []
    for line in lines:
        start, end = line.start, line.end
        if line.is_running:
            blocks.append(Block(start, end, BlockKind.PARAGRAPH, skipped="running header"))
        elif line.level:
            above = blocks[-1] if blocks else None
            if above and above.level == line.level and text[above.end : start] == "\n":
                start = blocks.pop().start
            blocks.append(Block(start, end, BlockKind.HEADING, line.level))
    return [
        block for block in blocks if block.skipped or _is_heading(text[block.start : block.end])
    ]


def _is_heading(text: str) -> bool:
    return len(text) <= _HEADING_CHARACTERS and is_title_like(clean(text) or "")


def _blocks(text: str, known: Sequence[Block]) -> tuple[Block, ...]:
    """The known blocks, and those that the lines between them make."""
    pieces, end = [], 0
    for block in known:
        pieces += [text[end : block.start], _VISIBLE.sub(" ", text[block.start : block.end])]
        end = block.end
    others, _ = split_blocks("".join(pieces) + text[end:])
    blocks = sorted([*known, *others], key=lambda block: block.start)
    return mark_questions(text, mark_headings(text, blocks, is_wrapped=True))
