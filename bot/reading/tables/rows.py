"""Table rows as readers produce them, and the limit on what is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LARGEST_TABLES = 30_000_000
"""Most cells plus characters read from one file, because spans and repeats can be endless."""

_MOST_COLUMNS = 1_000
"""Most columns that spanning cells can fill; no page has room for more."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number as the user sees it, and all its cells, including empty ones.

    A cell that spans several columns or rows is repeated in each. `across` lists the columns that
    repeat the cell to their left, `below` the columns that repeat the cell above. `is_header`: the
    file marks the row as a header. `is_strong`: all of it is bold. `is_led`: only its first cell
    is. `name` is the word for the row in its mark.
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
        """The cost of reading this row."""
        return 1 + len(self.cells) + sum(map(len, self.cells))

    @property
    def width(self) -> int:
        """The number of non-empty cells; a spanning cell counts once."""
        filled = sum(map(bool, self.cells))
        return filled - sum(bool(self.cells[at]) for at in self.across) if self.across else filled


@dataclass(slots=True)
class Allowance:
    """How much may still be read of one file; `note` says where reading stopped early."""

    left: int = LARGEST_TABLES
    note: str | None = None

    def takes(self, cost: int, place: str, row: Row) -> bool:
        """Deducts a cost and returns True, or sets the note and returns False."""
        if cost > self.left:
            self.note = f"{place}row {row.number} and what follows was left out: too large"
            return False
        self.left -= cost
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        """The note as a tuple, empty if there is none."""
        return (self.note,) if self.note else ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that may span several columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell at one place of the grid; `left` counts the rows below that repeat it."""

    text: str
    left: int = 0
    is_across: bool = False
    is_below: bool = False


def spread(rows: Iterable[Sequence[Cell]], headers: int = 0) -> Iterator[Row]:
    """Yields the rows of a table, with spanning cells repeated in each place they cover.

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
