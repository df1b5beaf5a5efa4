"""Reads tables of OpenDocument files: spanning, repeated and hidden cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..common.left_out import FORMULAS, REPETITIONS
from ..common.parsing import Element
from ..tables.assembly import Cell, Row, spread
from .odt_text import Texts
from .open_names import OFFICE, PARAGRAPHS, TABLE, TEXT, count, paragraphs

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 1_000
_MOST_REPEATED = 1_000
_CELLS = (TABLE + "table-cell",)
_NOT_SHOWN = frozenset({"collapse", "filter"})


def is_frame(table: Element) -> bool:
    """True for a table of one column, which is used for layout."""
    return all(len(_cells(row)) < 2 for row in _rows(table))


def cells(table: Element) -> Iterator[Element]:
    """Yields the cells of a table, row by row."""
    return (cell for row in _rows(table) for cell in _cells(row))


def table_rows(table: Element, texts: Texts) -> Iterator[Row]:
    """Yields the rows of a table, with spanning cells and repeated rows written out."""
    elements = list(_rows(table))
    spreading = spread(_read(row, texts) for row in elements)
    number = 1
    for element, row in zip(elements, spreading, strict=True):
        times = count(element, TABLE + "number-rows-repeated", _MOST_ROWS)
        strong = [_is_strong(cell, texts) for cell in _cells(element) if _has_words(cell)]
        is_hidden = element.get(TABLE + "visibility") in _NOT_SHOWN
        is_header = element.getparent().tag == TABLE + "table-header-rows"
        told = replace(
            row,
            is_header=is_header,
            is_strong=bool(strong) and all(strong),
            is_led=len(strong) > 1 and strong[0] and not any(strong[1:]),
            name="hidden row" if is_hidden else "row",
        )
        shown = min(times, _MOST_REPEATED) if any(row.cells) else 1
        for again in range(shown):
            yield replace(told, number=number + again)
        if any(row.cells):
            texts.left_out[REPETITIONS] += times - shown
        number += times
        if number > _MOST_ROWS:
            return


def hidden_columns(table: Element) -> set[int]:
    """Returns the hidden columns, counted from 0."""
    hidden = set[int]()
    at = 0
    for column in table.iter(TABLE + "table-column"):
        times = count(column, TABLE + "number-columns-repeated", _MOST_COLUMNS)
        if column.get(TABLE + "visibility") in _NOT_SHOWN:
            hidden.update(range(at, at + times))
        at += times
        if at > _MOST_COLUMNS:
            break
    return hidden


def _rows(table: Element) -> Iterator[Element]:
    """Yields the rows of a table, without those of inner tables."""
    for row in table.iter(TABLE + "table-row"):
        if next(row.iterancestors(TABLE + "table")) is table:
            yield row


def _cells(row: Element) -> list[Element]:
    return list(row.iterchildren(*_CELLS))


def _read(row: Element, texts: Texts) -> list[Cell]:
    read: list[Cell] = []
    for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        times = count(cell, TABLE + "number-columns-repeated", _MOST_COLUMNS)
        if cell.tag == TABLE + "covered-table-cell":
            continue
        words = _words(cell, texts)
        columns = count(cell, TABLE + "number-columns-spanned", _MOST_COLUMNS)
        rows = count(cell, TABLE + "number-rows-spanned", _MOST_ROWS)
        room = max(1, _MOST_COLUMNS - len(read))
        read += [Cell(words, columns, rows)] * min(times, room)
    while read and not read[-1].text and read[-1].columns == 1 == read[-1].rows:
        read.pop()
    return read


def _words(cell: Element, texts: Texts) -> str:
    words = " ".join(" ".join(map(texts.of, paragraphs(cell))).split())
    formula = cell.get(TABLE + "formula")
    if words or not formula or cell.get(OFFICE + "value-type"):
        return words
    texts.left_out[FORMULAS] += 1
    return f"={formula.partition('=')[2]}"


def _has_words(cell: Element) -> bool:
    return any("".join(one.itertext()).strip() for one in cell.iterchildren(*PARAGRAPHS))


def _is_strong(cell: Element, texts: Texts) -> bool:
    if cell.get(TABLE + "style-name") in texts.styles.strong:
        return True
    names = [one.get(TEXT + "style-name") for one in cell.iterchildren(*PARAGRAPHS)]
    return bool(names) and all(name in texts.styles.strong for name in names)
