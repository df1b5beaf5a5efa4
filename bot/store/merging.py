"""Which segments are worth being written anew, with others or without what was removed.

A passage is written anew once for each size that its segment grows to, so that the cost of many
small changes stays in proportion to them: the logarithmic method of Bentley and Saxe,
"Decomposable Searching Problems I" (1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import accumulate
from typing import TypeVar

from .segment import Live

T = TypeVar("T")

# So many segments of a size become one of the next; the sizes grow by the same factor.
FACTOR = 8

# Segments of so many passages are written anew together with what is new.
SMALL = 256

# No segment has more passages, but for those of a source, which are not divided: what is written
# at once must fit into memory, and be soon done.
LARGEST = 262_144

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
            upto = sorted((part for part in parts if _size(part) <= size), key=Live.passages)
            ends = accumulate(part.passages() for part in upto)
            some = [part for part, end in zip(upto, ends, strict=True) if end <= LARGEST]
            # Where no two of the size fit into one, nothing is gained.
            if sum(_size(part) == size for part in some) > 1:
                chosen += [part for part in some if part not in chosen]
    return chosen


def portions(items: Sequence[T], passages: Callable[[T], int]) -> Iterator[list[T]]:
    """Sources or segments, in order, in lists that have no more than `LARGEST` passages."""
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
