"""Tables: every row is a line of its own that names the columns of its values; .csv and .tsv."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from operator import itemgetter

from ..types import BlockKind, Document, Metadata
from .assembly import Piece, assemble
from .characters import one_line
from .decoding import decode
from .parsing import parsing

LARGEST_TABLES = 30_000_000
"""Cells and characters read of one file, which may claim cells, or repeat a text, without end."""

LARGEST_GROWTH = 4
"""How many times the bytes of a plain file its rows may come to; each repeats the header."""

_DELIMITERS = "\t;|,"
"""Of two that fit, the one before: commas stand within cells too."""

_DELIMITER_SHOWS_WITHIN = 4096
"""Characters."""

_TOP_ROWS = 30
"""Rows from the top by which a header is known."""

_LONGEST_LABEL = 100
"""Characters; what is longer is text, not the name of a column."""

_NUMBER = re.compile(r"[-+(]?\s*[$€£¥]?\s*(?:\d[\d.,'’\s]*|\.\d+)(?:[eE][-+]?\d+)?\s*[%€)]?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number as its readers see it, and all its cells, empty ones too."""

    number: int
    cells: Sequence[str]

    @property
    def size(self) -> int:
        """What it costs to read."""
        return 1 + len(self.cells) + sum(map(len, self.cells))


@dataclass(slots=True)
class Allowance:
    """What may still be read of one file; `note` says where it ended before the file did."""

    left: int = LARGEST_TABLES
    note: str | None = None

    def takes(self, cost: int, place: str, row: Row) -> bool:
        """Whether that much more may be read in this row."""
        if cost > self.left:
            self.note = f"{place}row {row.number} and what follows was left out: too large"
            return False
        self.left -= cost
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        """The note, if there is one."""
        return (self.note,) if self.note else ()


def read_csv(data: bytes) -> Document:
    """The document in a file of values parted by commas, or by what it uses in their place.

    Raises ReadError for what is not text or has an endless cell.
    """
    return _read_delimited(data, fallback=",")


def read_tsv(data: bytes) -> Document:
    """The document in a file of values parted by tabs."""
    return _read_delimited(data, fallback="\t")


def table_pieces(rows: Iterable[Row], allowance: Allowance, place: str = "") -> Iterator[Piece]:
    """A piece for each row with a value, except for the header, which is told with every value.

    `place` goes before the number of the row in its mark.
    """
    filled = _within(rows, allowance, place)
    top = list(islice(filled, _TOP_ROWS))
    captions = _captions(top)
    header = _header(top[captions:])
    labels: list[str] = []
    for at, row in enumerate(chain(top, filled)):
        if header is not None and at == captions:
            labels = header
            continue
        text = _line(labels if at > captions else [], row.cells)
        if not allowance.takes(max(0, len(text) - row.size), place, row):
            return
        yield Piece(text, BlockKind.TABLE, mark=f"{place}row {row.number}")


def _read_delimited(data: bytes, fallback: str) -> Document:
    decoded = decode(data)
    delimiter = _delimiter(decoded.text, fallback)
    allowance = Allowance(max(LARGEST_TABLES, LARGEST_GROWTH * len(data)))
    text, blocks, marks = assemble(table_pieces(_records(decoded.text, delimiter), allowance))
    return Document(
        text=text,
        metadata=Metadata(),
        blocks=blocks,
        marks=marks,
        notes=(*decoded.notes, *allowance.notes),
    )


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """The rows as a spreadsheet numbers them: one whose cells hold newlines is a single row."""
    with parsing("CSV"):
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        for number, cells in enumerate(reader, start=1):
            yield Row(number, cells)


def _delimiter(text: str, fallback: str) -> str:
    sample = text[:_DELIMITER_SHOWS_WITHIN]
    if fallback == "\t" and "\t" in sample:
        return fallback  # its cells are sentences, with commas
    regularity = {sign: _regularity(sample, sign) for sign in _DELIMITERS}
    best = max(regularity, key=lambda sign: regularity[sign])
    return best if regularity[best] else fallback


def _regularity(sample: str, delimiter: str) -> float:
    """The share of rows that have as many cells as most rows, more than one."""
    try:
        rows = list(csv.reader(StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0.0
    if len(rows) > 1 and len(sample) == _DELIMITER_SHOWS_WITHIN:
        rows.pop()  # which may have been cut
    widths = Counter(len(row) for row in rows if row)
    width, count = max(widths.items(), key=itemgetter(1), default=(0, 0))
    return count / widths.total() if width > 1 else 0.0


def _within(rows: Iterable[Row], allowance: Allowance, place: str) -> Iterator[Row]:
    """The rows with a value, until the allowance is spent on the size of all of them."""
    for row in rows:
        if not allowance.takes(row.size, place, row):
            return
        if any(cell and one_line(cell) for cell in row.cells):
            yield row


def _captions(top: Sequence[Row]) -> int:
    """How many rows stand above a table that has more columns than they."""
    if not any(_width(row) > 1 for row in top):
        return 0
    return next(at for at, row in enumerate(top) if _width(row) > 1)


def _width(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _header(top: Sequence[Row]) -> list[str] | None:
    """The names of the columns, None where the first row is one of values like the others.

    It is a header when all its cells are distinct names, the one over the names of the rows
    perhaps empty, or when more columns of numbers begin with a name than cells are none.
    """
    if len(top) < 2:
        return None
    first = [one_line(cell) for cell in top[0].cells]
    while not first[-1]:
        first.pop()
    columns = [
        [cell for row in top[1:] if at < len(row.cells) and (cell := one_line(row.cells[at]))]
        for at in range(len(first))
    ]
    names = [_names(cell, column) for cell, column in zip(first, columns, strict=True)]
    named = sum(
        bool(is_name and column) and all(map(_NUMBER.fullmatch, column))
        for is_name, column in zip(names, columns, strict=True)
    )
    unnamed = sum(bool(cell) and not is_name for cell, is_name in zip(first, names, strict=True))
    are_names = all(names[1:]) and (names[0] or not first[0]) and len(set(first)) == len(first)
    if not are_names and named <= unnamed:
        return None
    return [cell.rstrip(" :") if len(cell) <= _LONGEST_LABEL else "" for cell in first]


def _names(cell: str, column: Sequence[str]) -> bool:
    """Whether `cell` can be the name of the column below: a year can, but not above years."""
    if _YEAR.fullmatch(cell):
        return not all(map(_YEAR.fullmatch, column))
    return 0 < len(cell) <= _LONGEST_LABEL and _NUMBER.fullmatch(cell) is None


def _line(labels: Sequence[str], cells: Sequence[str]) -> str:
    parts = []
    for at, cell in enumerate(cells):
        if cell and (value := one_line(cell)):
            label = labels[at] if at < len(labels) else ""
            parts.append(f"{label}: {value}" if label else value)
    return " | ".join(parts)
