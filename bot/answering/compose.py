"""Puts an answer together from what the other modules of this room find out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ..conversation import Lean, lean
from ..errors import IndexDamaged
from ..retrieval import Query, retrieve
from ..settings import Settings
from ..store import Generation
from ..terms import terms
from ..types import (
    Answer,
    Citation,
    Encoder,
    Hit,
    Passage,
    Quote,
    Span,
    Timings,
    Turn,
    Vectors,
)
from .confidence import Evidence, confidence
from .conflicts import conflicts, statements
from .corroboration import corroborate
from .evidence import best, coverage, rarity
from .highlights import SentenceScore, candidate_sentences, highlighted, score_sentences

# Passages whose sentences are compared by meaning; further ones by their words alone.
READ_CLOSELY = 5

# Without an explicit --k, passages that score less than this share of the first are left out.
WORTH_SHOWING = 0.5

SENTENCES_REMEMBERED = 20_000


class SentenceMemory:
    """Vectors of sentences that were read closely, so that none is embedded twice in a session."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of sentences, one row each."""
        with self._lock:
            fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        encoded = self._encoder.encode(fresh) if fresh else ()
        with self._lock:
            self._vectors.update(zip(fresh, encoded, strict=True))
            rows = [self._vectors[text] for text in texts]
            while len(self._vectors) > SENTENCES_REMEMBERED:
                self._vectors.popitem(last=False)
        return np.stack(rows) if rows else np.empty((0, self._encoder.dimension), np.float32)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready to search with.

    `meaning` is the vector that evidence is measured against: for a question that leans on an
    earlier one, that of both together.
    """

    queries: tuple[Query, ...]
    meaning: Vectors
    weights: Mapping[str, float]


def answer(
    generation: Generation,
    encoder: Encoder,
    memory: SentenceMemory,
    settings: Settings,
    question: str,
    history: Sequence[Turn],
    k: int | None,
) -> Answer:
    """The answer of one generation to one question."""
    began = time.perf_counter()
    leans = lean(question, history)
    asked = _prepare(generation, encoder, question, leans)
    encoded = time.perf_counter()

    count = k or settings.passages_shown
    hits = retrieve(
        generation,
        asked.queries,
        dense_weight=settings.dense_weight,
        candidates=max(settings.candidates, count),
    )
    sound, withheld = _checked(generation, hits)
    groups = corroborate(sound, count)
    if k is None and groups:
        floor = WORTH_SHOWING * groups[0][0].score
        groups = [group for group in groups if group[0].score >= floor]
    searched = time.perf_counter()

    shown = [group[0] for group in groups]
    scores = _read_closely(generation, memory, asked, [hit.passage for hit in shown])
    certainty = max(
        (
            confidence(_evidence(asked, hit, sentence_scores))
            for hit, sentence_scores in zip(shown[:READ_CLOSELY], scores, strict=False)
        ),
        default=0.0,
    )
    highlights = [highlighted(sentence_scores) for sentence_scores in scores]
    citations = _number(generation, groups)
    quotes = _quotes(groups, citations, highlights)
    texts = {hit.passage.id: hit.passage.text for group in groups for hit in group}
    found = [
        statement
        for citation in citations
        for statement in statements(
            citation, texts[citation.passage_id], _lit(quotes, citation), citation.source.language
        )
    ]
    answered = bool(quotes) and certainty >= settings.threshold
    ended = time.perf_counter()
    return Answer(
        question=question,
        answered=answered,
        confidence=certainty,
        generation=generation.number,
        context=tuple(item.carried for item in leans),
        quotes=quotes,
        citations=citations,
        conflicts=tuple(conflicts(found, asked.weights)) if answered else (),
        timings=Timings(
            encode=1000 * (encoded - began),
            search=1000 * (searched - encoded),
            total=1000 * (ended - began),
        ),
        withheld=withheld,
    )


def _prepare(
    generation: Generation, encoder: Encoder, question: str, leans: Sequence[Lean]
) -> _Asked:
    carried = [item.carried.text for item in leans]
    # The nearest earlier turn gives a dependent question its subject.
    together = " ".join((*carried[:1], question))
    texts = [question, *carried, *([together] if leans else [])]
    vectors = encoder.encode_questions(texts)
    queries = [Query(vectors[0], tuple(terms(question)))]
    for item, vector in zip(leans, vectors[1:], strict=False):
        queries.append(Query(vector, tuple(terms(item.carried.text)), item.weight))
    wanted = set(queries[0].terms) or set(terms(together))
    weights = rarity(wanted, generation.document_frequency, len(generation))
    return _Asked(tuple(queries), vectors[-1], weights)


def _checked(
    generation: Generation, hits: Sequence[Hit]
) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits whose passage is still the slice of its source that it claims to be, and the faults."""
    sound, faults = [], []
    for hit in hits:
        passage = hit.passage
        try:
            text = generation.source(passage.source_id).text
        except IndexDamaged as error:
            faults.append(str(error))
            continue
        if text[passage.start : passage.end] == passage.text:
            sound.append(hit)
        else:
            path = generation.infos[passage.source_id].path
            faults.append(f"{path}, {passage.locator}: the quote differs from its source.")
    return sound, tuple(dict.fromkeys(faults))


