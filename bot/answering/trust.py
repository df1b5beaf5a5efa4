"""How likely the best sentence of the first passage answers: a logistic regression.

Fitted by `tests/bench/trust.py` on 1,780 questions about 13 corpora whose answers are known. With
each corpus left out in turn, .96 of the sentences are right whose chance is `ENOUGH` or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ..matching import Match
from ..ranking import squashed
from .asked import Asked
from .weighing import Reading

# Sentences of so many passages compete.
COMPETING = 3

ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """What speaks for the best sentence of a passage.

    interaction   how well the question's words are met by it in its context, by their rarity
    least_met     how well the question's word is met there that is met worst
    alone         how well the question's words are met by it alone, all alike
    ahead         by how much its score is above the best sentence of the other passages
    has_words     1 where it has the few words that answer, else 0
    """

    interaction: float
    least_met: float
    alone: float
    ahead: float
    has_words: float


INTERCEPT = -3.50
WEIGHTS = SentenceEvidence(interaction=1.17, least_met=3.37, alone=3.32, ahead=4.92, has_words=2.24)


def sentence_chance(evidence: SentenceEvidence) -> float:
    """The probability that a sentence with this evidence answers its question."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return squashed(INTERCEPT + sum(weight * value for weight, value in weighed))


def sentence_evidence(
    asked: Asked, match: Match, start: int, readings: Sequence[Reading]
) -> SentenceEvidence | None:
    """The evidence for the best sentence of the first of some passages; None without any.

    `match` is that of the question and the first passage, which starts at `start` of its source.
    """
    best = readings[0].best if readings else None
    spans = match.sentences.tolist()
    place = [best.span[0] - start, best.span[1] - start] if best else []
    if best is None or place not in spans or not match.cosines.size:
        return None
    at = spans.index(place)
    starts = match.spans[:, 0]
    own = match.cosines[:, (starts >= place[0]) & (starts < place[1])]
    met = match.context_pieces[:, at]
    others = (other.best.score for other in readings[1:COMPETING] if other.best)
    span = readings[0].span
    return SentenceEvidence(
        interaction=float(match.context_interactions[at]),
        least_met=min((float(met[list(pieces)].mean()) for pieces in asked.words), default=0.0),
        alone=float(own.max(axis=1).mean()) if own.size else -1.0,
        ahead=best.score - max(others, default=0.0),
        has_words=float(bool(span and best.span[0] <= span[0] and span[1] <= best.span[1])),
    )
