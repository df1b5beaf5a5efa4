"""Reads properties of an Excel sheet that openpyxl provides only by loading it in full.

These are hidden rows and columns, merged cells, and formulas without a stored value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

from ..common.assembly import Piece
from ..common.parsing import Element
from ..tables.rows import Row

_TELLING = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[\s>/]|hidden=")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_MOST_COLUMNS = 16_384
_LONGEST_FORMULA = 200


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells: rows counted from 1, columns from 0."""

    rows: range
    columns: range


@dataclass(slots=True)
class SheetFacts:
    """The properties of a sheet.

    `formulas` holds those without a value, by row and column; `headers` the header columns of Excel
    tables, by row; `printed` the headers and footers of printed pages.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    headers: dict[int, list[range]] = field(default_factory=dict)
    printed: list[Piece] = field(default_factory=list)

    def is_header(self, number: int, cells: Sequence[str]) -> bool:
        """Whether all cells of a row are headers of Excel tables."""
        headers = self.headers.get(number, ())
        filled = [at for at, cell in enumerate(cells) if cell]
        return bool(headers) and all(any(at in columns for columns in headers) for at in filled)

    def add_table(self, table: Element) -> None:
        """Adds the header of an Excel table on the sheet."""
        area = area_of(table.get("ref") or "")
        if area is not None and table.get("headerRowCount", "1") == "1":
            self.headers.setdefault(area.rows.start, []).append(area.columns)


def sheet_facts(source: bytes) -> SheetFacts:
    """Returns the properties in the XML of a sheet."""
    facts = SheetFacts()
    if _TELLING.search(source) is None:
        return facts
    number = 0
    for element in _elements(source):
        name = element.tag.rpartition("}")[2]
        if name == "row":
            stated = element.get("r") or ""
            number = int(stated) if stated.isdecimal() and len(stated) < 8 else number + 1
            if element.get("hidden") in ("1", "true"):
                facts.hidden_rows.add(number)
            _note_formulas(element, number, facts.formulas)
        elif name == "col" and element.get("hidden") in ("1", "true"):
            first, last = (element.get(end) or "" for end in ("min", "max"))
            if first.isdecimal() and last.isdecimal() and len(first + last) < 12:
                hidden = range(int(first) - 1, min(int(last), _MOST_COLUMNS))
                facts.hidden_columns.update(hidden)
        elif name == "mergeCell" and (area := area_of(element.get("ref") or "")):
            facts.merged.append(area)
    facts.merged.sort(key=lambda area: (area.rows.start, area.columns.start))
    return facts


def area_of(reference: str) -> Area | None:
    """Returns the cells named by a reference such as "B2:C5"."""
    match = _AREA.fullmatch(reference)
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    return Area(
        range(int(top), int(bottom or top) + 1), range(_column(left), _column(right or left) + 1)
    )


def with_merged(rows: Iterator[Row], merged: Sequence[Area]) -> Iterator[Row]:
    """Yields the rows, with the value of merged cells repeated in each place.

    A row without a value of its own stays empty.
    """
    waiting = list(reversed(merged))
    reaching: dict[int, tuple[Area, str]] = {}
    for row in rows:
        while waiting and waiting[-1].rows.start <= row.number:
            area = waiting.pop()
            at = area.columns.start
            if row.number in area.rows and at < len(row.cells) and row.cells[at]:
                reaching[at] = (area, row.cells[at])
        if not reaching or not any(row.cells):
            yield row
            continue
        reaching = {at: held for at, held in reaching.items() if row.number in held[0].rows}
        yield _filled(row, reaching)


def _filled(row: Row, reaching: Mapping[int, tuple[Area, str]]) -> Row:
    cells = list(row.cells)
    across, below = set[int](), set[int]()
    for start, (area, value) in sorted(reaching.items()):
        for at in area.columns[:_MOST_COLUMNS]:
            if at < len(cells) and cells[at] and at != start:
                break  # overlapping areas
            cells += [""] * (at + 1 - len(cells))
            if at > start:
                across.add(at)
            if row.number > area.rows.start:
                below.add(at)
            cells[at] = value
    return replace(row, cells=cells, across=frozenset(across), below=frozenset(below))


def _elements(source: bytes) -> Iterator[Element]:
    """Yields the rows, columns and merged areas, and frees each after use."""
    from lxml.etree import iterparse

    names = ("row", "col", "mergeCell")
    parsed = iterparse(
        BytesIO(source),
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, element in parsed:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _note_formulas(row: Element, number: int, formulas: dict[tuple[int, int], str]) -> None:
    for at, cell in enumerate(row.iterchildren("{*}c")):
        formula = cell.find("{*}f")
        # An empty string is a value too.
        if formula is None or cell.get("t") == "str" or cell.findtext("{*}v"):
            continue
        area = area_of(cell.get("r") or "")
        written = formula.text or ""
        shown = f"={written}" if 0 < len(written) <= _LONGEST_FORMULA else "(formula)"
        formulas[number, area.columns.start if area else at] = shown


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return min(number, _MOST_COLUMNS) - 1
