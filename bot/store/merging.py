"""Which segments are worth being written anew, with others or without what was removed.

A passage is written anew once for each size that its segment grows to, so that the cost of many
small changes stays in proportion to them: the logarithmic method of Bentley and Saxe,
"Decomposable Searching Problems I" (1980).
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from .segment import Live

# So many segments of a size become one of the next; the sizes grow by the same factor.
FACTOR = 8

# Segments of so many passages are written anew together with what is new.
SMALL = 256

# A larger one is written anew by itself where this share of its passages is removed.
REMOVED = 0.25


def with_the_new(parts: Sequence[Live], removed: Set[str]) -> list[Live]:
    """The small segments to write anew in one with what is new: those from which something is
    `removed`, so that it does not stay on disk, and all of them where there are many.
    """
    small = [part for part in parts if len(part.segment) <= SMALL]
    if len(small) >= FACTOR:
        return small
    return [part for part in small if not part.segment.extents.keys().isdisjoint(removed)]


def to_merge(parts: Sequence[Live], *, purge: bool = False) -> list[Live]:
    """The segments to merge into one, if any; with `purge` all that hold something removed."""
    least = 0.0 if purge else REMOVED
    chosen = [part for part in parts if _removed(part) > least]
    for size in range(1, 1 + max(map(_size, parts), default=0)):
        if sum(_size(part) == size for part in parts) >= FACTOR:
            # What is smaller goes along, for little more.
            chosen += [part for part in parts if _size(part) <= size and part not in chosen]
    return chosen


def _size(part: Live) -> int:
    """0 for the smallest, and one more for every `FACTOR` times as many passages."""
    passages = part.passages()
    size, limit = 0, SMALL
    while passages > limit:
        size, limit = size + 1, limit * FACTOR
    return size


def _removed(part: Live) -> float:
    """The share of passages that are not live, or more than none where only sources are."""
    if part.removed.isdisjoint(part.segment.extents):
        return 0.0
    return max(1e-9, 1 - part.passages() / max(1, len(part.segment)))
