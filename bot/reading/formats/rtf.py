"""Reads rich text (.rtf): its words, with paragraphs and headings as in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ...errors import ReadError
from ...types import Block, BlockKind, Document, Metadata
from ..common.assembly import Piece, assemble
from ..common.characters import lettered, one_line, storable
from ..common.comments import comment_pieces, comment_text
from ..common.head_dates import dated, stated_date
from ..common.headings import mark_headings
from ..common.left_out import COMMENTS, remarks
from ..common.metadata import clean, file_date, iso_date, telling_title
from ..common.parsing import parsing
from ..common.questions import mark_questions
from ..tables.assembly import Allowance, Row, table_pieces
from .plain_text import best_title, split_blocks
from .rtf_source import (
    ACROSS,
    BELOW,
    CELL,
    FLAGS_END,
    NOTE_BEGINS,
    OWN,
    ROW_BEGINS,
    ROW_ENDS,
    SIGNS,
    Sources,
    taken_apart,
)

_LARGEST = 8 * 1024 * 1024
"""Most characters without images; striprtf takes a second per million."""

_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_CODE_PAGES = re.compile(r"\\ansicpg\d*")
_STATED_WITHIN = 4096
"""Bytes from the start of a file in which it must state its code page."""

_PICTURE = re.compile(rb"[0-9a-fA-F\r\n]{400,}")
"""Hexadecimal digits of an image: prose has blanks, and line ends in the file mean nothing."""

_FIELD = re.compile(r"(?<=\\field)(?=\{)", re.IGNORECASE)
_FONT = re.compile(r"\\f(?=\d)")
_FONT_NUMBER = re.compile(r"\d{1,9}")
_CHARACTER_SET = re.compile(r"\\fcharset(\d{1,3})(?!\d)")
_SIGN = re.compile(f"{ROW_ENDS}[^{FLAGS_END}]*{FLAGS_END}|[{''.join(SIGNS)}]")
_MOMENT = r"\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})"
_CREATED = re.compile(r"\{\\creatim" + _MOMENT)
_REVISED = re.compile(r"\{\\revtim" + _MOMENT)


def read_rtf(data: bytes) -> Document:
    """Returns the document in an .rtf file; headers and footers first, notes and comments last.

    Leaves out images and deleted or hidden text. Raises ReadError for a file that is damaged, or
    too large without its images.
    """
    with parsing("rich text (.rtf)"):
        if not data.lstrip().startswith(b"{\\rtf"):
            raise ReadError("no rich text. Give the file the suffix of its format, or remove it.")
        lean = _PICTURE.sub(b"", data)
        if len(lean) > _LARGEST:
            raise ReadError(
                f"{len(lean) / 1024**2:.0f} MB of rich text, more than is reasonable. "
                "Split it, or save it as Word (.docx)."
            )
        code_page = _code_page(lean)
        source = _tamed(lean.decode(code_page, errors="replace"))
        sources = taken_apart(source)
        allowance = Allowance()
        text, blocks = _blocks(_texts(sources, source, code_page), allowance)
        metadata = _metadata(source, code_page)
        comments = list(_comments(_aside("comments", sources, source, code_page)))
    title = metadata.title or clean(best_title(text, blocks))
    notes = remarks({**sources.left_out, COMMENTS: len(comments)})
    above = (text[one.start : one.end] for one in blocks if not one.skipped)
    own, dates = dated(replace(metadata, title=title), stated_date(above))
    text, blocks = _with_comments(text, blocks, comments)
    return Document(text, own, blocks, notes=(*dates, *notes, *allowance.notes))


def _aside(name: str, sources: Sources, source: str, code_page: str) -> str:
    """Returns the words of a secondary part, such as notes, using the file's fonts."""
    from striprtf.striprtf import font_table_group

    if not sources.parts[name]:
        return ""
    fonts = font_table_group(source)
    return _words(f"{{\\rtf1{fonts}{sources.source(name)}}}", code_page)


def _comments(words: str) -> Iterator[Piece]:
    parted = (comment.partition(CELL) for comment in words.split(NOTE_BEGINS)[1:])
    for author, _, said in parted:
        if said.strip():
            text = comment_text(_unsigned(said), _unsigned(author))
            yield Piece(text, BlockKind.PARAGRAPH)


def _with_comments(
    text: str, blocks: tuple[Block, ...], comments: Sequence[Piece]
) -> tuple[str, tuple[Block, ...]]:
    """Appends comments to the text and its blocks."""
    if not comments:
        return text, blocks
    more, added, _ = assemble(comment_pieces(comments))
    start = len(text) + 2
    moved = (replace(one, start=one.start + start, end=one.end + start) for one in added)
    return f"{text}\n\n{more}", (*blocks, *moved)


def _texts(sources: Sources, source: str, code_page: str) -> Sequence[str]:
    """Returns headers and footers with duplicates removed, the main text, and the notes."""
    beside = _aside("beside", sources, source, code_page)
    lines = dict.fromkeys(map(one_line, _unsigned(beside).split("\n")))
    notes = _aside("notes", sources, source, code_page).split(NOTE_BEGINS)[1:]
    numbered = (f"[{at}] {one_line(_unsigned(note))}" for at, note in enumerate(notes, start=1))
    return (
        "".join(f"{line}\n\n" for line in lines if lettered(line)),
        _words(sources.source("main"), code_page),
        "".join(f"\n\n{note}" for note in numbered),
    )


