"""Reads tables of web pages: every row is a line that names the columns of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...types import CAPTION_LEVEL, BlockKind
from ..common.parsing import Element
from ..tables.assembly import table_pieces
from ..tables.rows import Allowance, Row

_LONGEST_CELL = 400
"""A cell with more characters belongs to the layout of a page, not to a table."""

_LARGEST_SPAN = 200
_LARGEST_GROWTH = 4
_FEWEST_CELLS = 20_000
"""Most cells that spans may repeat: this number, or `_LARGEST_GROWTH` times the table's cells."""

_BOLD = frozenset({"b", "strong"})


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row or caption as it is read; `plain` and `linked` are those of a Spot."""

    text: str
    kind: BlockKind
    level: int
    plain: str
    linked: float
    element: Element


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell, and how many columns and further rows it covers."""

    words: str
    is_heading: bool
    columns: int
    rows: int


def is_table(element: Element) -> bool:
    """True for a data table; tables used for layout are walked like other containers."""
    if next(element.iterdescendants("table"), None) is not None:
        return False
    rows = list(element.iter("tr"))
    if not rows or max(len(_cells(row)) for row in rows) < 2:
        return False
    if len(rows) < 2 and next(element.iter("th"), None) is None:
        return False
    return all(len(cell.text_content()) <= _LONGEST_CELL for row in rows for cell in _cells(row))


def row_pieces(table: Element, words: Callable[[Element], str]) -> Iterator[TableRow]:
    """Yields the caption as a heading, then the rows, labelled by their header."""
    for caption in table.iter("caption"):
        if text := words(caption):
            yield TableRow(text, BlockKind.HEADING, CAPTION_LEVEL, text, 0.0, caption)
    elements = [row for row in table.iter("tr") if len(_cells(row))]
    read = [[_cell(cell, words) for cell in _cells(row)] for row in elements]
    grid = _grid(read)
    heads = _header_rows(elements, read)
    labels = _labels(grid[:heads])
    if not heads and _may_guess(read):
        yield from _guessed(table, grid)
        return
    for element, cells, row in zip(elements[heads:], read[heads:], grid[heads:], strict=True):
        if len(cells) == 1 and cells[0].is_heading and cells[0].words:
            text = cells[0].words
            yield TableRow(text, BlockKind.HEADING, CAPTION_LEVEL, text, 0.0, element)
            continue
        if text := _line(labels, row, names_itself=not heads and _names_itself(cells)):
            plain = " ".join(cell.words for cell in cells)
            yield TableRow(text, BlockKind.TABLE, 0, plain, linked_share(element), element)


def _cells(row: Element) -> list[Element]:
    return list(row.iterchildren("td", "th"))


def _cell(element: Element, words: Callable[[Element], str]) -> _Cell:
    columns, rows = _span(element, "colspan"), _span(element, "rowspan")
    return _Cell(words(element), element.tag == "th", columns, rows - 1)


def _span(element: Element, name: str) -> int:
    value = (element.get(name) or "").strip()
    return min(_LARGEST_SPAN, max(1, int(value))) if value.isdecimal() and len(value) < 7 else 1


def _grid(rows: Sequence[Sequence[_Cell]]) -> list[list[str]]:
    """Returns the words of each row by column, repeating a cell in all places that it covers."""
    left = max(_FEWEST_CELLS, _LARGEST_GROWTH * sum(map(len, rows)))
    grid: list[list[str]] = []
    covered: dict[int, tuple[int, str]] = {}
    for row in rows:
        words: list[str] = []
        waiting = list(reversed(row))
        while waiting or len(words) in covered:
            at = len(words)
            if at in covered:
                rows_left, above = covered.pop(at)
                words.append(above)
                if rows_left > 1:
                    covered[at] = (rows_left - 1, above)
                continue
            cell = waiting.pop()
            columns = cell.columns if left > cell.columns * (1 + cell.rows) else 1
            left -= columns * (1 + cell.rows)
            for column in range(at, at + columns):
                words.append(cell.words)
                if cell.rows and left > 0:
                    covered[column] = (cell.rows, cell.words)
        grid.append(words)
    return grid


def _header_rows(elements: Sequence[Element], rows: Sequence[Sequence[_Cell]]) -> int:
    """Returns how many rows at the top name the columns: rows of thead, or of header cells only."""
    heads = 0
    for element, row in zip(elements, rows, strict=True):
        is_head = element.getparent().tag == "thead" or all(cell.is_heading for cell in row)
        if not is_head or (len(row) < 2 and row[0].columns < 2 and not heads):
            break
        heads += 1
    if heads == 1 and len(rows[0]) == 1:
        return 0  # a single name for the whole table does not name a column
    if not heads and len(rows) > 1 and all(_is_bold(cell) for cell in _cells(elements[0])):
        are_others = any(_is_bold(cell) for cell in _cells(elements[1])[1:])
        return 0 if are_others else 1
    return heads if heads < len(rows) else 0


def _is_bold(cell: Element) -> bool:
    """True if all words of a cell are bold."""
    bold = (element for element in cell.iter(*_BOLD))
    first = next(bold, None)
    words = cell.text_content().strip()
    return first is not None and bool(words) and first.text_content().strip() == words


def _labels(heads: Sequence[Sequence[str]]) -> list[str]:
    """Returns the name of each column: the distinct texts above it in the header rows."""
    width = max(map(len, heads), default=0)
    columns = ([row[at] for row in heads if at < len(row) and row[at]] for at in range(width))
    return [", ".join(dict.fromkeys(column)).rstrip(" :") for column in columns]


def _names_itself(row: Sequence[_Cell]) -> bool:
    """True for a row that starts with its own name, in a table without a header."""
    return len(row) > 1 and row[0].is_heading and not any(cell.is_heading for cell in row[1:])


def _may_guess(rows: Sequence[Sequence[_Cell]]) -> bool:
    """True for three or more columns without header cells; two columns mostly hold pairs."""
    return len(rows[0]) > 2 and not any(cell.is_heading for row in rows for cell in row)


def _guessed(table: Element, grid: Sequence[Sequence[str]]) -> Iterator[TableRow]:
    rows = (Row(number, row) for number, row in enumerate(grid, start=1))
    for piece in table_pieces(rows, Allowance(), place=None):
        yield TableRow(piece.text, piece.kind, piece.level, piece.text, 0.0, table)


def _line(labels: Sequence[str], row: Sequence[str], names_itself: bool) -> str:
    if names_itself:
        values = " | ".join(value for value in dict.fromkeys(row[1:]) if value)
        return f"{row[0].rstrip(' :')}: {values}" if row[0] and values else row[0] or values
    if not labels:
        # Show a cell that covers several unnamed columns only once.
        row = [value for at, value in enumerate(row) if not at or value != row[at - 1]]
    told = []
    for at, value in enumerate(row):
        label = labels[at] if at < len(labels) else ""
        if value:
            told.append(f"{label}: {value}" if label and label != value else value)
    return " | ".join(dict.fromkeys(told)) if len(set(row)) == 1 else " | ".join(told)


def linked_share(row: Element) -> float:
    """Returns the share of a row's letters that are in links and buttons."""
    letters = sum(map(str.isalnum, row.text_content()))
    within = ("".join(link.itertext()) for link in row.iter("a", "button"))
    return sum(sum(map(str.isalnum, text)) for text in within) / max(1, letters)
