"""Reads ruled tables of a PDF's pages: assigns words to the cells of a grid."""

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
"""Fewest rows with two cells or more that make a table, and fewest rows to be told apart by
their lines alone."""

_BESIDE_SHARE = 0.6
"""Share of lines in the first cell that need a line beside them to be rows of their own."""

_MIDDLE = 0.25
_LEVEL = 0.35
"""In sizes of the type: the height of the middle of a word, and how far apart lines of a row may
stand."""

Rows = list[tuple[TableCell, ...]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line or table, the indices of the page lines it contains, and its furniture."""

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
    """Returns the lines of a page in order, with each grid's lines replaced by one table."""
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
            # A line that is partly outside keeps the words that are not in the table.
            line = each.line.of_words(outside) if inside else each.line
            rest.append(replace(each, line=line, origins=() if inside else each.origins))
    rows = _rows(grid, cells)
    if sum(sum(bool(cell.lines) for cell in row) > 1 for row in rows) < _FEWEST_ROWS:
        return list(placed)
    lines = [line for found in cells.values() for line in found]
    return [*rest[:where], Placed(table(rows, lines), tuple(origins)), *rest[where:]]


def table(rows: Rows, lines: Sequence[PageLine]) -> PageLine:
    """Returns the table with these rows, positioned by its lines."""
    return PageLine(
        text=" ".join(text for row in rows for cell in row for text in cell.lines),
        size=median(line.size for line in lines),
        baseline=max(line.baseline for line in lines),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        rows=tuple(rows),
    )


def _within(line: PageLine, grid: Grid) -> tuple[dict[int, list[Part]], list[Part]]:
    """Returns the words of a line by grid cell, and those outside all cells."""
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
    """Returns the rows with text, without empty columns."""
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
    """Returns the heights of lines that are rows of their own, or [None] if there are none.

    They are rows if the first cell has a line at each height, and most of these have a matching
    line in another cell.
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
