"""Writes each row of a table as a line that names the column of each value."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest

from ...types import CAPTION_LEVEL, BlockKind
from ..common.assembly import Piece
from ..common.characters import one_line
from .headers import TOP_ROWS, Header, has_pairs, header_of, is_name, is_number
from .regions import EVERYWHERE, FEW_ROWS, Band, bands, goes_on, restarts, side_by_side, within
from .rows import Allowance, Cell, Row, spread

_MOST_LOOKED_AT = 200
"""Rows that are checked for a value in each column of the header."""

_WIDE_GAP = 2
"""Number of empty rows that separate two tables when nothing else does."""


def table_pieces(
    rows: Iterable[Row],
    allowance: Allowance,
    place: str | None = "",
    title: str = "",
    hidden: Container[int] = (),
) -> Iterator[Piece]:
    """Yields a piece for each row that has a value; header rows become labels of the values.

    `place` precedes the row number in the mark of a row; None means no marks. `title` is the
    heading of a table without a caption. `hidden` columns are labelled as hidden.
    """
    return _Sheet(allowance, place, title, hidden).pieces(rows)


@dataclass(slots=True)
class _Sheet:
    """One pass over the rows of a sheet, which may hold several tables."""

    allowance: Allowance
    place: str | None
    title: str
    hidden: Container[int]
    tables: list[_Table] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    """Rows with a single cell, held back until the next table shows what they are."""
    is_begun: bool = False
    is_captioned: bool = False

    def pieces(self, rows: Iterable[Row]) -> Iterator[Piece]:
        for band in bands(self._filled(rows)):
            if band.goes_on and not self.waiting:
                for table in self.tables:
                    yield from self._told(table.go_on(within(band.rows, table.columns)))
            elif all(row.width == 1 for row in band.rows):
                self.waiting += band.rows
            else:
                yield from self._told(self._band(band))
        if self.waiting and not self.tables:
            yield from self._told(self._table(EVERYWHERE).begin(self.waiting))
        else:
            yield from self._told(self._aside(row) for row in self.waiting)

    def _table(self, columns: range) -> _Table:
        return _Table(columns, self.hidden, is_wary=self.place is None)

    def _filled(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yields the rows that have a value, until the allowance is used up.

        All rows count against the allowance, including empty ones.
        """
        for row in rows:
            if not self.allowance.takes(row.size, self.place or "", row):
                return
            cells = [one_line(cell) if cell else "" for cell in row.cells]
            if any(cells):
                yield row if cells == row.cells else replace(row, cells=cells)

    def _band(self, band: Band) -> Iterator[_Line]:
        groups = side_by_side(band.rows)
        gap = band.gap + len(self.waiting)
        captions, self.waiting = self.waiting, []
        if not len(groups) == len(self.tables) == 1:
            self.tables = [self._table(group) for group in groups]
        for table in self.tables:
            rows = within(band.rows, table.columns)
            while rows and rows[0].width == 1 and (rows[0].across or not rows[0].is_header):
                captions.append(rows.pop(0))
            starts = table.starts(rows, gap)
            yield from self._captions(captions, starts)
            captions, self.is_begun = [], True
            yield from table.begin(rows) if starts else table.go_on(rows)

    def _captions(self, rows: Sequence[Row], starts: bool) -> Iterator[_Line]:
        """Yields the caption above a table, or headings above some of its rows."""
        if rows:
            # The caption above the first table is the title of the sheet.
            self.is_captioned = self.is_begun
            first, *others = rows
            yield _Line(first, [_only(first)], is_caption=is_name(_only(first)))
            yield from (_Line(row, [_only(row)]) for row in others)
        elif starts and self.is_captioned and self.title:
            self.is_captioned = False
            yield _Line(None, [self.title], is_caption=True)

    def _aside(self, row: Row) -> _Line:
        """Returns a single cell below a table: a number in one of its columns, or a remark."""
        labels = self.tables[0].header.labels if is_number(_only(row)) else ()
        return _Line(row, _labelled(labels, row, self.hidden))

    def _told(self, lines: Iterable[_Line]) -> Iterator[Piece]:
        for line in lines:
            text = " | ".join(filter(None, line.parts))
            if line.row is None:
                yield Piece(text, BlockKind.HEADING, 1)
                continue
            row = line.row
            if not self.allowance.takes(max(0, len(text) - row.size), self.place or "", row):
                return
            mark = None if self.place is None else f"{self.place}{row.name} {row.number}"
            if line.is_caption:
                yield Piece(text, BlockKind.HEADING, CAPTION_LEVEL, mark)
            else:
                yield Piece(text, BlockKind.TABLE, mark=mark)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of output: the parts of a row, or a generated heading if `row` is None."""

    row: Row | None
    parts: Sequence[str]
    is_caption: bool = False


@dataclass(slots=True)
class _Table:
    """A table in the process of being read; `columns` are its columns in the sheet."""

    columns: range
    hidden: Container[int]
    is_wary: bool = False
    header: Header = field(default_factory=Header)
    body: Sequence[Row] = ()
    is_pairs: bool = False
    is_unnamed: bool = False
    """Whether it is unknown if the rows below empty rows share the header above."""
    group: Row | None = None
    """The single-cell row across the table that heads the rows below it."""

    def starts(self, rows: Sequence[Row], gap: int) -> bool:
        """Whether rows below empty rows start a new table."""
        if not self.body:
            return True
        is_same = goes_on(rows, self.header, self.body)
        if is_same is None:
            # It is unclear whether the first row is a header or data.
            self.is_unnamed = gap < _WIDE_GAP
            return gap >= _WIDE_GAP
        self.is_unnamed = False
        return not is_same

    def begin(self, rows: Sequence[Row]) -> Iterator[_Line]:
        """Yields the lines of rows that start a table, and of further tables among them."""
        at = 0
        while at < len(rows):
            at = yield from self._header(rows, at)
            at = yield from self._body(rows, at)

    def go_on(self, rows: Sequence[Row]) -> Iterator[_Line]:
        """Yields the lines of further rows; other tables may start among them."""
        at = yield from self._body(rows, 0)
        yield from self.begin(rows[at:])

    def _header(self, rows: Sequence[Row], at: int) -> Generator[_Line, None, int]:
        """Finds the header of a table that starts at row `at`; returns where its body starts."""
        self.is_unnamed = False
        top = rows[at : at + (FEW_ROWS if at else TOP_ROWS)]
        self.is_pairs = has_pairs(rows if at == 0 else top)
        # Two columns are just as often names and values, one pair in each row.
        may_be_pairs = self.is_wary and all(row.width <= 2 for row in top)
        found = None if self.is_pairs else header_of(top, may_be_pairs=may_be_pairs)
        self.header = found or Header()
        self.group = None
        at += len(self.header.rows)
        if not self._tells_header(rows[at : at + _MOST_LOOKED_AT]):
            yield from (_Line(row, _labelled((), row, self.hidden)) for row in self.header.rows)
        return at

    def _tells_header(self, body: Sequence[Row]) -> bool:
        """Whether the rows below a header have a value for each of its names."""
        labels = self.header.labels
        empty = {at for row in self.header.rows for at, cell in enumerate(row.cells) if cell}
        if not all(labels[at] for at in empty):
            return False
        for row in body:
            if row.width > 1 or not _is_group(row):
                empty.difference_update(at for at, cell in enumerate(row.cells) if cell)
            if not empty:
                break
        return not empty

    def _body(self, rows: Sequence[Row], start: int) -> Generator[_Line, None, int]:
        """Yields the lines of rows up to the next table; returns the index where that starts."""
        if not self.is_unnamed:
            self.body = rows[start : start + TOP_ROWS]
        numeric, worded = set[int](), set[int]()
        is_told = True
        for at, row in enumerate(islice(rows, start, None), start=start):
            filled = [place for place, cell in enumerate(row.cells) if cell]
            numbers = {place for place in filled if is_number(row.cells[place])}
            may_restart = at > start and not (self.is_pairs or numbers)
            if may_restart and restarts(rows, at, self.header, numeric - worded):
                break
            if row.width == 1 and _is_group(row):
                if not is_told and self.group:
                    yield _Line(self.group, [_only(self.group)])
                self.group, is_told = row, False
                continue
            is_told = True
            numeric |= numbers
            worded.update(place for place in filled if place not in numbers)
            heading = [_only(self.group)] if self.group else []
            yield _Line(row, [*heading, *self._parts(row)])
        else:
            at = len(rows)
        if not is_told and self.group:
            yield _Line(self.group, [_only(self.group)])
        return at

    def _parts(self, row: Row) -> Sequence[str]:
        if self.is_pairs and row.width == 2:
            label, *values = filter(None, row.cells)
            return [f"{label.rstrip(' :：')}: {values[0]}"]
        labels = () if self.is_unnamed else self.header.labels
        return _labelled(labels, row, self.hidden)


def _is_group(row: Row) -> bool:
    """Whether a single-cell row heads the rows below it."""
    return (bool(row.across) or row.is_strong) and is_name(_only(row))


def _labelled(labels: Sequence[str], row: Row, hidden: Container[int]) -> list[str]:
    if not row.across and not hidden:
        told = zip_longest(labels, row.cells[: len(labels)], fillvalue="")
        named = [f"{label}: {cell}" if label else cell for label, cell in told if cell]
        return [*named, *filter(None, row.cells[len(labels) :])]
    parts = []
    for at, cell in enumerate(row.cells):
        label = labels[at] if at < len(labels) else ""
        above = labels[at - 1] if 0 < at <= len(labels) else ""
        if cell and not (at in row.across and (not label or label == above)):
            if at in hidden:
                label = f"{label} (hidden)" if label else "hidden"
            parts.append(f"{label}: {cell}" if label else cell)
    return parts


def _only(row: Row) -> str:
    """Returns the text of a row with a single cell."""
    return next(filter(None, row.cells))


__all__ = ["Allowance", "Cell", "Row", "spread", "table_pieces"]
