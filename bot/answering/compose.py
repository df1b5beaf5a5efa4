"""Puts an answer together from what the other modules of this room find out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..conversation import Lean, lean
from ..errors import IndexDamaged, SourceUnknown
from ..interaction import interaction, piece_weights, similarities
from ..retrieval import Query, retrieve
from ..settings import Settings
from ..store import Generation
from ..terms import terms
from ..types import (
    Answer,
    Citation,
    Encoded,
    Encoder,
    Hit,
    Quote,
    Span,
    Timings,
    Turn,
    Vectors,
)
from .confidence import Evidence, confidence
from .conflicts import conflicts, statements
from .corroboration import corroborate, supporting
from .evidence import coverage, rarity
from .highlights import candidate_sentences, highlighted, score_sentences

# The first passages decide whether the sources answer.
DECIDED_BY = 3

# Without an explicit --k, passages that score less than this share of the first are left out.
WORTH_SHOWING = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready to search with.

    `meaning` and `piece_weights` are what evidence is measured against: for a question that leans
    on an earlier one, both together. `rarity` weighs the question's own terms.
    """

    queries: tuple[Query, ...]
    meaning: Encoded
    piece_weights: Vectors
    rarity: Mapping[str, float]


def answer(
    generation: Generation,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn],
    k: int | None,
) -> Answer:
    """The answer of one generation to one question."""
    began = time.perf_counter()
    leans = lean(question, history)
    asked = prepare(generation, encoder, question, leans)
    encoded = time.perf_counter()

    count = k or settings.passages_shown
    hits = retrieve(
        generation,
        asked.queries,
        dense_weight=settings.dense_weight,
        candidates=max(settings.candidates, count),
    )
    sound, withheld = _checked(generation, hits)
    groups = corroborate(sound, max(count, DECIDED_BY))
    searched = time.perf_counter()

    # How many passages are shown must not change whether there is an answer.
    readings = [read_closely(generation, asked, group[0]) for group in groups]
    certainty = max((confidence(evidence) for evidence, _ in readings[:DECIDED_BY]), default=0.0)
    groups = groups[:count]
    if k is None and groups:
        floor = WORTH_SHOWING * groups[0][0].score
        groups = [group for group in groups if group[0].score >= floor]
    highlights = [spans for _, spans in readings[: len(groups)]]
    groups = [
        group + supporting(group, lit, sound) for group, lit in zip(groups, highlights, strict=True)
    ]
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
        conflicts=tuple(conflicts(found, question, asked.rarity)) if answered else (),
        timings=Timings(
            encode=1000 * (encoded - began),
            search=1000 * (searched - encoded),
            total=1000 * (ended - began),
        ),
        withheld=withheld,
    )


def prepare(
    generation: Generation, encoder: Encoder, question: str, leans: Sequence[Lean]
) -> Asked:
    """Encodes a question with the turns that it leans on, and weighs its words."""
    # The last question gives one that depends on it its subject.
    together = " ".join((*(item.carried.text for item in leans[:1]), question))
    texts = [question, *(item.carried.text for item in leans), *([together] if leans else [])]
    encoded = encoder.encode_questions(texts)
    analysed = [tuple(terms(text)) for text in texts]
    frequency = generation.document_frequency
    rare = rarity({term for found in analysed for term in found}, frequency, len(generation))
    weights = [
        piece_weights(text, vectors, rare) for text, vectors in zip(texts, encoded, strict=True)
    ]
    shares = [1.0, *(item.weight for item in leans)]
    queries = tuple(map(Query, encoded, analysed, weights, shares))
    own = set(analysed[0]) or set(analysed[-1])
    return Asked(queries, encoded[-1], weights[-1], {term: rare[term] for term in own})


def _checked(generation: Generation, hits: Sequence[Hit]) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits whose passage is still the slice of its source that it claims to be, and the faults."""
    sound, faults = [], []
    for hit in hits:
        passage = hit.passage
        try:
            text = generation.source(passage.source_id).text
        except (IndexDamaged, SourceUnknown) as error:
            faults.append(str(error))
            continue
        if text[passage.start : passage.end] == passage.text:
            sound.append(hit)
        else:
            path = generation.infos[passage.source_id].path
            faults.append(f"{path}, {passage.locator}: the quote differs from its source.")
    return sound, tuple(dict.fromkeys(faults))


def read_closely(
    generation: Generation, asked: Asked, hit: Hit
) -> tuple[Evidence, tuple[Span, ...]]:
    """What a passage has to say for itself, and its sentences that answer."""
    passage = hit.passage
    vectors, spans = generation.piece_vectors(hit.row, asked.meaning.tokens.shape[1])
    cosines = similarities(asked.meaning, vectors)
    candidates = candidate_sentences(passage, generation.infos[passage.source_id].language)
    scores = score_sentences(passage, candidates, cosines, spans, asked.piece_weights, asked.rarity)
    top = max(scores, key=lambda score: score.score, default=None)
    found = set(terms(" ".join((*passage.section, passage.text))))
    evidence = Evidence(
        cosine=max(0.0, float(asked.meaning.vector @ generation.vectors([hit.row])[0])),
        covered=coverage(asked.rarity, found),
        interaction=interaction(cosines, asked.piece_weights),
        sentence_interaction=top.meaning if top else 0.0,
    )
    return evidence, highlighted(scores)


def _number(generation: Generation, groups: Sequence[tuple[Hit, ...]]) -> tuple[Citation, ...]:
    """Citations of the passages shown, by rank, then of those that only corroborate them."""
    ordered = [group[0] for group in groups] + [hit for group in groups for hit in group[1:]]
    once = {hit.passage.id: hit for hit in ordered}
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
        for number, hit in enumerate(once.values(), start=1)
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
    """Highlights within a citation; only passages that are shown have any."""
    return quotes[citation.number - 1].highlights if citation.number <= len(quotes) else ()
