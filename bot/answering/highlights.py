"""The sentences of a passage that answer: those whose words meet the question's best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..interaction import interaction
from ..sentences import sentences
from ..terms import terms
from ..types import Passage, Span, Spans, Vectors
from .evidence import best, coverage

# A second sentence is highlighted when it is nearly as good as the best one.
NEARLY = 0.95


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence, as a span of its source, and how far it meets the question, each in [0, 1].

    `meaning` is its late interaction with the question, `covered` the share of the question's
    rare words that it has.
    """

    span: Span
    meaning: float
    covered: float

    @property
    def score(self) -> float:
        """The mean of meaning and words."""
        return 0.5 * self.meaning + 0.5 * self.covered


def candidate_sentences(passage: Passage, language: str | None) -> list[Span]:
    """Sentences that can answer, as offsets into the source.

    A question repeats the words that were asked and answers nothing, so that it is left out
    unless the passage has nothing else.
    """
    spans = [
        (passage.start + start, passage.start + end)
        for start, end in sentences(passage.text, 0, len(passage.text), language)
    ]
    statements = [span for span in spans if not _text(passage, span).endswith(("?", "？", "؟"))]
    return statements or spans


def score_sentences(
    passage: Passage,
    candidates: Sequence[Span],
    cosines: Vectors,
    spans: Spans,
    piece_weights: Vectors,
    rarity: Mapping[str, float],
) -> list[SentenceScore]:
    """Scores of sentences from the cosines of the question's and the passage's word pieces.

    `cosines` has shape (pieces of the question, pieces of the passage); `spans` are those of
    the passage's pieces in its text.
    """
    scores = []
    for span in candidates:
        start, end = span[0] - passage.start, span[1] - passage.start
        inside = (spans[:, 0] >= start) & (spans[:, 1] <= end)
        meaning = interaction(cosines[:, inside], piece_weights)
        covered = coverage(rarity, set(terms(_text(passage, span))))
        scores.append(SentenceScore(span, meaning, covered))
    return scores


def highlighted(scores: Sequence[SentenceScore]) -> tuple[Span, ...]:
    """The best sentence and those that are nearly as good, in reading order."""
    if not scores:
        return ()
    top = scores[best([score.score for score in scores])]
    return tuple(
        score.span for score in scores if score is top or score.score >= NEARLY * top.score > 0
    )


def _text(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]
