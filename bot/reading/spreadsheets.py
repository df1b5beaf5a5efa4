"""Excel workbooks (.xlsx): the rows of every sheet, their values as they are shown."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from ..types import BlockKind, Document, Metadata
from .assembly import Piece, assemble
from .characters import one_line
from .metadata import clean, language_code, telling_title
from .packed import checked
from .parsing import parsing
from .tables import Allowance, Row, table_pieces

_PERCENTAGE = re.compile(r'(?:[^"%\\]|"[^"]*"|\\.)*%')
_MOST_ROWS = 1_048_576
"""What Excel allows a sheet; a file may number a row higher, after as many empty ones."""

_NOT_AN_AUTHOR = "openpyxl"
"""What the library says where the file names nobody, and writes where it is not told a name."""


def read_xlsx(data: bytes) -> Document:
    """The document in an .xlsx file; hidden sheets are read, charts and formulas are not.

    Raises ReadError for a file that is damaged or unpacks to an unreasonable size.
    """
    allowance = Allowance()
    with parsing("Excel (.xlsx)"), warnings.catch_warnings():
        # They are about charts and styles that are not needed.
        warnings.simplefilter("ignore")
        now = datetime.now(UTC).replace(tzinfo=None)
        workbook = _open(data)
        pieces = list(_pieces(workbook, allowance))
        metadata = _metadata(workbook.properties, now)
    text, blocks, marks = assemble(pieces)
    return Document(
        text=text,
        metadata=metadata,
        blocks=blocks,
        marks=marks,
        notes=allowance.notes,
    )


def _open(data: bytes) -> Any:
    import openpyxl

    return openpyxl.load_workbook(checked(data), read_only=True, data_only=True, keep_links=False)


def _metadata(properties: Any, now: datetime) -> Metadata:
    # The library takes the present for the date of a file that states none.
    is_dated = properties.created is not None and properties.created < now
    author = clean(properties.creator)
    return Metadata(
        title=telling_title(properties.title),
        author=author if author != _NOT_AN_AUTHOR else None,
        date=properties.created.date().isoformat() if is_dated else None,
        language=language_code(properties.language),
    )


def _pieces(workbook: Any, allowance: Allowance) -> Iterator[Piece]:
    for sheet in workbook.worksheets:
        yield from _sheet_pieces(sheet, allowance)
        if allowance.note:
            break


def _sheet_pieces(sheet: Any, allowance: Allowance) -> Iterator[Piece]:
    """The title of a sheet as a heading, and its rows; nothing for an empty sheet."""
    title = one_line(sheet.title)
    name = f"sheet {title}"
    for at, piece in enumerate(table_pieces(_rows(sheet), allowance, f"{name}, ")):
        if at == 0:
            yield Piece(title, BlockKind.HEADING, 1, mark=name, divides=True)
        yield piece


def _rows(sheet: Any) -> Iterator[Row]:
    # What a sheet says of its own size may be wrong: only the cells that it has are counted.
    sheet.reset_dimensions()
    rows = islice(sheet.iter_rows(), _MOST_ROWS)
    for number, cells in enumerate(rows, start=1):
        yield Row(number, ["" if cell.value is None else _shown(cell) for cell in cells])


def _shown(cell: Any) -> str:
    """The value of a cell as its readers see it; an error is none."""
    value = cell.value
    if cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return _unescaped(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _unescaped(value: str) -> str:
    from openpyxl.utils.escape import unescape

    return str(unescape(value)) if "_x" in value else value


def _number(value: float, number_format: str) -> str:
    if _PERCENTAGE.match(number_format):
        return f"{value * 100:.15g}%"
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def _moment(value: datetime) -> str:
    """A day, with its time unless that is midnight."""
    at_midnight = value.time() == time()
    return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
