"""Which segments are worth being written anew as one."""

from __future__ import annotations

from collections.abc import Sequence

from .segment import Live

# So many segments of a size become one of the next; the sizes grow by the same factor.
FACTOR = 8
SMALLEST = 64

# A segment is written anew where this share of its passages is removed, and a small one where
# anything is, so that little of what was removed lies on disk for long.
REMOVED = 0.25
SMALL = 1_000


def to_merge(parts: Sequence[Live], *, purge: bool = False) -> list[Live]:
    """The segments to merge into one, if any; with `purge` all that hold something removed.

    A passage is written anew once a size, so that the cost of many small changes stays in
    proportion to them: the logarithmic method of Bentley and Saxe, "Decomposable Searching
    Problems I" (1980).
    """
    chosen = [
        part
        for part in parts
        if _removed(part) > (0 if purge or len(part.segment) <= SMALL else REMOVED)
    ]
    for size in sorted({_size(part) for part in parts}):
        alike = [part for part in parts if _size(part) == size]
        if len(alike) >= FACTOR:
            # What is smaller goes along, for little more.
            chosen += [part for part in parts if _size(part) <= size and part not in chosen]
    return chosen


def _size(part: Live) -> int:
    """0 for the smallest, and one more for every `FACTOR` times as many passages."""
    size, limit = 0, SMALLEST
    while part.passages() > limit:
        size, limit = size + 1, limit * FACTOR
    return size


def _removed(part: Live) -> float:
    """The share of passages that are not live, or more than none where only sources are."""
    if part.removed.isdisjoint(part.segment.extents):
        return 0.0
    return max(1e-9, 1 - part.passages() / max(1, len(part.segment)))
