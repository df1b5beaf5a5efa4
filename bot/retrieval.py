"""Finding passages: cosine and BM25F propose, a learned model over the evidence ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from .identifiers import Identifier, share_identified
from .matching import Match, Parts, bare_questions, match
from .passages import context
from .phrasing import contains
from .queries import Query, proposed
from .ranking import logit, mean, squashed
from .reading.approved import is_approved_questions
from .sentences import sentences
from .store import GenerationReader
from .store.lexical import SATURATION
from .terms import terms
from .types import Hit, Passage, RankingEvidence, Spans, Vectors
from .word_matching import Worded, is_known, match_words

# Candidates that are read closely and ranked by all the evidence, for a question about one fact and
# for one about a topic; the others follow them.
READ_CLOSELY, READ_FOR_TOPIC = 20, 30

# A question of few terms asks for one fact, one of many describes a topic: from the first count to
# the second, passages gain that are alike the first ones.
FACTUAL_TERMS, TOPICAL_TERMS = 5, 10
FEEDBACK_WEIGHT = 20.0
FEEDBACK_PASSAGES = 3

# What a passage gains, as a logit, by naming all numbered things that the question names. One that
# a larger share of the candidates names tells them hardly apart.
IDENTIFIED_WEIGHT = 3.0
IDENTIFIES_UP_TO = 1 / 3

QUESTION_MARKS = ("?", "？", "؟")
BULLETS = ("- ", "* ", "+ ", "• ", "– ")

# Passages with a quoted phrase that are ranked, and looked through for it at a time.
QUOTED_CANDIDATES = 1_000


def retrieve(
    generation: GenerationReader,
    queries: Sequence[Query],
    *,
    dense_weight: float,
    candidates: int,
    phrases: Sequence[str] = (),
    identifiers: Sequence[Identifier] = (),
    closely: int | None = None,
) -> list[Hit]:
    """The passages found for the first query, leaned on by the others, best first.

    Every query weighs the union of all candidates; its evidence counts by its weight. The `dense`
    and `lexical` scores of a hit are those of the first query. Equal scores are ordered by row: by
    path, then by place in the source. With `phrases`, only passages that have
    all of them as they stand are found. Those gain that name the things with `identifiers`. The
    first are compared word by word: so many as the question needs, or as `closely` says.
    """
    passages, lexical = _candidates(generation, queries, candidates, phrases)
    if not passages:
        return []
    rows = sorted(passages)
    vectors = generation.vectors(rows)
    total = sum(query.weight for query in queries)
    dense = []
    fused = dict.fromkeys(rows, 0.0)
    identified = _identified(generation, passages, identifiers)
    understood = {row: is_understood(generation, queries[0], passages[row]) for row in rows}
    for query, matches in zip(queries, lexical, strict=True):
        cosines = (vectors @ query.encoded.vector).tolist()
        known = zip(rows, cosines, strict=True)
        dense.append({row: cosine if understood[row] else 0.0 for row, cosine in known})
        own = fuse(dense[-1], matches, dense_weight)
        for row in rows:
            fused[row] += query.weight / total * own[row]
    promising = {row: fused[row] + identified[row] for row in rows}
    topicality = _topicality(queries[0]) if all(understood.values()) else 0.0
    usual = READ_CLOSELY + round(topicality * (READ_FOR_TOPIC - READ_CLOSELY))
    close = _best(promising, closely or usual)
    seen = [
        _evidence(generation, query, close, of_query, matches, understood)
        for query, of_query, matches in zip(queries, dense, lexical, strict=True)
    ]
    weights = [query.weight for query in queries]
    evidence = {row: mean([found[row] for found in seen], weights) for row in close}
    logits = {
        row: logit(found) + IDENTIFIED_WEIGHT * identified[row] for row, found in evidence.items()
    }
    if topicality:
        likeness = _likeness(logits, rows, vectors)
        logits = {row: logits[row] + FEEDBACK_WEIGHT * topicality * likeness[row] for row in close}
    read = {row: squashed(value) for row, value in logits.items()}
    # The others keep their order, behind those that were read.
    last = min(read.values())
    scores = {row: read.get(row, last * fused[row]) for row in rows}
    return [
        Hit(
            row=row,
            passage=passages[row],
            dense=dense[0][row],
            lexical=lexical[0].get(row, 0.0),
            score=scores[row],
            evidence=evidence.get(row),
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


def matched(generation: GenerationReader, query: Query, rows: Sequence[int]) -> dict[int, Match]:
    """By row, how a query is met by the passages."""
    unmet = [row for row in rows if row not in query.met]
    if unmet:
        _compute_on_one_thread()
        passages = generation.passages(unmet)
        foreign = [row for row in unmet if not is_understood(generation, query, passages[row])]
        near = [row for row in unmet if row not in foreign] if foreign else unmet
        parts = [
            Parts(pieces, *_sentences_of(generation, passages[row]))
            for row, pieces in zip(near, generation.pieces_of(near), strict=True)
        ]
        worded = [
            Worded(passages[row].text, heading_of(generation, passages[row]),
                   *_sentences_of(generation, passages[row]))
            for row in foreign
        ]  # fmt: skip
        found = match(query.encoded, query.piece_weights, parts)
        found += match_words(query.words, query.piece_weights, query.language, worded)
        query.met.update(zip((*near, *foreign), found, strict=True))
    return {row: query.met[row] for row in rows}


def is_understood(generation: GenerationReader, query: Query, passage: Passage) -> bool:
    """Whether the encoder knows the language of a passage."""
    language = generation.infos[passage.source_id].language
    return is_known(passage.text, language, query.known)


def context_of(generation: GenerationReader, passage: Passage) -> Sequence[str]:
    """The title and the headings that a passage is searched with."""
    return context(generation.infos[passage.source_id].title, passage.section)


def heading_of(generation: GenerationReader, passage: Passage) -> str:
    """The title and the headings of a passage, in a line."""
    return " | ".join(context_of(generation, passage))


def in_context(generation: GenerationReader, passage: Passage) -> str:
    """The text of a passage, after its title and headings."""
    return f"{heading_of(generation, passage)} | {passage.text}"


# The spans of sentences, which of them ask, and which do no more.
_Sentences: TypeAlias = tuple[Spans, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _sentences_of(generation: GenerationReader, passage: Passage) -> _Sentences:
    info = generation.infos[passage.source_id]
    return _sentences(passage, info.language, is_approved_questions(info.path))


def _sentences(
    passage: Passage, language: str | None, stands_for_others: bool = False
) -> _Sentences:
    """The sentences of a passage, which of them ask, and which of these nothing follows that may
    answer. A question that `stands_for_others` was approved for passages that do.
    """
    spans = sentences(passage.text, 0, len(passage.text), language)
    said = [passage.text[start:end] for start, end in spans]
    asks = np.array([text.endswith(QUESTION_MARKS) for text in said], dtype=bool)
    bare = np.zeros_like(asks) if stands_for_others else bare_questions(asks)
    if bare.any():
        # The last of a list of questions is answered no more than the others.
        for at in range(1, len(said) - 1):
            is_listed = bare[at - 1] and asks[at] and said[at - 1].startswith(BULLETS)
            between = passage.text[spans[at][1] : spans[at + 1][0]]
            bare[at] |= is_listed and said[at].startswith(BULLETS) and "\n\n" in between
    return np.array(spans, np.int32).reshape(-1, 2), asks, bare


def _evidence(
    generation: GenerationReader,
    query: Query,
    rows: Sequence[int],
    cosines: Mapping[int, float],
    lexical: Mapping[int, float],
    understood: Mapping[int, bool],
) -> dict[int, RankingEvidence]:
    """By row, what speaks for the passages as answers to one query."""
    highest = (SATURATION + 1) * sum(query.rarity) or 1.0
    found = {}
    for row, met in matched(generation, query, rows).items():
        found[row] = RankingEvidence(
            cosine=cosines[row],
            lexical=lexical.get(row, 0.0) / highest,
            interaction=met.interaction,
            even_interaction=met.even_interaction,
            sentence_cosine=met.best_statement(met.context_cosines),
            sentence_interaction=met.best_statement(met.context_interactions),
            question_cosine=met.best_question(met.context_cosines),
            by_words=not understood[row],
        )
    return found


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
    phrases: Sequence[str],
) -> tuple[dict[int, Passage], list[Mapping[int, float]]]:
    """Passages by row that one of the searches proposes, and the lexical scores of each query."""
    if not phrases:
        proposals = [proposed(generation, query, count) for query in queries]
        rows = {row for found in proposals for row in (*found.nearest, *found.matching)}
        return generation.passages(sorted(rows)), [found.matching for found in proposals]
    passages: dict[int, Passage] = {}
    lexical = [_with_phrases(generation, query, phrases) for query in queries]
    ranked = list(lexical[0])
    for begin in range(0, len(ranked), QUOTED_CANDIDATES):
        some = generation.passages(ranked[begin : begin + QUOTED_CANDIDATES])
        passages |= {
            row: passage
            for row, passage in some.items()
            if all(contains(passage.text, phrase) for phrase in phrases)
        }
        if len(passages) >= QUOTED_CANDIDATES:
            break
    return passages, [{row: near[row] for row in passages if row in near} for near in lexical]


def _with_phrases(
    generation: GenerationReader, query: Query, phrases: Sequence[str]
) -> dict[int, float]:
    """The passages with all terms of some phrases, as each language has them, best first."""
    found: dict[int, float] = {}
    for language in generation.languages:
        needed = [term for phrase in phrases for term in terms(phrase, language)]
        wanted = [*query.terms, *(term for term in needed if term not in query.terms)]
        for row, score in generation.matching(wanted, len(generation), needed):
            found[row] = max(score, found.get(row, 0.0))
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _identified(
    generation: GenerationReader,
    passages: Mapping[int, Passage],
    identifiers: Sequence[Identifier],
) -> dict[int, float]:
    """By row, the share of the things named that a passage names, in its context."""
    if not identifiers:
        return dict.fromkeys(passages, 0.0)
    texts = {row: in_context(generation, passage) for row, passage in passages.items()}
    telling = [
        one
        for one in identifiers
        if sum(map(one.is_named, texts.values())) <= IDENTIFIES_UP_TO * len(texts)
    ]
    return {row: share_identified(telling, text) for row, text in texts.items()}


def _topicality(query: Query) -> float:
    """How far a question describes a topic rather than asks for a fact, in [0, 1]."""
    terms = len(set(query.terms))
    return min(1.0, max(0.0, (terms - FACTUAL_TERMS) / (TOPICAL_TERMS - FACTUAL_TERMS)))


def _likeness(
    logits: Mapping[int, float], rows: Sequence[int], vectors: Vectors
) -> dict[int, float]:
    """By row, the likeness of passages to those of them that are best so far.

    The feedback of Rocchio, "Relevance Feedback in Information Retrieval" (1971), with the first
    passages taken for relevant.
    """
    places = {row: place for place, row in enumerate(rows)}
    first = vectors[[places[row] for row in _best(logits, FEEDBACK_PASSAGES)]].mean(axis=0)
    likeness = vectors[[places[row] for row in logits]] @ first
    return dict(zip(logits, likeness.tolist(), strict=True))


def _best(scores: Mapping[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda row: (-scores[row], row))[:count]
