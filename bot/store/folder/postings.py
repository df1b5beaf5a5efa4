"""The postings of a segment: the passages that contain each term, with counts by field.

The fields are the text and the context, which is the title and the headings above a passage. All
data are plain, memory-mapped NumPy arrays: the terms in order, and for each its passages by row.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...errors import IndexDamaged
from ...text.terms import terms
from .arrays import has_form, mapped_array, write_array
from .layout import REPAIR

TEXT, CONTEXT = range(2)

Rows: TypeAlias = npt.NDArray[np.int32]
Counts: TypeAlias = npt.NDArray[np.uint16]
Column: TypeAlias = npt.NDArray[np.uint16]
Lengths: TypeAlias = npt.NDArray[np.uint32]
Terms: TypeAlias = npt.NDArray[np.bytes_]

# The text and the context of a passage, and their language.
Searched: TypeAlias = tuple[str, str, str | None]

_FILES = ("terms.npy", "starts.npy", "rows.npy", "counts.npy", "lengths.npy")
_MOST = np.iinfo(np.uint16).max


class Postings:
    """The postings of one segment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            parts = [mapped_array(folder / name) for name in _FILES]
            self.terms, self._starts, self._rows, self._counts, self.lengths = parts
            if not self._is_sound():
                raise ValueError("their files disagree")
        except Exception as error:  # NumPy raises many kinds of error for an altered header
            raise self._damaged(error) from error

    def __len__(self) -> int:
        return len(self.lengths)

    def find(self, term: str) -> tuple[Rows, Counts]:
        """Returns the rows that contain a term, ascending, and its counts, shape (rows, 2)."""
        wanted = term.encode()
        if len(wanted) <= self.terms.dtype.itemsize:
            # Use the same dtype, or NumPy would convert all terms first.
            place = int(self.terms.searchsorted(np.array(wanted, dtype=self.terms.dtype)))
            if place < len(self.terms) and self.terms[place] == wanted:
                return self._at(slice(int(self._starts[place]), int(self._starts[place + 1])))
        return self._at(slice(0))

    def everything(self) -> tuple[npt.NDArray[np.int64], Rows, Counts]:
        """Returns the term indices, rows and counts of all postings."""
        places = np.repeat(np.arange(len(self.terms)), np.diff(self._starts))
        return places, *self._at(slice(None))

    def _at(self, part: slice) -> tuple[Rows, Counts]:
        rows = self._rows[part]
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self):
            raise self._damaged("a row that no passage has")
        return rows, self._counts[part]

    def _is_sound(self) -> bool:
        """Whether the arrays have the dtypes and sizes that `_write` gives them."""
        count = len(self._rows)
        return (
            has_form(self.terms, "S", len(self.terms))
            and has_form(self._starts, "i8", len(self.terms) + 1)
            and has_form(self._rows, "i4", count)
            and has_form(self._counts, "u2", count, 2)
            and has_form(self.lengths, "u4", len(self.lengths), 2)
            and (self._starts[0], self._starts[-1]) == (0, count)
            and bool((np.diff(self._starts) >= 0).all())
        )

    def _damaged(self, reason: object) -> IndexDamaged:
        return IndexDamaged(f"{self._folder}: postings are damaged ({reason}). {REPAIR}")


def write_postings(passages: Iterable[Searched], folder: Path) -> None:
    """Writes the postings of passages, by row; raises OSError."""
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    places, lengths, terms_of = array("q"), array("I"), array("q")
    counts = (array("I"), array("I"))
    latest: tuple[tuple[str, str | None], Counter[str]] = (("", None), Counter())
    for text, context, language in passages:
        if (context, language) != latest[0]:  # usually that of the passage before
            latest = (context, language), Counter(terms(context, language))
        tallies = (Counter(terms(text, language)), latest[1])
        found = set().union(*tallies)
        places.extend(map(numbers.__getitem__, found))
        terms_of.append(len(found))
        for column, tally in zip(counts, tallies, strict=True):
            column.extend(map(tally.get, found, repeat(0)))
            lengths.append(tally.total())
    rows = np.repeat(np.arange(len(terms_of), dtype=np.int32), np.asarray(terms_of, np.int64))
    columns = [np.minimum(np.asarray(column, dtype=np.uint32), _MOST) for column in counts]
    vocabulary = np.array([term.encode() for term in numbers] or [b""], dtype=np.bytes_)
    _write(
        folder,
        vocabulary[: len(numbers)],
        np.asarray(places, dtype=np.int64),
        rows,
        np.stack(columns, axis=1).astype(np.uint16),
        np.asarray(lengths, dtype=np.uint32).reshape(-1, 2),
    )


def merge_postings(parts: Sequence[tuple[Postings, Rows]], count: int, folder: Path) -> None:
    """Merges the postings of several segments into one with `count` rows.

    Each part has the new row of each of its rows, -1 for a row to leave out. Raises OSError.
    """
    all_terms: list[Terms] = [np.empty(0, dtype="S1")]
    places: list[npt.NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    rows: list[Rows] = [np.empty(0, dtype=np.int32)]
    counts: list[Counts] = [np.empty((0, 2), dtype=np.uint16)]
    lengths: Lengths = np.zeros((count, 2), dtype=np.uint32)
    before = 0
    for postings, new_rows in parts:
        own_places, own_rows, own_counts = postings.everything()
        moved = new_rows[own_rows]
        kept = moved >= 0
        all_terms.append(postings.terms)
        places.append(own_places[kept] + before)
        rows.append(moved[kept])
        counts.append(own_counts[kept])
        lengths[new_rows[new_rows >= 0]] = postings.lengths[new_rows >= 0]
        before += len(postings.terms)
    found, numbers = np.unique(np.concatenate(all_terms), return_inverse=True)
    joined = numbers.reshape(-1)[np.concatenate(places)]
    # Drop terms that occur only in passages left out.
    used, joined = np.unique(joined, return_inverse=True)
    _write(folder, found[used], joined.reshape(-1), np.concatenate(rows), np.concatenate(counts),
           lengths)  # fmt: skip


def _write(
    folder: Path,
    vocabulary: Terms,
    places: npt.NDArray[np.int64],
    rows: Rows,
    counts: Counts,
    lengths: Lengths,
) -> None:
    """Writes postings in any order; `places` has the term index of each."""
    folder.mkdir()
    order = np.argsort(vocabulary, kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    ranked = ranks[places]
    by_term = np.lexsort((rows, ranked))
    starts = np.zeros(len(order) + 1, dtype=np.int64)
    starts[1:] = np.bincount(ranked, minlength=len(order)).cumsum()
    contents: list[npt.NDArray[Any]] = [vocabulary[order], starts, rows[by_term], counts[by_term]]
    contents.append(lengths)
    for name, content in zip(_FILES, contents, strict=True):
        write_array(content, folder / name)
