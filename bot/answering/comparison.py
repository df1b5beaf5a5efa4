"""The passages of a comparison: those that name both sides, or the best about each."""

from __future__ import annotations

from collections.abc import Sequence

from ..retrieval import in_context
from ..store import GenerationReader
from ..terms import terms
from ..types import Hit


def both_sides(
    generation: GenerationReader, hits: Sequence[Hit], sides: Sequence[str]
) -> tuple[list[Hit], bool]:
    """The hits with the best about each side first, and whether every side is told of.

    A passage that names all sides comes before those that name one. Sides take turns, so that
    none is buried under the other.
    """
    wanted = [frozenset(terms(side)) for side in sides]
    if not wanted:
        return list(hits), False
    told = {hit.row: [side <= _terms(generation, hit) for side in wanted] for hit in hits}
    together = [hit for hit in hits if all(told[hit.row])]
    first = together[:1]
    turns = [
        [hit for hit in hits if told[hit.row][place] and hit not in together]
        for place in range(len(wanted))
    ]
    for number in range(max(map(len, turns), default=0)):
        first += [own[number] for own in turns if number < len(own)]
    rows = dict.fromkeys(hit.row for hit in first)
    by_row = {hit.row: hit for hit in hits}
    ordered = [by_row[row] for row in rows]
    is_told = bool(together) or all(turns)
    return [*ordered, *(hit for hit in hits if hit.row not in rows)], is_told


def _terms(generation: GenerationReader, hit: Hit) -> frozenset[str]:
    return frozenset(terms(in_context(generation, hit.passage)))
