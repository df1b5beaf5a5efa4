"""Adds the passages that continue a list which begins in the best passage."""

from __future__ import annotations

from bisect import bisect_left

from ..store import GenerationReader
from ..types import BlockKind, Hit, Passage, Source
from .citing import faults
from .selecting import Selected
from .weighing import Reading

# A longer list has to be read in its source.
MOST_FOLLOWING = 2


def with_rest_of_list(generation: GenerationReader, shown: Selected, count: int) -> Selected:
    """Inserts the passages that continue the first passage's list, and keeps the first `count`."""
    following = _following(generation, shown.groups[0][0], count - 1) if shown.groups else []
    if not following:
        return shown
    by_id = {
        group[0].passage.id: (group, reading)
        for group, reading in zip(shown.groups, shown.readings, strict=True)
    }
    after = [
        by_id.pop(hit.passage.id, ((hit,), Reading((), None, lacking=False))) for hit in following
    ]
    first, *others = by_id.values()
    groups, readings = zip(first, *after, *others, strict=True)
    return Selected(groups[:count], readings[:count])


def _following(generation: GenerationReader, best: Hit, most: int) -> list[Hit]:
    """Returns the passages after the best one that continue its list, with its score."""
    source = generation.source(best.passage.source_id)
    if not _goes_on(source, best.passage):
        return []
    passages = generation.passages_of(source.info.id)
    at = bisect_left(passages, best.passage.start, key=lambda pair: pair[1].start)
    found: list[Hit] = []
    for (_, before), (row, passage) in zip(passages[at:], passages[at + 1 :], strict=False):
        if len(found) >= min(most, MOST_FOLLOWING) or not _goes_on(source, before):
            break
        found.append(Hit(row, passage, best.dense, best.lexical, best.score))
    return [] if faults(generation, found) else found


def _goes_on(source: Source, passage: Passage) -> bool:
    """Whether the passage ends in a list, or announces one, and the next block is a list item."""
    blocks = [block for block in source.blocks if block.skipped is None]
    after = bisect_left(blocks, passage.end, key=lambda block: block.start)
    if not after or after == len(blocks) or blocks[after].kind is not BlockKind.LIST_ITEM:
        return False
    last = blocks[after - 1]
    is_announced = source.text[last.start : last.end].rstrip().endswith((":", "："))
    return is_announced or last.kind is BlockKind.LIST_ITEM
