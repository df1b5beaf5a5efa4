"""The sentences of a passage that answer: half meaning, half rare words in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..sentences import sentences
from ..terms import terms
from ..types import Passage, Span, Vectors
from .evidence import best, coverage

# A second sentence is highlighted when it is nearly as good as the best one.
NEARLY = 0.92


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence of a passage, its cosine with the question and its share of the question."""

    span: Span
    cosine: float
    covered: float

    @property
    def score(self) -> float:
        """The mean of meaning and words."""
        return 0.5 * max(0.0, self.cosine) + 0.5 * self.covered


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
    spans: Sequence[Span],
    weights: Mapping[str, float],
    question: Vectors | None = None,
    vectors: Vectors | None = None,
) -> list[SentenceScore]:
    """Scores for sentences; the cosine counts as 0 where no vectors are given."""
    scores = []
    for number, span in enumerate(spans):
        covered = coverage(weights, set(terms(_text(passage, span))))
        cosine = 0.0
        if question is not None and vectors is not None:
            cosine = float(vectors[number] @ question)
        scores.append(SentenceScore(span, cosine, covered))
    return scores


def highlighted(scores: Sequence[SentenceScore]) -> tuple[Span, ...]:
    """The best sentence and those that are nearly as good, in reading order."""
    if not scores:
        return ()
    top = scores[best([score.score for score in scores])]
    if top.score <= 0:
        return ()
    return tuple(
        score.span for score in scores if score is top or score.score >= NEARLY * top.score
    )


def _text(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]
