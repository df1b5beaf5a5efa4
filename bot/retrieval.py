"""Finding passages: cosine and BM25 propose, their fusion and late interaction rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .interaction import interaction, similarities
from .store import Generation
from .types import Encoded, Hit, Vectors

# Candidates that late interaction looks at, and its share of their score.
COMPARED_CLOSELY = 30
INTERACTION_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search with: its vectors, its analysed terms, and its share of the score.

    `piece_weights` says how much each of its word pieces counts.
    """

    encoded: Encoded
    terms: tuple[str, ...]
    piece_weights: Vectors
    weight: float = 1.0


def retrieve(
    generation: Generation, queries: Sequence[Query], *, dense_weight: float, candidates: int
) -> list[Hit]:
    """The passages found for the first query, leaned on by the others, best first.

    Every query ranks the union of all candidates; its scores count by its weight. The `dense`,
    `lexical` and `interaction` scores of a hit are those of the first query. Equal scores are
    ordered by row: by path, then by place in the source.
    """
    dense = [dict(generation.nearest(query.encoded.vector, candidates)) for query in queries]
    lexical = [dict(generation.matching(query.terms, candidates)) for query in queries]
    rows = sorted({row for found in (*dense, *lexical) for row in found})
    if not rows:
        return []
    vectors = generation.vectors(rows)
    total = sum(query.weight for query in queries)
    cosines = []
    scores = dict.fromkeys(rows, 0.0)
    for query, matches in zip(queries, lexical, strict=True):
        cosines.append(dict(zip(rows, (vectors @ query.encoded.vector).tolist(), strict=True)))
        for row, score in fuse(cosines[-1], matches, dense_weight).items():
            scores[row] += query.weight / total * score
    close = _best(scores, COMPARED_CLOSELY)
    compared = [_compared(generation, query, close) for query in queries]
    for row in rows:
        scores[row] *= 1 - INTERACTION_WEIGHT
    for query, interactions in zip(queries, compared, strict=True):
        for row, share in spread(interactions).items():
            scores[row] += INTERACTION_WEIGHT * query.weight / total * share
    best = _best(scores, candidates)
    passages = generation.passages(best)
    return [
        Hit(
            row=row,
            passage=passages[row],
            dense=cosines[0][row],
            lexical=lexical[0].get(row, 0.0),
            interaction=compared[0].get(row, 0.0),
            score=scores[row],
        )
        for row in best
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


def spread(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores moved to the whole of [0, 1]: late interaction's own differ by little."""
    lowest, highest = min(scores.values()), max(scores.values())
    width = highest - lowest
    return {row: (score - lowest) / width if width else 0.0 for row, score in scores.items()}


def _best(scores: Mapping[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda row: (-scores[row], row))[:count]


def _compared(generation: Generation, query: Query, rows: Sequence[int]) -> dict[int, float]:
    dimension = query.encoded.tokens.shape[1]
    found = {}
    for row in rows:
        pieces, _ = generation.piece_vectors(row, dimension)
        found[row] = interaction(similarities(query.encoded, pieces), query.piece_weights)
    return found
