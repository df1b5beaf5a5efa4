"""Reads tables of Word documents: spanning cells, rows, and tables within cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from ..common.left_out import DELETED, PLACEHOLDERS
from ..common.parsing import Element
from ..tables.assembly import Row
from .docx_styles import WORD, is_on, value
from .docx_text import BOX, FALLBACK, Texts, is_placeholder, is_strong

TABLE = WORD + "tbl"

_CELL = WORD + "tc"
_ROW = WORD + "tr"
_MOVED = WORD + "moveFrom"
_DELETED = WORD + "del"
_MOST_COLUMNS = 1_000


def is_frame(table: Element) -> bool:
    """True for a table of one column, which is used for layout."""
    return all(len(list(cells_of(row))) < 2 for row in rows_of(table))


def rows_of(table: Element) -> Iterator[Element]:
    """Yields the rows of a table, without those of inner tables."""
    return (row for row in table.iter(_ROW) if _nearest(row, TABLE) is table)


def cells_of(row: Element) -> Iterator[Element]:
    """Yields the cells of a row, without those of inner tables."""
    return (cell for cell in row.iter(_CELL) if _nearest(cell, _ROW) is row)


def inner_tables(cell: Element) -> Iterator[Element]:
    """Yields the tables directly within a cell, without tables inside these."""
    for table in cell.iter(TABLE):
        above = takewhile(lambda element: element is not cell, table.iterancestors())
        if not any(element.tag in (TABLE, FALLBACK) for element in above):
            yield table


def table_rows(table: Element, texts: Texts) -> list[Row]:
    """Returns the rows of a table, with each cell repeated in each place it covers."""
    rows: list[Row] = []
    above: Sequence[str] = ()
    for number, element in enumerate(rows_of(table), start=1):
        properties = element.find(WORD + "trPr")
        if properties is not None and properties.find(WORD + "del") is not None:
            texts.left_out[DELETED] += 1
            continue
        row = _row(number, element, above, texts)
        above = row.cells
        rows.append(row)
    return rows


def _row(number: int, element: Element, above: Sequence[str], texts: Texts) -> Row:
    properties = element.find(WORD + "trPr")
    cells = [""] * _count(properties, "gridBefore", 0)
    across, below = set[int](), set[int]()
    strong: list[bool] = []
    for cell in cells_of(element):
        layout = cell.find(WORD + "tcPr")
        merged = None if layout is None else layout.find(WORD + "vMerge")
        at = len(cells)
        words = _cell_text(cell, texts)
        is_below = merged is not None and merged.get(WORD + "val") != "restart"
        if is_below and not words and at < len(above):
            words = above[at]
            below.add(at)
        if words and (not strong or strong[0]):
            # If the first cell is not bold, the other cells make no difference.
            strong.append(is_strong(cell))
        for place in range(_count(layout, "gridSpan", 1)):
            if len(cells) >= _MOST_COLUMNS and place:
                break
            if place:
                across.add(len(cells))
            cells.append(words)
    return Row(
        number,
        cells,
        frozenset(across),
        frozenset(below),
        is_header=is_on(properties, "tblHeader"),
        is_strong=bool(strong) and all(strong),
        is_led=len(strong) > 1 and strong[0] and not any(strong[1:]),
    )


def _cell_text(cell: Element, texts: Texts) -> str:
    """Returns the text of a cell, without that of inner tables and boxes."""
    paragraphs = (
        paragraph
        for paragraph in cell.iter(WORD + "p")
        if _nearest(paragraph, _CELL, BOX, FALLBACK, _MOVED, _DELETED) is cell
        and not any(map(is_placeholder, takewhile(_is_no_cell, paragraph.iterancestors())))
    )
    for form in cell.iter(WORD + "sdt"):
        texts.left_out[PLACEHOLDERS] += _nearest(form, _CELL) is cell and _holds_empty_form(form)
    return " ".join(" ".join(map(texts.of, paragraphs)).split())


def _holds_empty_form(form: Element) -> bool:
    """Whether an unfilled form field contains paragraphs, rather than parts of one."""
    return is_placeholder(form) and next(form.iter(WORD + "p"), None) is not None


def _is_no_cell(element: Element) -> bool:
    return bool(element.tag != _CELL)


def _nearest(element: Element, *tags: str) -> Element:
    return next(element.iterancestors(*tags), None)


def _count(properties: Element, name: str, least: int) -> int:
    stated = value(properties, name) or ""
    count = int(stated) if stated.isdecimal() and len(stated) < 6 else least
    return max(least, min(count, _MOST_COLUMNS))
