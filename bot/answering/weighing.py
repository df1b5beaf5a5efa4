"""Reads the first passages closely and computes the evidence that they answer the question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..retrieval.late_interaction import Match
from ..retrieval.ranking import logit
from ..retrieval.search import heading_of, matched
from ..store import GenerationReader
from ..store.folder.lexical import rarity
from ..text.identifiers import is_of_another
from ..text.terms import terms
from ..types import Hit, Passage, Span
from .confidence import LONGEST, Evidence
from .prepared_question import PreparedQuestion
from .question.answer_types import CLOSED
from .question.coverage import least_met, name_distance, rarest_missing
from .spans.answer_spans import answer_span
from .spans.highlights import SentenceScore, highlighted, holding, holds, score_sentences

# This many first passages decide whether the sources answer.
DECIDED_BY = 3

# A question with at least this many terms, none of them in the corpus, is in another language.
FOREIGN_TERMS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a passage closely.

    `highlights` are its sentences that answer. `span` is the few words in them that answer, if the
    question asks for a thing of a known kind. `lacking` is true if the question asks for a date or
    figure and no sentence names one. `best` is the sentence with the cross-encoder's answer, or the
    best match with the question if it read nothing, or None if no sentence can answer. `agrees` is
    true if the cross-encoder's sentence is also the best match.
    """

    highlights: tuple[Span, ...]
    span: Span | None
    lacking: bool
    best: SentenceScore | None = None
    agrees: bool = False


def read_closely(generation: GenerationReader, asked: PreparedQuestion, hit: Hit) -> Reading:
    """Scores the sentences of a passage and finds the answer span."""
    passage = hit.passage
    match = matched(generation, asked.meaning, [hit.row])[hit.row]
    heading = heading_of(generation, passage)
    scores = score_sentences(
        passage, match, asked.rarity, asked.kind, asked.identifiers, heading, asked.language
    )
    span = None
    if asked.sought:
        context = terms(heading, asked.language)
        span = answer_span(passage, scores, asked.sought, match.cosines, match.spans, context)
    top = max(scores, key=lambda score: score.score, default=None)
    chosen = None
    if hit.relevance and hit.relevance.span:
        begin, end = hit.relevance.span
        chosen = holding(scores, (passage.start + begin, passage.start + end))
    shown = scores
    if top and _is_row(passage, top):
        # The rows of a table differ only in the words that show which row is meant.
        shown = [one for one in scores if one.covered >= top.covered or _holds(one, span)]
        chosen = chosen if chosen in shown else top
    return Reading(
        highlights=highlighted(shown, span, chosen),
        span=span,
        lacking=asked.kind in CLOSED and not (top and top.names),
        best=chosen or top,
        agrees=chosen is not None and chosen is top,
    )


def _is_row(passage: Passage, sentence: SentenceScore) -> bool:
    """Whether a sentence is a table row: its values with the names of their columns."""
    start, end = sentence.span
    return " | " in passage.text[start - passage.start : end - passage.start]


def _holds(sentence: SentenceScore, span: Span | None) -> bool:
    return span is not None and holds(sentence.span, span)


def weigh(
    generation: GenerationReader,
    asked: PreparedQuestion,
    first: Sequence[tuple[Hit, Reading]],
) -> Evidence | None:
    """Returns the evidence for the first passages as an answer; None if nothing was found.

    A passage found through an approved question is also judged by that question, which was
    approved because the search did not find the passage itself.
    """
    judged = [hit for hit, _ in first] + [hit.via for hit, _ in first if hit.via]
    evidence = [hit.evidence for hit in judged if hit.evidence]
    if not evidence:
        return None
    matches = matched(generation, asked.meaning, [hit.row for hit in judged])
    said = [
        f"{heading_of(generation, hit.passage)} | {matches[hit.row].stated(hit.passage.text)}"
        f" | {hit.via.passage.text if hit.via else ''}"
        for hit, _ in first
    ]
    known = [frozenset(terms(text, asked.language)) for text in said]
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
        relevance=max((hit.relevance.logit for hit, _ in first if hit.relevance), default=None),
        by_words=evidence[0].by_words,
    )


def is_foreign(generation: GenerationReader, asked: PreparedQuestion) -> bool:
    """Whether a question shares no term with the corpus, for example in another language."""
    unknown = rarity(len(generation), 0)
    return len(asked.rarity) >= FOREIGN_TERMS and min(asked.rarity.values()) >= unknown


def _unmet(asked: PreparedQuestion, match: Match, text: str, known: Collection[str]) -> float:
    """Returns the distance of a name, figure or numbered thing from a text.

    It is 1 if the question is about well 47 and the text about well 46.
    """
    if is_of_another(asked.identifiers, text):
        return 1.0
    return name_distance(asked.names, match.cosines, known)