def _blocks(texts: Sequence[str], allowance: Allowance) -> tuple[str, tuple[Block, ...]]:
    """Joins the texts; returns the whole and its blocks.

    Table rows become lines that name their columns.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    tables: dict[int, Block] = {}
    length = 0
    were_wrapped = False
    for segment in chain.from_iterable(map(_segments, texts)):
        if isinstance(segment, str):
            text = _unsigned(segment)
            found, is_wrapped = split_blocks(text)
            were_wrapped = were_wrapped or is_wrapped
        else:
            text, found, _ = assemble(table_pieces(segment, allowance, place=None))
            text = f"\n{text}\n\n"
            found = tuple(replace(one, start=one.start + 1, end=one.end + 1) for one in found)
        for block in found:
            moved = replace(block, start=block.start + length, end=block.end + length)
            if not isinstance(segment, str):
                tables[len(blocks)] = moved
            blocks.append(moved)
        parts.append(text)
        length += len(text)
    whole = "".join(parts)
    marked = mark_headings(whole, blocks, were_wrapped)
    kept = (tables.get(place, block) for place, block in enumerate(marked))
    return whole, mark_questions(whole, tuple(kept))


def _segments(text: str) -> Iterator[str | list[Row]]:
    """Yields the text outside tables and the rows of each table, in order."""
    before, *pieces = text.split(ROW_BEGINS)
    yield before
    rows: list[Row] = []
    for piece in pieces:
        cells, is_row, rest = piece.partition(ROW_ENDS)
        if is_row:
            flags, _, rest = rest.partition(FLAGS_END)
            rows.append(_row(cells, flags.strip(), rows))
        else:
            rest = piece
        if rest.strip():
            if rows:
                yield rows
            rows = []
            yield rest
    if rows:
        yield rows


def _row(content: str, flags: str, above: Sequence[Row]) -> Row:
    """Returns a row of a table; `flags` tell which cells merge upwards or leftwards."""
    texts = [one_line(_unsigned(cell)) for cell in content.split(CELL)]
    if not texts[-1]:
        texts.pop()
    cells: list[str] = []
    across, below = set[int](), set[int]()
    for at, text in enumerate(texts):
        flag = flags[at] if at < len(flags) else OWN
        if flag == BELOW and above and at < len(above[-1].cells):
            below.add(at)
            text = text or above[-1].cells[at]
        elif flag == ACROSS and at and not text:
            across.add(at)
            text = cells[at - 1]
        cells.append(text)
    return Row(len(above) + 1, cells, frozenset(across), frozenset(below))


def _unsigned(text: str) -> str:
    """Removes the table characters from text; a cell outside a row ends with a bar."""
    if SIGNS.isdisjoint(text):
        return text
    return _SIGN.sub("", text.replace(CELL, " | "))


def _code_page(data: bytes) -> str:
    """Returns the code page that a file states, or the most common one if it is unknown."""
    stated = _CODE_PAGE.search(data[:_STATED_WITHIN].decode("latin-1"))
    name = f"cp{stated.group(1)}" if stated else "cp1252"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _words(source: str, code_page: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return storable(rtf_to_text(source, encoding=code_page, errors="replace"))


def _tamed(source: str) -> str:
    """Returns `source` without constructs that make striprtf's patterns run for hours.

    Line ends in the file mean nothing. A line end after each field keyword stops striprtf from
    parsing it as a link, so every field reads as it shows. Fonts are reduced to number and
    character set, which is all that striprtf needs. The code page is already known.
    """
    from striprtf.striprtf import font_table_group

    fonts = font_table_group(source)
    if fonts:
        source = source.replace(fonts, "{\\fonttbl" + "".join(_fonts(fonts)) + "}", 1)
    return _FIELD.sub("\n", _CODE_PAGES.sub("", source))


def _fonts(table: str) -> Iterator[str]:
    for font in _FONT.split(table)[1:]:
        number, character_set = _FONT_NUMBER.match(font), _CHARACTER_SET.search(font)
        if number and character_set:
            yield f"{{\\f{number.group()}\\fcharset{character_set.group(1)} x;}}\n"


def _metadata(source: str, code_page: str) -> Metadata:
    created = _day(_CREATED, source)
    date, date_from = file_date(created, _day(_REVISED, source))
    return Metadata(
        title=telling_title(_property(source, "title", code_page)),
        author=_property(source, "author", code_page),
        date=date,
        date_from=date_from,
    )


def _day(pattern: re.Pattern[str], source: str) -> str | None:
    found = pattern.search(source)
    return iso_date("-".join(found.groups())) if found else None


def _property(source: str, name: str, code_page: str) -> str | None:
    """Returns the value of a document property."""
    found = re.search(rf"\{{\\{name}\b([^{{}}]{{1,500}})\}}", source)
    return clean(_words("{" + found.group(1) + "}", code_page)) if found else None
