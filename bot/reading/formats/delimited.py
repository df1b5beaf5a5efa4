"""Tables in plain files: .csv, .tsv, and what uses other signs in the place of commas."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from operator import itemgetter

from ...types import Document, Metadata
from ..common.assembly import assemble
from ..common.decoding import decode
from ..common.parsing import parsing
from ..tables.assembly import table_pieces
from ..tables.rows import LARGEST_TABLES, Allowance, Row

LARGEST_GROWTH = 4
"""How many times the bytes of a plain file its rows may come to; each repeats the header."""

_DELIMITERS = "\t;|,"
"""Of two that fit, the one before: commas stand within cells too."""

_SAID = re.compile(r"sep=([^\w\s]|\t)\n", re.IGNORECASE)
"""The first line by which Excel is told what parts the values."""

_DELIMITER_SHOWS_WITHIN = 4096
"""Characters."""


def read_csv(data: bytes) -> Document:
    """The document in a file of values parted by commas, or by what it uses in their place.

    Raises ReadError for what is not text or has an endless cell.
    """
    return _read_delimited(data, fallback=",")


def read_tsv(data: bytes) -> Document:
    """The document in a file of values parted by tabs."""
    return _read_delimited(data, fallback="\t")


def _read_delimited(data: bytes, fallback: str) -> Document:
    decoded = decode(data)
    said = _SAID.match(decoded.text)
    delimiter = said[1] if said else _delimiter(decoded.text, fallback)
    allowance = Allowance(max(LARGEST_TABLES, LARGEST_GROWTH * len(data)))
    text, blocks, marks = assemble(table_pieces(_records(decoded.text, delimiter, said), allowance))
    return Document(
        text=text,
        metadata=Metadata(),
        blocks=blocks,
        marks=marks,
        notes=(*decoded.notes, *allowance.notes),
    )


def _records(text: str, delimiter: str, said: re.Match[str] | None) -> Iterator[Row]:
    """The rows as a spreadsheet numbers them: one whose cells hold newlines is a single row."""
    with parsing("CSV"):
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        for number, cells in enumerate(reader, start=1):
            if number > 1 or said is None:
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
