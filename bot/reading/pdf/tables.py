"""Ruled tables of a PDF's pages: the words within each cell of a grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ..common.prose import starts_afresh
from .furniture import Running
from .grids import Grid, grids_of
from .lines import PageLine, Part, TableCell
from .rules import Rule

_FEWEST_ROWS = 2
_FEWEST_UNRULED = 3
"""Rows with two cells or more that make a table; rows that no rules part, by their lines."""

_BESIDE_SHARE = 0.6
"""Share of lines of a first cell that have a line beside them, where each is a row of its own."""

_MIDDLE = 0.25
_LEVEL = 0.35
"""Shares of the size of type: how high the middle of a word is, and by how much lines of a row
may stand apart."""

Rows = list[tuple[TableCell, ...]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line or a table, the places of the lines of the page that it holds, and its furniture."""

    line: PageLine
    origins: tuple[int, ...]
    running: Running | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may be part of a table or of a column."""
        is_furniture = self.running is not None and self.running.end > self.running.start
        return not (is_furniture or self.line.rows)


def with_ruled_tables(
    lines: Sequence[PageLine], running: Mapping[int, Running], rules: Sequence[Rule]
) -> list[Placed]:
    """The lines of a page in order, those within a grid as one table in place of the first."""
    placed = [Placed(line, (at,), running.get(at)) for at, line in enumerate(lines)]
    for grid in grids_of(rules):
        placed = _with_table(placed, grid)
    return placed


def _with_table(placed: Sequence[Placed], grid: Grid) -> list[Placed]:
    cells: dict[int, list[PageLine]] = defaultdict(list)
    rest: list[Placed] = []
    origins: list[int] = []
    where = 0
    for each in placed:
        inside, outside = _within(each.line, grid) if each.is_open else ({}, [])
        for root, words in inside.items():
            cells[root].append(each.line.of_words(words))
        if inside:
            where = where if origins else len(rest)
            origins += each.origins
        if outside or not inside:
            # What stands partly outside keeps what is not in the table.
            line = each.line.of_words(outside) if inside else each.line
            rest.append(replace(each, line=line, origins=() if inside else each.origins))
    rows = _rows(grid, cells)
    if sum(sum(bool(cell.lines) for cell in row) > 1 for row in rows) < _FEWEST_ROWS:
        return list(placed)
    lines = [line for found in cells.values() for line in found]
    return [*rest[:where], Placed(table(rows, lines), tuple(origins)), *rest[where:]]


def table(rows: Rows, lines: Sequence[PageLine]) -> PageLine:
    """The table of these rows, made of these lines."""
    return PageLine(
        text=" ".join(text for row in rows for cell in row for text in cell.lines),
        size=median(line.size for line in lines),
        baseline=max(line.baseline for line in lines),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        rows=tuple(rows),
    )


def _within(line: PageLine, grid: Grid) -> tuple[dict[int, list[Part]], list[Part]]:
    """The words of a line by the cell that they are in, and those that are in none."""
    inside: dict[int, list[Part]] = defaultdict(list)
    outside: list[Part] = []
    height = line.baseline + _MIDDLE * line.size
    if not grid.rows[-1] <= height <= grid.rows[0]:
        return inside, outside
    for word in line.words or [(line.left, line.right, line.text)]:
        place = grid.cell((word[0] + word[1]) / 2, height)
        if place is None:
            outside.append(word)
        else:
            inside[grid.roots[place[0]][place[1]]].append(word)
    return inside, outside


def _rows(grid: Grid, cells: Mapping[int, Sequence[PageLine]]) -> Rows:
    """The rows with text, without columns that have none."""
    filled = [
        at
        for at in range(len(grid.columns) - 1)
        if any(row[at] in cells and _is_first(row, at) for row in grid.roots)
    ]
    rows: Rows = []
    above: Sequence[int] = ()
    for roots in grid.roots:
        own = [root for root in dict.fromkeys(roots) if root in cells and root not in above]
        for at in _levels([cells[root] for root in own]):
            row = tuple(
                TableCell(
                    _text(cells.get(roots[column], ()), at if roots[column] in own else None),
                    is_across=not _is_first(roots, column),
                    is_below=roots[column] in above,
                )
                for column in filled
            )
            if any(cell.lines and not cell.is_below for cell in row):
                rows.append(row)
        above = roots
    return rows


def _is_first(roots: Sequence[int], column: int) -> bool:
    return column == 0 or roots[column - 1] != roots[column]


def _levels(cells: Sequence[Sequence[PageLine]]) -> Sequence[float | None]:
    """The heights of the lines of a row that stand for rows of their own; None for all of them.

    They do where the first cell has a line at each, and most have their like in a cell beside.
    """
    first = sorted(cells[0], key=lambda line: -line.baseline) if cells else []
    if len(first) < _FEWEST_UNRULED or len(cells) < _FEWEST_ROWS:
        return [None]
    counts = dict.fromkeys((line.baseline for line in first), 1)
    for line in (line for cell in cells[1:] for line in cell):
        height = min(counts, key=lambda height: abs(height - line.baseline))
        if abs(height - line.baseline) >= _LEVEL * line.size:
            return [None]
        counts[height] += 1
    beside = sum(count > 1 for count in counts.values())
    if beside < _BESIDE_SHARE * len(counts) or not all(starts_afresh(line.text) for line in first):
        return [None]
    return list(counts)


def _text(lines: Iterable[PageLine], height: float | None) -> tuple[str, ...]:
    order = sorted(lines, key=lambda line: (-line.baseline, line.left))
    return tuple(
        line.text
        for line in order
        if height is None or abs(line.baseline - height) < _LEVEL * line.size
    )
