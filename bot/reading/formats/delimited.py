"""Reads tables in plain files: .csv, .tsv and files with other delimiters."""

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
"""Most growth of a file when each row repeats the header, as a multiple of its bytes."""

_DELIMITERS = "\t;|,"
"""In order of preference when two fit equally; commas come last because cells contain them."""

_SAID = re.compile(r"sep=([^\w\s]|\t)\n", re.IGNORECASE)
"""A first line that tells Excel the delimiter."""

_DELIMITER_SHOWS_WITHIN = 4096
"""Number of characters from which the delimiter is guessed."""


def read_csv(data: bytes) -> Document:
    """Returns the document in a file of values separated by commas or another delimiter.

    Raises ReadError for a file that is not text or has an oversized cell.
    """
    return _read_delimited(data, fallback=",")


def read_tsv(data: bytes) -> Document:
    """Returns the document in a file of values separated by tabs."""
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
    """Yields the rows numbered as in a spreadsheet: a row whose cells hold newlines counts once."""
    with parsing("CSV"):
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        for number, cells in enumerate(reader, start=1):
            if number > 1 or said is None:
                yield Row(number, cells)


def _delimiter(text: str, fallback: str) -> str:
    sample = text[:_DELIMITER_SHOWS_WITHIN]
    if fallback == "\t" and "\t" in sample:
        return fallback  # the commas belong to sentences in its cells
    regularity = {sign: _regularity(sample, sign) for sign in _DELIMITERS}
    best = max(regularity, key=lambda sign: regularity[sign])
    return best if regularity[best] else fallback


def _regularity(sample: str, delimiter: str) -> float:
    """Returns the share of rows that have the most common number of cells, if more than one."""
    try:
        rows = list(csv.reader(StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0.0
    if len(rows) > 1 and len(sample) == _DELIMITER_SHOWS_WITHIN:
        rows.pop()  # the last row may be cut off
    widths = Counter(len(row) for row in rows if row)
    width, count = max(widths.items(), key=itemgetter(1), default=(0, 0))
    return count / widths.total() if width > 1 else 0.0
