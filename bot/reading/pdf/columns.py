"""Finds columns of text and tables on a page without rules.

Lines belong together if the same vertical white space runs through them. If all columns are running
text, each column is read to its end; short cells form table rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter
from statistics import median

from ..common.prose import first_letter, list_marker, starts_afresh
from .lines import PageLine, TableCell
from .tables import Placed, table

_LEVEL = 0.35
_GUTTER = 1.0
_FAR = 3.5
_SAME_SIZE = 0.2
_LEAP = 3.0
"""In sizes of the type: most vertical distance within a row, least white space between columns,
and most distance between rows; then the most relative difference in size, and the upward leap
that starts a new run."""

_FEWEST_FULL = 2
_FEWEST_ROWS = 3
_WORDY = 3
"""Fewest rows with the most cells, and fewest rows with two cells or more; fewest words of a
cell that is running text."""

_CONTINUED_SHARE = 0.3
_MOST_COLUMNS = 30
_HEADED = 0.6
"""Share of numbers in the second of two columns above which they form a table."""

_DOTS = ("....", ". . .", "…")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line between wide white space."""

    place: int
    line: PageLine

    @property
    def ends(self) -> tuple[float, float]:
        return self.line.left, self.line.right


@dataclass(frozen=True, slots=True)
class _Region:
    """Neighbouring rows of pieces, and their columns from left to right.

    Each column lists its pieces from top to bottom.
    """

    rows: Sequence[Sequence[_Piece]]
    columns: Sequence[Sequence[_Piece]]
    ends: Sequence[tuple[float, float]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[_Piece]]) -> _Region:
        """Returns the region of some rows, with as many columns as the fullest rows have."""
        size = rows[0][0].line.size
        most = max(map(len, rows))
        fullest = [row for row in rows if len(row) == most]
        ends = _merged((piece.ends for row in rows for piece in row), size)
        if len(fullest) >= _FEWEST_FULL and len(ends) < most:
            ends = _merged((piece.ends for row in fullest for piece in row), size)
        lefts = [left for left, _ in ends]
        columns: list[list[_Piece]] = [[] for _ in ends]
        for piece in (piece for row in rows for piece in row):
            columns[max(0, bisect_right(lefts, piece.ends[0]) - 1)].append(piece)
        return cls(rows, columns, ends)

    def across(self, piece: _Piece) -> range:
        """Returns the columns that a piece covers; a header may cover several."""
        left, right = piece.ends
        # The columns are disjoint and ordered from left to right.
        first = bisect_right(self.ends, left, key=itemgetter(1))
        last = bisect_left(self.ends, right, key=itemgetter(0))
        return range(first, last) if first < last else range(1)


def _runs_on(column: Sequence[_Piece]) -> bool:
    """Whether a column is running text."""
    texts = [piece.line.text for piece in column]
    if len(texts) < _FEWEST_ROWS or median(len(text.split()) for text in texts) < _WORDY:
        return False
    goes_on = sum(not starts_afresh(text) for text in texts[1:])
    return goes_on >= _CONTINUED_SHARE * (len(texts) - 1)


def with_columns(placed: Sequence[Placed]) -> list[Placed]:
    """Returns the lines of a page in reading order, with each table as one line.

    Looks first at stretches drawn downwards without a leap, since a table may stand beside another
    column.
    """
    runs = list(_runs(placed))
    made = [each for run in runs for each in _with_regions(run, False)]
    if len(runs) < 2 and made == placed:
        return made  # a second search would find the same
    return _with_regions(made, True)


