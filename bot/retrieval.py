"""Finding passages: cosine and BM25 propose, their fusion and late interaction rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from .interaction import interactions
from .phrasing import contains
from .queries import Meeting, Query, proposed
from .store import GenerationReader
from .store.tokens import Pieces
from .store.tokens import similarities as packed_similarities
from .types import Encoded, Hit, Passage, Vectors

# The share of the whole source's BM25, beside 1 for the passage's own evidence.
SOURCE_WEIGHT = 0.3

# Candidates that late interaction looks at, and its share of their score.
COMPARED_CLOSELY = 30
INTERACTION_WEIGHT = 0.8

# A question of few terms asks for one fact, one of many describes a topic: from the first count
# to the second, passages that are alike gain and the meeting of single words loses weight.
FACTUAL_TERMS, TOPICAL_TERMS = 5, 10
TOPICAL_INTERACTION_WEIGHT = 0.5
FEEDBACK_WEIGHT = 0.6
FEEDBACK_PASSAGES = 3

# Passages with a quoted phrase that are ranked, and looked through for it at a time.
QUOTED_CANDIDATES = 1_000


def retrieve(
    generation: GenerationReader,
    queries: Sequence[Query],
    *,
    dense_weight: float,
    candidates: int,
    late_interaction: bool = True,
    phrases: Sequence[tuple[str, Sequence[str]]] = (),
) -> list[Hit]:
    """The passages found for the first query, leaned on by the others, best first.

    Every query ranks the union of all candidates; its scores count by its weight. The `dense`,
    `lexical` and `interaction` scores of a hit are those of the first query. Equal scores are
    ordered by row: by path, then by place in the source. With `phrases`, each with its terms,
    only passages that have all of them as they stand are found.
    """
    passages, lexical = _candidates(generation, queries, candidates, phrases)
    if not passages:
        return []
    rows = sorted(passages)
    vectors = generation.vectors(rows)
    total = sum(query.weight for query in queries)
    dense = []
    scores = dict.fromkeys(rows, 0.0)
    for query, matches in zip(queries, lexical, strict=True):
        dense.append(dict(zip(rows, (vectors @ query.encoded.vector).tolist(), strict=True)))
        own = fuse(dense[-1], matches, dense_weight)
        of_sources = _of_sources(generation, query, passages)
        for row in rows:
            joined = (own[row] + SOURCE_WEIGHT * of_sources[row]) / (1 + SOURCE_WEIGHT)
            scores[row] += query.weight / total * joined
    topicality = _topicality(queries[0])
    met = []
    if late_interaction:
        share = INTERACTION_WEIGHT + topicality * (TOPICAL_INTERACTION_WEIGHT - INTERACTION_WEIGHT)
        close = _best(scores, COMPARED_CLOSELY)
        scores = {row: (1 - share) * score for row, score in scores.items()}
        for query in queries:
            met.append(compared(generation, query, close))
            for row, meeting in met[-1].items():
                scores[row] += share * query.weight / total * meeting.score
    if topicality:
        scores = _fed_back(scores, rows, vectors, FEEDBACK_WEIGHT * topicality)
    return [
        Hit(
            row=row,
            passage=passages[row],
            dense=dense[0][row],
            lexical=lexical[0].get(row, 0.0),
            interaction=met[0][row].score if met and row in met[0] else 0.0,
            score=scores[row],
        )
        for row in _best(scores, candidates)
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


def compared(generation: GenerationReader, query: Query, rows: Sequence[int]) -> dict[int, Meeting]:
    """By row, how the words of a query are met by those of the passages."""
    unmet = [row for row in rows if row not in query.met]
    if unmet:
        pieces = generation.pieces_of(unmet)
        cosines = similarities(query.encoded, pieces)
        spans = [part.spans for part in pieces]
        counts = np.array([len(part) for part in spans], dtype=np.int64)
        scores = interactions(cosines, counts, query.piece_weights)
        each = np.split(cosines, counts.cumsum()[:-1], axis=1)
        query.met.update(zip(unmet, map(Meeting, scores, each, spans), strict=True))
    return {row: query.met[row] for row in rows}


def similarities(question: Encoded, passages: Sequence[Pieces]) -> Vectors:
    """Cosines of all pairs, shape (pieces of the question, pieces of the passages), those of one
    passage after the other.
    """
    _compute_on_one_thread()
    codes = [passage.codes for passage in passages if len(passage.codes)]
    if not codes:
        return np.empty((len(question.tokens), 0), dtype=np.float32)
    return packed_similarities(question.tokens, np.concatenate(codes))


@cache
def _compute_on_one_thread() -> None:
    """Keeps the products of this process to one thread each, from now on.

    So small ones gain nothing from more, and while anything else keeps the processor busy, threads
    that wait for each other take a hundred times as long.
    """
    for library in ThreadpoolController().lib_controllers:
        if library.user_api == "blas" and "numpy" in library.filepath:
            library.set_num_threads(1)


def _candidates(
    generation: GenerationReader,
    queries: Sequence[Query],
    count: int,
    phrases: Sequence[tuple[str, Sequence[str]]],
) -> tuple[dict[int, Passage], list[Mapping[int, float]]]:
    """Passages by row that one of the searches proposes, and the lexical scores of each query."""
    if not phrases:
        proposals = [proposed(generation, query, count) for query in queries]
        rows = {row for found in proposals for row in (*found.nearest, *found.matching)}
        return generation.passages(sorted(rows)), [found.matching for found in proposals]
    needed = [term for _, terms in phrases for term in terms]
    passages: dict[int, Passage] = {}
    lexical = [dict(generation.matching(query.terms, len(generation), needed)) for query in queries]
    ranked = list(lexical[0])
    for begin in range(0, len(ranked), QUOTED_CANDIDATES):
        some = generation.passages(ranked[begin : begin + QUOTED_CANDIDATES])
        passages |= {
            row: passage
            for row, passage in some.items()
            if all(contains(passage.text, phrase) for phrase, _ in phrases)
        }
        if len(passages) >= QUOTED_CANDIDATES:
            break
    return passages, [{row: near[row] for row in passages if row in near} for near in lexical]


def _of_sources(
    generation: GenerationReader, query: Query, passages: Mapping[int, Passage]
) -> dict[int, float]:
    """By row, how well the whole source of a passage matches, as a share of the best source."""
    found = generation.matching_sources(
        query.terms, {passage.source_id for passage in passages.values()}
    )
    highest = generation.best_source(query.terms) or 1.0
    return {row: found.get(passage.source_id, 0.0) / highest for row, passage in passages.items()}


def _topicality(query: Query) -> float:
    """How far a question describes a topic rather than asks for a fact, in [0, 1]."""
    terms = len(set(query.terms))
    return min(1.0, max(0.0, (terms - FACTUAL_TERMS) / (TOPICAL_TERMS - FACTUAL_TERMS)))


def _fed_back(
    scores: Mapping[int, float], rows: Sequence[int], vectors: Vectors, weight: float
) -> dict[int, float]:
    """Scores joined by the likeness to the passages that are best so far, still in [0, 1].

    The feedback of Rocchio, "Relevance Feedback in Information Retrieval" (1971), with the first
    passages taken for relevant.
    """
    places = {row: place for place, row in enumerate(rows)}
    first = vectors[[places[row] for row in _best(scores, FEEDBACK_PASSAGES)]].mean(axis=0)
    likeness = np.maximum(vectors @ first, 0.0)
    likeness /= max(float(likeness.max()), 1e-9)
    return {
        row: (scores[row] + weight * alike) / (1 + weight)
        for row, alike in zip(rows, likeness.tolist(), strict=True)
    }


def _best(scores: Mapping[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda row: (-scores[row], row))[:count]
