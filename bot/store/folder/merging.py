"""Selects the segments to rewrite, merged with others or without removed passages.

A passage is rewritten once for each size that its segment grows to, so that the cost of many small
changes stays proportional to them: the logarithmic method of Bentley and Saxe, "Decomposable
Searching Problems I" (1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import accumulate
from typing import TypeVar

from .segment import Live

T = TypeVar("T")

# This many segments of one size merge into one of the next; sizes grow by the same factor.
FACTOR = 8

# Segments with up to this many passages are rewritten together with new sources.
SMALL = 256

# The largest segment, in passages, unless a single source, which is not divided, has more. A
# segment must fit into memory while it is written, and be written quickly.
LARGEST = 262_144

# A larger segment is rewritten by itself if this share of its passages is removed.
REMOVED = 0.25


def with_the_new(parts: Sequence[Live], removed: Set[str]) -> list[Live]:
    """Returns the small segments to rewrite together with new sources.

    These are the ones with `removed` sources, so that those leave the disk, and all if there are
    many.
    """
    small = [part for part in parts if len(part.segment) <= SMALL]
    if len(small) >= FACTOR:
        return small
    return [part for part in small if not part.segment.extents.keys().isdisjoint(removed)]


def to_merge(parts: Sequence[Live], *, purge: bool = False) -> list[Live]:
    """Returns the segments to merge, if any; with `purge`, all that contain removed sources."""
    least = 0.0 if purge else REMOVED
    chosen = [part for part in parts if _removed(part) > least]
    for size in range(1, 1 + max(map(_size, parts), default=0)):
        if sum(_size(part) == size for part in parts) >= FACTOR:
            # Include smaller ones, which cost little more.
            upto = sorted((part for part in parts if _size(part) <= size), key=Live.passages)
            ends = accumulate(part.passages() for part in upto)
            some = [part for part, end in zip(upto, ends, strict=True) if end <= LARGEST]
            # Merging gains nothing if no two of this size fit into one.
            if sum(_size(part) == size for part in some) > 1:
                chosen += [part for part in some if part not in chosen]
    return chosen


def merge_groups(items: Sequence[T], passages: Callable[[T], int]) -> Iterator[list[T]]:
    """Yields lists of sources or segments, in order, with at most `LARGEST` passages each."""
    portion: list[T] = []
    total = 0
    for item in items:
        if portion and total + passages(item) > LARGEST:
            yield portion
            portion, total = [], 0
        portion.append(item)
        total += passages(item)
    if portion:
        yield portion


def _size(part: Live) -> int:
    """Returns the size class: 0 for the smallest, plus 1 for each factor of `FACTOR`."""
    passages = part.passages()
    size, limit = 0, SMALL
    while passages > limit:
        size, limit = size + 1, limit * FACTOR
    return size


def _removed(part: Live) -> float:
    """Returns the share of removed passages; above 0 if only empty sources are removed."""
    if part.removed.isdisjoint(part.segment.extents):
        return 0.0
    return max(1e-9, 1 - part.passages() / max(1, len(part.segment)))