def _runs(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yields the stretches of lines that are drawn without a leap upwards."""
    run: list[Placed] = []
    for each in placed:
        if run and each.line.baseline > run[-1].line.baseline + _LEAP * each.line.size:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _with_regions(placed: Sequence[Placed], is_whole: bool) -> list[Placed]:
    gone: set[int] = set()
    others: dict[int, list[Placed]] = {}
    for region in _regions(placed):
        if _is_prose(region):
            instead = _column_by_column(placed, region)
        elif _is_table(region) and not (is_whole and any(map(_runs_on, region.columns))):
            instead = [_table(placed, region)]
        else:
            continue
        if instead:
            places = {piece.place for row in region.rows for piece in row}
            others[min(places)] = instead
            gone |= places
    made: list[Placed] = []
    for at, each in enumerate(placed):
        made += others.get(at, () if at in gone else (each,))
    return made


def _regions(placed: Sequence[Placed]) -> Iterator[_Region]:
    rows = _rows(placed)
    at = 0
    while at < len(rows):
        columns = [piece.ends for piece in rows[at]]
        end = at + 1
        while len(columns) > 1 and end < len(rows):
            wider = _with_row(columns, rows[end - 1][0].line, rows[end])
            if wider is None:
                break
            columns, end = wider, end + 1
        while (
            end > at + 1 and len(rows[end - 1]) == 1 and starts_afresh(rows[end - 1][0].line.text)
        ):
            end -= 1
        region = _Region.of(rows[at:end])
        if sum(len(row) > 1 for row in region.rows) >= _FEWEST_ROWS:
            yield region
            at = end
        else:
            at += 1


def _rows(placed: Sequence[Placed]) -> list[list[_Piece]]:
    """Returns the pieces on each level, from top to bottom and from left to right."""
    pieces = [
        _Piece(at, line)
        for at, each in enumerate(placed)
        if each.is_open and not each.line.is_added
        for line in each.line.parts
    ]
    pieces.sort(key=lambda piece: (-piece.line.baseline, piece.line.left))
    rows: list[list[_Piece]] = []
    for piece in pieces:
        if rows and rows[-1][0].line.baseline - piece.line.baseline < _LEVEL * piece.line.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.line.left)
    return rows


def _with_row(
    columns: Sequence[tuple[float, float]], above: PageLine, row: Sequence[_Piece]
) -> list[tuple[float, float]] | None:
    """Returns the columns extended by another row; None if the row does not fit them."""
    line = row[0].line
    if above.baseline - line.baseline > _FAR * line.size:
        return None
    if abs(above.size - line.size) > _SAME_SIZE * line.size:
        return None
    merged = _merged([*columns, *(piece.ends for piece in row)], line.size)
    return merged if len(columns) <= len(merged) <= _MOST_COLUMNS else None


def _merged(ends: Iterable[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(ends):
        if merged and left <= merged[-1][1] + _GUTTER * size / 2:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _is_prose(region: _Region) -> bool:
    """Whether every column is running text."""
    return all(map(_runs_on, region.columns))


def _is_table(region: _Region) -> bool:
    """Whether the cells form a table, not bullets, a table of contents or stray words."""
    columns = [[piece.line.text for piece in column] for column in region.columns]
    texts = [text for column in columns for text in column]
    if any(dots in text for text in texts for dots in _DOTS):
        return False
    if all(list_marker(f"{text} x") or not any(map(str.isalnum, text)) for text in columns[0]):
        return False
    lengths = [median(len(text.split()) for text in column) for column in columns]
    if min(lengths) > _WORDY:
        return False
    if len(columns) > 2:
        return True
    if sum(text.endswith((":", "：")) for text in columns[0]) * 2 > len(columns[0]):
        return False
    first = [piece.line.text for piece in region.rows[0]]
    numbers = sum(any(map(str.isdigit, text)) for text in columns[1][1:])
    is_headed = len(first) > 1 and not any(map(str.isdigit, "".join(first)))
    return is_headed and (max(lengths) <= _WORDY or numbers >= _HEADED * (len(columns[1]) - 1))


def _column_by_column(placed: Sequence[Placed], region: _Region) -> list[Placed]:
    """Returns the pieces column by column, or nothing if no line crosses the column gaps."""
    across = {(piece.place, at) for at, column in enumerate(region.columns) for piece in column}
    if len(across) == len({place for place, _ in across}):
        return []
    told: set[int] = set()
    parted: list[Placed] = []
    for piece in chain.from_iterable(region.columns):
        origins = () if piece.place in told else placed[piece.place].origins
        told.add(piece.place)
        parted.append(Placed(piece.line, origins))
    return parted


def _table(placed: Sequence[Placed], region: _Region) -> Placed:
    rows: list[list[TableCell]] = []
    for row in region.rows:
        cells = [TableCell() for _ in region.columns]
        for piece in row:
            columns = region.across(piece)
            for at in columns:
                lines = (*cells[at].lines, piece.line.text)
                cells[at] = TableCell(lines, is_across=at > columns[0])
        if rows and _is_rest(cells):
            rows[-1] = [
                replace(above, lines=above.lines + cell.lines)
                for above, cell in zip(rows[-1], cells, strict=True)
            ]
        else:
            rows.append(cells)
    pieces = list(chain.from_iterable(region.rows))
    places = sorted({piece.place for piece in pieces})
    origins = tuple(chain.from_iterable(placed[at].origins for at in places))
    made = [tuple(row) for row in _without_middles(rows)]
    return Placed(table(made, [piece.line for piece in pieces]), origins)


def _without_middles(rows: Sequence[list[TableCell]]) -> list[list[TableCell]]:
    """Returns the rows, with a cell centred between two rows repeated in both."""
    made: list[list[TableCell]] = []
    waiting: int | None = None
    for number, row in enumerate(rows):
        filled = [at for at, cell in enumerate(row) if cell.lines]
        if waiting is not None:
            row = [*row[:waiting], replace(made[-1][waiting], is_below=True), *row[waiting + 1 :]]
            waiting = None
        elif len(filled) == 1 and 0 < number < len(rows) - 1:
            around = (made[-1], rows[number + 1])
            at = filled[0]
            if all(not other[at].lines and any(cell.lines for cell in other) for other in around):
                made[-1][at], waiting = row[at], at
                continue
        made.append(row)
    return made


def _is_rest(cells: Sequence[TableCell]) -> bool:
    """Whether a row only continues some of the cells above."""
    texts = list(chain.from_iterable(cell.lines for cell in cells))
    is_part = not all(cell.lines for cell in cells)
    return is_part and all(first_letter(text).islower() for text in texts)