def _read_closely(
    generation: Generation, memory: SentenceMemory, asked: _Asked, passages: Sequence[Passage]
) -> list[list[SentenceScore]]:
    spans = [
        candidate_sentences(passage, generation.infos[passage.source_id].language)
        for passage in passages
    ]
    close = [
        passage.text[start - passage.start : end - passage.start]
        for passage, of_passage in zip(passages[:READ_CLOSELY], spans, strict=False)
        for start, end in of_passage
    ]
    vectors = memory.vectors(close)
    scores = []
    at = 0
    for number, (passage, of_passage) in enumerate(zip(passages, spans, strict=True)):
        if number < READ_CLOSELY:
            rows = vectors[at : at + len(of_passage)]
            at += len(of_passage)
            scores.append(
                score_sentences(passage, of_passage, asked.weights, asked.meaning, rows)
            )
        else:
            scores.append(score_sentences(passage, of_passage, asked.weights))
    return scores


def _evidence(asked: _Asked, hit: Hit, scores: Sequence[SentenceScore]) -> Evidence:
    passage = hit.passage
    found = set(terms(" ".join((*passage.section, passage.text))))
    top = scores[best([score.score for score in scores])] if scores else None
    return Evidence(
        cosine=max(0.0, hit.dense),
        covered=coverage(asked.weights, found),
        sentence_cosine=max(0.0, top.cosine) if top else 0.0,
        sentence_covered=top.covered if top else 0.0,
    )


def _number(
    generation: Generation, groups: Sequence[tuple[Hit, ...]]
) -> tuple[Citation, ...]:
    """Citations of the passages shown, by rank, then of those that only corroborate them."""
    ordered = [group[0] for group in groups] + [hit for group in groups for hit in group[1:]]
    return tuple(
        Citation(
            number=number,
            passage_id=hit.passage.id,
            source=generation.infos[hit.passage.source_id],
            start=hit.passage.start,
            end=hit.passage.end,
            locator=hit.passage.locator,
            section=hit.passage.section,
        )
        for number, hit in enumerate(ordered, start=1)
    )


def _quotes(
    groups: Sequence[tuple[Hit, ...]],
    citations: Sequence[Citation],
    highlights: Sequence[tuple[Span, ...]],
) -> tuple[Quote, ...]:
    numbers = {citation.passage_id: citation.number for citation in citations}
    quotes = []
    for rank, (group, lit) in enumerate(zip(groups, highlights, strict=True), start=1):
        own = citations[rank - 1]
        quotes.append(
            Quote(
                rank=rank,
                citations=tuple(numbers[hit.passage.id] for hit in group),
                text=group[0].passage.text,
                score=group[0].score,
                source=own.source,
                start=own.start,
                end=own.end,
                locator=own.locator,
                section=own.section,
                highlights=lit,
            )
        )
    return tuple(quotes)


def _lit(quotes: Sequence[Quote], citation: Citation) -> tuple[Span, ...]:
    """Highlights within a citation; a corroborating passage counts as lit as a whole."""
    if citation.number <= len(quotes):
        return quotes[citation.number - 1].highlights
    return ((citation.start, citation.end),)
