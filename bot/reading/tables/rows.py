"""Rows of tables as readers hand them over, and what may be read of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LARGEST_TABLES = 30_000_000
"""Cells and characters read of one file, which may claim cells, or repeat a text, without end."""

_MOST_COLUMNS = 1_000
"""Columns over which cells that claim several are spread; no page has room for more."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number as its readers see it, and all its cells, empty ones too.

    A cell that spans several stands in each of them; `across` are the columns that repeat the cell
    to their left, `below` those that repeat the one above. `is_header` tells that the file says so,
    `is_strong` that all of it is in bold type, `is_led` that only its first cell is. `name` is what
    its mark calls it.
    """

    number: int
    cells: Sequence[str]
    across: frozenset[int] = frozenset()
    below: frozenset[int] = frozenset()
    is_header: bool = False
    is_strong: bool = False
    is_led: bool = False
    name: str = "row"

    @property
    def size(self) -> int:
        """What it costs to read."""
        return 1 + len(self.cells) + sum(map(len, self.cells))

    @property
    def width(self) -> int:
        """How many cells hold something, each of them once."""
        filled = sum(map(bool, self.cells))
        return filled - sum(bool(self.cells[at]) for at in self.across) if self.across else filled


@dataclass(slots=True)
class Allowance:
    """What may still be read of one file; `note` says where it ended before the file did."""

    left: int = LARGEST_TABLES
    note: str | None = None

    def takes(self, cost: int, place: str, row: Row) -> bool:
        """Whether that much more may be read in this row."""
        if cost > self.left:
            self.note = f"{place}row {row.number} and what follows was left out: too large"
            return False
        self.left -= cost
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        """The note, if there is one."""
        return (self.note,) if self.note else ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that may span several columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell in one place of the grid, and how many rows below have it too."""

    text: str
    left: int = 0
    is_across: bool = False
    is_below: bool = False


def spread(rows: Iterable[Sequence[Cell]], headers: int = 0) -> Iterator[Row]:
    """The rows of a table whose cells span others, each repeated wherever it shows.

    The first `headers` rows are known to be the header.
    """
    held: dict[int, _Placed] = {}
    for number, row in enumerate(rows, start=1):
        placed: list[_Placed] = []
        last = max(held, default=-1)
        cells = iter(row)
        while True:
            at = len(placed)
            if at in held:
                placed.append(replace(held[at], left=held[at].left - 1, is_below=True))
            elif cell := next(cells, None):
                columns = max(1, min(cell.columns, _MOST_COLUMNS - at))
                placed += (
                    _Placed(cell.text, cell.rows - 1, is_across=place > 0)
                    for place in range(columns)
                )
            elif at <= last:
                placed.append(_Placed(""))
            else:
                break
        held = {at: cell for at, cell in enumerate(placed) if cell.left > 0}
        yield Row(
            number,
            [cell.text for cell in placed],
            frozenset(at for at, cell in enumerate(placed) if cell.is_across),
            frozenset(at for at, cell in enumerate(placed) if cell.is_below),
            is_header=number <= headers,
        )
