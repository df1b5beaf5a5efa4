"""Retrieval: cosine and BM25F propose candidates, and a learned model ranks them by evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from ..reading.formats.approved import is_approved_questions
from ..store import GenerationReader
from ..store.folder.lexical import K1
from ..text.identifiers import Identifier, share_identified
from ..text.passages import context
from ..text.rewriting import contains
from ..text.sentences import sentences
from ..text.terms import terms
from ..types import Hit, Passage, RankingEvidence, Spans, Vectors
from .late_interaction import Match, Parts, bare_questions, match
from .queries import Query, propose_rows
from .ranking import logit, mean, sigmoid
from .word_matching import Worded, is_known, match_words

# Candidates to rank by all the evidence, for a question about one fact and for one about a topic.
# The other candidates follow them.
FACT_CANDIDATES, TOPIC_CANDIDATES = 20, 30

# A question with few terms asks for one fact; one with many describes a topic. Between these two
# counts, passages similar to the first ones gain more and more.
FACTUAL_TERMS, TOPICAL_TERMS = 5, 10
FEEDBACK_WEIGHT = 20.0
FEEDBACK_PASSAGES = 3

# The bonus, as a logit, for a passage that names all numbered things of the question. The bonus is
# smaller for a thing that many candidates name, because it distinguishes them less.
IDENTIFIED_WEIGHT = 3.0
IDENTIFIES_UP_TO = 1 / 3

QUESTION_MARKS = ("?", "？", "؟")
BULLETS = ("- ", "* ", "+ ", "• ", "– ")

# Passages with a quoted phrase to rank, and the batch size for searching them.
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
    """Returns the passages found for the first query, best first; other queries add context.

    Every query scores the union of all candidates, and its evidence counts by its weight. The
    `dense` and `lexical` scores of a hit are those of the first query. Ties are ordered by row: by
    path, then by position in the source. With `phrases`, only passages that contain all of them
    verbatim are returned. Passages that name the `identifiers` gain. The first passages are
    compared word by word: `closely` of them, or as many as the question needs.
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
    usual = FACT_CANDIDATES + round(topicality * (TOPIC_CANDIDATES - FACT_CANDIDATES))
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
    read = {row: sigmoid(value) for row, value in logits.items()}
    # The others keep their order and follow those that were read closely.
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
    """Returns a convex sum of two score lists, each divided by its maximum; missing scores are 0.

    Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), show why
    this sum is preferable to reciprocal ranks.
    """
    highest_dense = max(max(dense.values(), default=0.0), 1e-9)
    highest_lexical = max(max(lexical.values(), default=0.0), 1e-9)
    return {
        row: dense_weight * max(0.0, dense.get(row, 0.0)) / highest_dense
        + (1 - dense_weight) * lexical.get(row, 0.0) / highest_lexical
        for row in dense.keys() | lexical.keys()
    }


def matched(generation: GenerationReader, query: Query, rows: Sequence[int]) -> dict[int, Match]:
    """Returns, by row, the match of a query with each passage."""
    unmet = [row for row in rows if row not in query.matches]
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
        query.matches.update(zip((*near, *foreign), found, strict=True))
    return {row: query.matches[row] for row in rows}


def is_understood(generation: GenerationReader, query: Query, passage: Passage) -> bool:
    """Whether the encoder knows the language of a passage."""
    language = generation.infos[passage.source_id].language
    return is_known(passage.text, language, query.known)


def context_of(generation: GenerationReader, passage: Passage) -> Sequence[str]:
    """Returns the title and the headings that are searched with a passage."""
    return context(generation.infos[passage.source_id].title, passage.section)


def heading_of(generation: GenerationReader, passage: Passage) -> str:
    """Returns the title and the headings of a passage on one line."""
    return " | ".join(context_of(generation, passage))


def in_context(generation: GenerationReader, passage: Passage) -> str:
    """Returns the text of a passage after its title and headings."""
    return f"{heading_of(generation, passage)} | {passage.text}"


# The spans of sentences, which are questions, and which are bare questions.
_Sentences: TypeAlias = tuple[Spans, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _sentences_of(generation: GenerationReader, passage: Passage) -> _Sentences:
    info = generation.infos[passage.source_id]
    return _sentences(passage, info.language, is_approved_questions(info.path))


def _sentences(
    passage: Passage, language: str | None, stands_for_others: bool = False
) -> _Sentences:
    """Returns the sentences of a passage, which are questions, and which of these are bare: no text
    after them may answer. A question that `stands_for_others` was approved for passages that answer
    it.
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
    """Returns, by row, the evidence that each passage answers one query."""
    highest = (K1 + 1) * sum(query.rarity) or 1.0
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
    """Limits matrix products in this process to one thread each from now on.

    Small products gain nothing from more threads. On a busy processor, threads that wait for each
    other take a hundred times as long.
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
    """Returns the candidates of both searches by row, and the lexical scores of each query."""
    if not phrases:
        proposals = [propose_rows(generation, query, count) for query in queries]
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
    """Returns the passages with all terms of some phrases, analysed per language, best first."""
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
    """Returns, by row, the share of the numbered things that a passage names, in its context."""
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
    """Returns how far a question describes a topic rather than asks for a fact, in [0, 1]."""
    terms = len(set(query.terms))
    return min(1.0, max(0.0, (terms - FACTUAL_TERMS) / (TOPICAL_TERMS - FACTUAL_TERMS)))


def _likeness(
    logits: Mapping[int, float], rows: Sequence[int], vectors: Vectors
) -> dict[int, float]:
    """Returns, by row, the similarity of passages to the best passages so far.

    This is the relevance feedback of Rocchio, "Relevance Feedback in Information Retrieval" (1971),
    which takes the first passages as relevant.
    """
    places = {row: place for place, row in enumerate(rows)}
    first = vectors[[places[row] for row in _best(logits, FEEDBACK_PASSAGES)]].mean(axis=0)
    likeness = vectors[[places[row] for row in logits]] @ first
    return dict(zip(logits, likeness.tolist(), strict=True))


def _best(scores: Mapping[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda row: (-scores[row], row))[:count]
