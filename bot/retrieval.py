"""Finding passages: cosine and BM25, fused by a convex sum, with ties broken on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .store import Generation
from .types import Hit, Vectors


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search with: its unit vector, its analysed terms, and its share of the score."""

    vector: Vectors
    terms: tuple[str, ...]
    weight: float = 1.0


def retrieve(
    generation: Generation, queries: Sequence[Query], *, dense_weight: float, candidates: int
) -> list[Hit]:
    """The passages found for the first query, leaned on by the others, best first.

    Every query ranks the union of all candidates; its fused scores count by its weight. The
    `dense` and `lexical` scores of a hit are those of the first query.
    """
    dense = [dict(generation.nearest(query.vector, candidates)) for query in queries]
    lexical = [dict(generation.matching(query.terms, candidates)) for query in queries]
    rows = sorted({row for found in (*dense, *lexical) for row in found})
    if not rows:
        return []
    cosines = generation.vectors(rows) @ np.stack([query.vector for query in queries]).T
    total = sum(query.weight for query in queries)
    scores = dict.fromkeys(rows, 0.0)
    for number, query in enumerate(queries):
        by_row = dict(zip(rows, cosines[:, number].tolist(), strict=True))
        for row, score in fuse(by_row, lexical[number], dense_weight).items():
            scores[row] += query.weight / total * score
    first = dict(zip(rows, cosines[:, 0].tolist(), strict=True))
    best = sorted(rows, key=lambda row: (-scores[row], row))[:candidates]
    passages = generation.passages(best)
    return [
        Hit(passages[row], first[row], lexical[0].get(row, 0.0), scores[row]) for row in best
    ]


def fuse(
    dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float
) -> dict[int, float]:
    """A convex sum of two score lists, each divided by its maximum; a missing score is zero.

    Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), show why
    such a sum is preferable to reciprocal ranks.
    """
    highest_dense = max(max(dense.values(), default=0.0), 1e-9)
    highest_lexical = max(max(lexical.values(), default=0.0), 1e-9)
    return {
        row: dense_weight * max(0.0, dense.get(row, 0.0)) / highest_dense
        + (1 - dense_weight) * lexical.get(row, 0.0) / highest_lexical
        for row in dense.keys() | lexical.keys()
    }
