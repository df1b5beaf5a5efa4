"""Puts an answer together from what the other modules of this room find out."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..identifiers import is_of_another
from ..matching import Match
from ..ranking import logit
from ..reranking import reranked
from ..retrieval import heading_of, in_context, matched
from ..settings import Settings
from ..store import GenerationReader
from ..terms import terms
from ..types import (
    Answer,
    Encoder,
    Hit,
    Reranker,
    Span,
    Timings,
    Turn,
    Verdict,
)
from .answer_spans import answer_span
from .answer_types import CLOSED
from .asked import Asked, prepare, search
from .citing import faults, lit, numbered, quotes_of
from .confidence import LONGEST, Evidence, confidence, verdict
from .conflicts import conflicts, statements
from .corroboration import corroborate, supporting
from .evidence import least_met, rarest_missing, unmet
from .highlights import highlighted, score_sentences
from .redirection import redirected

# The first passages decide whether the sources answer.
DECIDED_BY = 3

# From so many terms on, a question of which no passage has any is in another language.
FOREIGN_TERMS = 4

# Without an explicit --k, passages that score less than this share of the first are left out.
WORTH_SHOWING = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage read closely: its sentences that answer, and within them the few words that do
    where the question asks for a thing of a known kind.

    `lacking` tells whether none of its sentences names a date or figure though one is asked for.
    """

    highlights: tuple[Span, ...]
    span: Span | None
    lacking: bool


def answer(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn],
    k: int | None,
    reranker: Reranker | None = None,
) -> Answer:
    """The answer of one generation to one question."""
    began = time.perf_counter()
    count = k or settings.passages_shown
    candidates = max(settings.candidates, count)
    asked = prepare(generation, encoder, settings, question, history, candidates)
    hits, unquoted = _retrieved(generation, asked, settings, candidates)
    if reranker is not None:
        hits = reranked(hits, asked.phrasing.corrected, reranker)
    searched = time.perf_counter()

    withheld: dict[str, str] = {}
    while True:
        # How many passages are shown must not change whether there is an answer.
        groups, readings = _read(generation, asked, hits, max(count, DECIDED_BY))
        wrong = faults(generation, [hit for group in groups for hit in group])
        if not wrong:
            break
        withheld |= wrong
        hits = [hit for hit in hits if hit.passage.id not in wrong]
    first = [(group[0], reading) for group, reading in zip(groups, readings, strict=True)]
    evidence = weigh(generation, asked, first[:DECIDED_BY])
    certainty = confidence(evidence) if evidence and not _is_foreign(generation, asked) else 0.0
    groups = groups[:count]
    if k is None and groups:
        floor = WORTH_SHOWING * groups[0][0].score
        groups = [group for group in groups if group[0].score >= floor]
    readings = readings[: len(groups)]
    citations = numbered(generation, groups)
    quotes = quotes_of(
        groups, citations, [(reading.highlights, reading.span) for reading in readings]
    )
    texts = {hit.passage.id: hit.passage.text for group in groups for hit in group}
    found = [
        statement
        for citation in citations
        for statement in statements(
            citation, texts[citation.passage_id], lit(quotes, citation), citation.source.language
        )
    ]
    judged = verdict(certainty, settings) if quotes else Verdict.UNANSWERED
    answers = judged is not Verdict.UNANSWERED
    differing = tuple(conflicts(found, question, asked.rarity)) if answers else ()
    ended = time.perf_counter()
    return Answer(
        question=question,
        verdict=judged,
        confidence=certainty,
        generation=generation.number,
        context=asked.leans,
        quotes=quotes,
        citations=citations,
        conflicts=differing,
        timings=Timings(
            encode=1000 * asked.encoding,
            search=1000 * (searched - began - asked.encoding),
            total=1000 * (ended - began),
        ),
        withheld=tuple(dict.fromkeys(withheld.values())),
        reworded=asked.phrasing.changes,
        unquoted=unquoted,
    )


def _retrieved(
    generation: GenerationReader, asked: Asked, settings: Settings, candidates: int
) -> tuple[list[Hit], tuple[str, ...]]:
    """The passages found, and the quoted phrases that no passage has: without those it is
    searched as if they were not quoted.
    """
    phrases = [phrase for phrase in asked.phrasing.phrases if terms(phrase)]

    def found(wanted: Sequence[str]) -> list[Hit]:
        hits = search(generation, settings, asked, candidates, wanted)
        return redirected(generation, hits, asked.meaning.encoded.vector, wanted)

    hits = found(phrases)
    if hits or not phrases:
        return hits, ()
    return found(()), tuple(phrases)


def _read(
    generation: GenerationReader, asked: Asked, hits: Sequence[Hit], count: int
) -> tuple[list[tuple[Hit, ...]], list[Reading]]:
    """The first `count` passages, each with those that say the same, and what each has to say."""
    groups = corroborate(hits, count)
    readings = [read_closely(generation, asked, group[0]) for group in groups]
    supported = [
        group + supporting(group, reading.highlights, hits)
        for group, reading in zip(groups, readings, strict=True)
    ]
    return supported, readings


def read_closely(generation: GenerationReader, asked: Asked, hit: Hit) -> Reading:
    """What a passage has to say to the question."""
    passage = hit.passage
    match = matched(generation, asked.meaning, [hit.row])[hit.row]
    heading = heading_of(generation, passage)
    scores = score_sentences(passage, match, asked.rarity, asked.kind, asked.identifiers, heading)
    span = None
    if asked.sought:
        context = terms(heading)
        span = answer_span(passage, scores, asked.sought, match.cosines, match.spans, context)
    top = max(scores, key=lambda score: score.score, default=None)
    return Reading(
        highlights=highlighted(scores, span),
        span=span,
        lacking=asked.kind in CLOSED and not (top and top.names),
    )


def weigh(
    generation: GenerationReader,
    asked: Asked,
    first: Sequence[tuple[Hit, Reading]],
) -> Evidence | None:
    """What speaks for the first passages as an answer; None where nothing was found.

    A passage to which an approved question led is judged by that question, too: it was approved
    because the passage itself was not found.
    """
    judged = [hit for hit, _ in first] + [hit.via for hit, _ in first if hit.via]
    evidence = [hit.evidence for hit in judged if hit.evidence]
    if not evidence:
        return None
    matches = matched(generation, asked.meaning, [hit.row for hit in judged])
    said = [
        f"{in_context(generation, hit.passage)} | {hit.via.passage.text if hit.via else ''}"
        for hit, _ in first
    ]
    known = [frozenset(terms(text)) for text in said]
    return Evidence(
        rank_logit=max(map(logit, evidence)),
        least_met=max(least_met(asked.words, match) for match in matches.values()),
        length=float(min(LONGEST, len(asked.words))),
        unmet=min(
            _unmet(asked, matches[one.row], text, found)
            for (hit, _), text, found in zip(first, said, known, strict=True)
            for one in (hit, hit.via)
            if one
        ),
        rarest_missing=min(rarest_missing(asked.rarity, found) for found in known),
        lacking=float(all(reading.lacking for _, reading in first)),
    )


def _is_foreign(generation: GenerationReader, asked: Asked) -> bool:
    """Whether a question has nothing in common with the corpus, as one in another language."""
    terms = asked.rarity
    return len(terms) >= FOREIGN_TERMS and not any(map(generation.document_frequency, terms))


def _unmet(asked: Asked, match: Match, text: str, known: Collection[str]) -> float:
    """How far a name, figure or numbered thing is from a text: of well 46, none is told of 47."""
    if is_of_another(asked.identifiers, text):
        return 1.0
    return unmet(asked.names, match.cosines, known)
