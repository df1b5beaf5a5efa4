"""Separates tables that share a sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, starmap

from .headers import TOP_ROWS, Header, column, has_digit, header_of, is_name, is_number, is_strong
from .rows import Row

FEW_ROWS = 8
"""Rows examined to find a header within a band, which may have thousands of rows."""

_MOST_TOGETHER = 5_000
"""Most rows of a band that are processed together."""
EVERYWHERE = range(1 << 20)
"""The columns of a table with no other table beside it."""


@dataclass(frozen=True, slots=True)
class Band:
    """Consecutive non-empty rows; `gap` counts the empty rows above them.

    `goes_on` is True if these rows continue a band that was too long for one piece.
    """

    rows: Sequence[Row]
    gap: int
    goes_on: bool = False


def bands(rows: Iterable[Row]) -> Iterator[Band]:
    """Yields the bands of a sheet, given its non-empty rows."""
    numbered = enumerate(rows)
    last = 0
    for _, run in groupby(numbered, key=lambda place: place[1].number - place[0]):
        goes_on = False
        together: list[Row] = []
        for _, row in run:
            if len(together) == _MOST_TOGETHER:
                yield Band(together, together[0].number - last - 1, goes_on)
                last, together, goes_on = together[-1].number, [], True
            together.append(row)
        yield Band(together, together[0].number - last - 1, goes_on)
        last = together[-1].number


def side_by_side(rows: Sequence[Row]) -> list[range]:
    """Returns the columns of each table, where empty columns separate tables with headers."""
    top = rows[:TOP_ROWS]
    width = max(len(row.cells) for row in top)
    filled = [any(at < len(row.cells) and row.cells[at] for row in top) for at in range(width)]
    groups: list[range] = []
    for at, is_filled in enumerate(filled):
        if is_filled and groups and groups[-1].stop == at:
            groups[-1] = range(groups[-1].start, at + 1)
        elif is_filled:
            groups.append(range(at, at + 1))
    if len(groups) < 2 or not all(_stands_alone(top, group) for group in groups):
        return [EVERYWHERE]
    # Cells between two tables further down belong to the table on their left.
    starts = [0, *(group.start for group in groups[1:]), EVERYWHERE.stop]
    return list(starmap(range, pairwise(starts)))


def within(rows: Sequence[Row], columns: range) -> list[Row]:
    """Returns the rows that have a value in `columns`, with all other cells emptied."""
    if columns == EVERYWHERE:
        return list(rows)
    parts = (
        replace(
            row,
            cells=[cell if at in columns else "" for at, cell in enumerate(row.cells)],
            across=frozenset(at for at in row.across if at in columns),
            below=frozenset(at for at in row.below if at in columns),
        )
        for row in rows
    )
    return [row for row in parts if row.width]


def goes_on(rows: Sequence[Row], header: Header, body: Sequence[Row]) -> bool | None:
    """Whether rows below empty rows belong to the table above; None if that is unclear.

    They belong to it if their values are like those of its rows, and not if they start with a
    header.
    """
    first = rows[0].cells
    places = [at for at, cell in enumerate(first) if cell]
    if not body or max(places) >= len(header.labels) or rows[0].is_header or is_strong(rows):
        return False
    for at in places:
        above = column(body, at)
        if first[at] in above or (is_number(first[at]) and any(map(is_number, above))):
            return True
    turned = any(_turns(column(rows, at), column(body, at)) for at in places)
    if len(rows) == 1:
        return None if turned else True
    return False if header_of(rows, is_sure=not turned) else None


def _turns(words: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a column of numbers continues with words only."""
    return bool(above) and all(map(is_number, above)) and not any(map(has_digit, words))


def restarts(rows: Sequence[Row], at: int, header: Header, numeric: Collection[int]) -> bool:
    """Whether a new header starts at row `at` of a band.

    `numeric` lists the columns that have held numbers so far.
    """
    row = rows[at]
    filled = [place for place, cell in enumerate(row.cells) if cell]
    if row.width < 2 or not all(is_name(row.cells[place]) for place in filled):
        return False
    if row.is_header or (
        is_strong(rows[at : at + 2]) and header.rows and header.rows[-1].is_strong
    ):
        return at > 0 and header_of(rows[at : at + FEW_ROWS]) is not None
    repeated = sum(row.cells[place] in column(header.rows, place) for place in filled)
    turned = [row.cells[place] for place in filled if place in numeric]
    if repeated < len(filled) and not (repeated and turned):
        names = {row.cells[place] for place in filled}
        are_plain = not any(map(has_digit, turned)) and len(names) == len(filled)
        if not are_plain or not (len(turned) > 1 or _stay_words(rows[at : at + TOP_ROWS], numeric)):
            return False
    return header_of(rows[at : at + FEW_ROWS]) is not None


def _stay_words(rows: Sequence[Row], numeric: Collection[int]) -> bool:
    """Whether columns of numbers hold distinct words from the first of these rows on."""
    for at in numeric:
        words = column(rows, at)
        if any(map(has_digit, words)) or len(set(words)) < max(2, len(words)):
            return False
    return len(numeric) > 0


def _stands_alone(rows: Sequence[Row], columns: range) -> bool:
    """Whether some columns form a table of their own: row names and a header."""
    if len(columns) < 2:
        return False
    part = within(rows, columns)
    while part and part[0].width == 1:
        part = part[1:]
    if not part or header_of(part) is None:
        return False
    names = column(part[1:], columns.start)
    return bool(names) and not any(map(is_number, names))
