"""Builds grids from the rules of a page: ruled tables, with cells that span rows and columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .rules import Rule

_NEAR = 3.0
"""Points by which the parts of one rule may be apart, and by which crossing rules may miss."""

_MOST_RULES = 400
_MOST_CELLS = 10_000
"""Most rules in each direction on a page, and most cells of a table; anything with more is a
drawing."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A rule, or several that continue each other: its position, start and end."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: its edges from left to right and from top to bottom.

    `roots` gives, for each row and column, the number of the cell at that place.
    """

    columns: Sequence[float]
    rows: Sequence[float]
    roots: Sequence[Sequence[int]]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Returns the row and column of a point; None if it is outside."""
        column = bisect_right(self.columns, x) - 1
        row = bisect_left(self.rows, -y, key=lambda edge: -edge) - 1
        if 0 <= column < len(self.columns) - 1 and 0 <= row < len(self.rows) - 1:
            return row, column
        return None


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """Returns the grids of at least two columns or rows."""
    level = _merged(
        _Line((rule.top + rule.bottom) / 2, rule.left, rule.right)
        for rule in rules
        if rule.is_level
    )
    upright = _merged(
        _Line((rule.left + rule.right) / 2, rule.bottom, rule.top)
        for rule in rules
        if not rule.is_level
    )
    if max(len(level), len(upright)) > _MOST_RULES:
        return []
    found = (_grid(*together) for together in _connected(level, upright))
    return [grid for grid in found if grid is not None]


def _merged(lines: Iterable[_Line]) -> list[_Line]:
    """Merges lines in nearly the same place."""
    merged: list[_Line] = []
    row: list[_Line] = []
    for line in sorted(lines, key=lambda each: each.at):
        if row and line.at - row[-1].at > _NEAR:
            merged += _end_to_end(row)
            row = []
        row.append(line)
    return merged + _end_to_end(row)


def _end_to_end(row: Sequence[_Line]) -> list[_Line]:
    found: list[_Line] = []
    if not row:
        return found
    at = sum(line.at for line in row) / len(row)
    for line in sorted(row, key=lambda each: each.start):
        if found and line.start <= found[-1].end + _NEAR:
            found[-1] = _Line(at, found[-1].start, max(found[-1].end, line.end))
        else:
            found.append(_Line(at, line.start, line.end))
    return found


def _connected(
    level: Sequence[_Line], upright: Sequence[_Line]
) -> list[tuple[list[_Line], list[_Line]]]:
    """Groups level and upright lines into connected components."""
    parts = _Union(len(level) + len(upright))
    for at, one in enumerate(level):
        for other_at, other in enumerate(upright):
            if (
                one.start - _NEAR <= other.at <= one.end + _NEAR
                and other.start - _NEAR <= one.at <= other.end + _NEAR
            ):
                parts.join(at, len(level) + other_at)
    together: dict[int, tuple[list[_Line], list[_Line]]] = defaultdict(lambda: ([], []))
    for at, line in enumerate([*level, *upright]):
        together[parts.root(at)][at >= len(level)].append(line)
    return list(together.values())


def _grid(level: Sequence[_Line], upright: Sequence[_Line]) -> Grid | None:
    rows = _distinct((line.at for line in level), reverse=True)
    columns = _distinct((line.at for line in upright), reverse=False)
    height, width = len(rows) - 1, len(columns) - 1
    if height < 1 or width < 1 or height * width < 2 or height * width > _MOST_CELLS:
        return None
    parts = _Union(height * width)
    beside = _walls(upright, columns)
    below = _walls(level, rows)
    for row, (top, bottom) in enumerate(pairwise(rows)):
        for column, (left, right) in enumerate(pairwise(columns)):
            own = row * width + column
            if column + 1 < width and not beside(right, (top + bottom) / 2):
                parts.join(own, own + 1)
            if row + 1 < height and not below(bottom, (left + right) / 2):
                parts.join(own, own + width)
    roots = [[parts.root(row * width + column) for column in range(width)] for row in range(height)]
    return Grid(columns, rows, roots)


def _distinct(places: Iterable[float], reverse: bool) -> list[float]:
    found: list[float] = []
    for place in sorted(places, reverse=reverse):
        if not found or abs(place - found[-1]) > _NEAR:
            found.append(place)
    return found


def _walls(lines: Sequence[_Line], edges: Sequence[float]) -> Callable[[float, float], bool]:
    """Returns a function that tells whether a line at an edge covers a position along it."""
    by_edge = {edge: [line for line in lines if abs(line.at - edge) <= _NEAR] for edge in edges}
    return lambda edge, along: any(line.start < along < line.end for line in by_edge[edge])


class _Union:
    """A union-find structure."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, at: int) -> int:
        """Returns the representative of the set that contains `at`."""
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at

    def join(self, one: int, other: int) -> None:
        """Merges two sets."""
        one, other = self.root(one), self.root(other)
        self._parents[max(one, other)] = min(one, other)
