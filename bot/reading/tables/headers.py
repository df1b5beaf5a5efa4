"""Finds the header rows of a table and the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from .rows import Row

TOP_ROWS = 30
"""Rows at the top that are examined to find a header."""

LONGEST_LABEL = 100
"""Most characters of a column name; longer text is not a name."""

_LONGEST_NAME = 1
"""Most words of a header above longer text, in a table that could also hold pairs."""

_DEEPEST = 4
"""Most rows of a header."""

_NUMBER = re.compile(
    r"[-+(]?\s*[$€£¥₽₹₩₺₴₸฿]?\s*(?:\d[\d.,'’\s]*|\.\d+)(?:[eE][-+]?\d+)?\s*[%€£¥₽₹₩₺₴₸฿$)]?"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_COLONS = (":", "：")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header, and the name of each column."""

    rows: Sequence[Row] = ()
    labels: Sequence[str] = ()


def header_of(
    rows: Sequence[Row], is_sure: bool = False, may_be_pairs: bool = False
) -> Header | None:
    """Returns the header at the top of a table, or None if the first row is like the others.

    `is_sure` requires that the values below confirm the header. So does `may_be_pairs`, but there
    it is enough that the values are longer than their name.
    """
    rows = rows[:TOP_ROWS]
    told = sum(1 for _ in takewhile(lambda row: row.is_header, rows[:_DEEPEST]))
    depth = max(told if told < len(rows) else 0, _stacked(rows)) or int(
        _is_header(rows, is_sure, may_be_pairs)
    )
    return Header(rows[:depth], _labels(rows[:depth])) if depth else None


def is_number(cell: str) -> bool:
    """True for a number alone; a currency or percent sign is allowed."""
    return _NUMBER.fullmatch(cell) is not None


def is_name(cell: str) -> bool:
    """True for text that can name a column or caption a table."""
    return 0 < len(cell) <= LONGEST_LABEL and not is_number(cell)


def has_digit(cell: str) -> bool:
    """True for text with a digit, such as a number, a date or a code."""
    return _DIGIT.search(cell) is not None


def has_pairs(rows: Sequence[Row]) -> bool:
    """Whether each row is a label and its value, as in "Name: | Ann"."""
    return all(
        row.width <= 2 and len(row.cells) >= 2 and row.cells[0].endswith((":", "："))
        for row in rows
    )


def column(rows: Sequence[Row], at: int) -> list[str]:
    """Returns the values of a column, without empty cells."""
    return [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]]


def is_strong(rows: Sequence[Row]) -> bool:
    """Whether the first row is bold and the second is not."""
    return len(rows) > 1 and rows[0].is_strong and not rows[1].is_strong


def _is_header(rows: Sequence[Row], is_sure: bool, may_be_pairs: bool) -> bool:
    """Whether the first row alone is a header.

    It is a header in two cases: all its cells are distinct names (the cell above the row names may
    be empty), or more of its names stand above columns of numbers than it has cells that are not
    names.
    """
    if len(rows) < 2:
        return False
    places = range(max(map(len, (row.cells for row in rows))))
    columns = {at: column(rows[1:], at) for at in places}
    first = {at: cell for at, cell in enumerate(rows[0].cells) if cell or columns[at]}
    while first and not first[max(first)]:
        first.pop(max(first))
    names = {at: _names(cell, columns[at]) for at, cell in first.items()}
    named = sum(names[at] and _all_numbers(columns[at]) for at in first)
    unnamed = sum(bool(cell) and not names[at] for at, cell in first.items())
    are_names = unnamed == 0 and all(first[at] for at in [*first][1:])
    if is_strong(rows) and are_names:
        return True
    if is_sure or may_be_pairs:
        told = sum(
            names[at] and _tells(cell, columns[at], may_be_pairs) for at, cell in first.items()
        )
        spans = any(0 in row.below for row in rows[2:])
        return (told > 0 or spans) and unnamed == 0
    return (are_names and len(set(first.values())) == len(first)) or named > unnamed


def _tells(cell: str, below: Sequence[str], by_length: bool) -> bool:
    """Whether a cell differs in kind from all below it: words over numbers, a name over text."""
    if not below or has_digit(cell):
        return False
    if any(map(has_digit, below)):
        return all(map(has_digit, below))
    if not by_length:
        return False
    return len(cell.split()) <= _LONGEST_NAME < sum(len(one.split()) for one in below) / len(below)


def _names(cell: str, below: Sequence[str]) -> bool:
    """Whether `cell` can name the column below it.

    A year can name a column, unless the column holds years. "Mill 1" does not name a column of
    "Mill 2".
    """
    if _YEAR.fullmatch(cell):
        return not all(map(_YEAR.fullmatch, below))
    counts = has_digit(cell) and below and all(_shape(one) == _shape(cell) for one in below)
    return is_name(cell) and not counts


def _shape(cell: str) -> str:
    return _DIGITS.sub("0", cell)


def _all_numbers(below: Sequence[str]) -> bool:
    return bool(below) and all(map(is_number, below))


def _stacked(rows: Sequence[Row]) -> int:
    """Returns the number of rows in a header whose upper rows name groups of columns, else 0."""
    if len(rows) < 3:
        return 0
    depth = 2
    if rows[0].across:
        while depth < min(len(rows) - 1, _DEEPEST) and rows[depth - 1].across and rows[depth].below:
            depth += 1
    elif not _completes(rows):
        return 0
    cells = (cell for row in rows[:depth] for cell in row.cells if cell)
    return depth if all(is_name(cell) or _YEAR.fullmatch(cell) for cell in cells) else 0


def _completes(rows: Sequence[Row]) -> bool:
    """Whether the second row names the columns within the groups of the first row."""
    upper, lower = rows[0].cells, rows[1].cells
    if upper[0] and lower and lower[0]:
        return False
    gaps = [at for at, cell in enumerate(lower) if cell and not (at < len(upper) and upper[at])]
    named = any(cell and _all_numbers(column(rows[2:4], at)) for at, cell in enumerate(lower))
    return named and any(at and at - 1 < len(upper) for at in gaps) and rows[0].width > 1


def _labels(rows: Sequence[Row]) -> list[str]:
    """Returns the name of each column, preceded by the names of its groups."""
    width = max(len(row.cells) for row in rows)
    grid = [[*row.cells, *[""] * (width - len(row.cells))] for row in rows]
    for upper, lower in pairwise(grid):
        for at in range(1, width):
            if not upper[at] and lower[at] and lower[at - 1]:
                upper[at] = upper[at - 1]
    names = (dict.fromkeys(filter(None, cells)) for cells in zip(*grid, strict=True))
    labels = (", ".join(parts).rstrip(" :：") for parts in names)
    return [label if len(label) <= LONGEST_LABEL * len(rows) else "" for label in labels]
