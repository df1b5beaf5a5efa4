"""The probability that the sentence chosen by the cross-encoder in the first passage answers.

A logistic regression, fitted by `tests/bench/trust.py` on 742 questions with known answers about
eight corpora. With each corpus left out in turn, .95 of the sentences whose probability is `ENOUGH`
or more are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ..retrieval.ranking import sigmoid
from ..types import Hit
from .weighing import Reading

ENOUGH = 0.88

# Stands for the logit of the best other passage if the cross-encoder read no other.
NOTHING = -8.0


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """Features of the sentence chosen in a passage.

    relevance   the cross-encoder's logit for the passage
    ahead       the lead of that logit over the best other passage
    chance      the cross-encoder's probability that the answer begins and ends at its span
    agrees      1 if the sentence also matches the question best in its passage, else 0
    """

    relevance: float
    ahead: float
    chance: float
    agrees: float


INTERCEPT = -0.84
WEIGHTS = SentenceEvidence(relevance=0.23, ahead=0.31, chance=1.86, agrees=0.94)


def sentence_chance(evidence: SentenceEvidence) -> float:
    """Returns the probability that a sentence with this evidence answers its question."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return sigmoid(INTERCEPT + sum(weight * value for weight, value in weighed))


def sentence_evidence(hit: Hit, reading: Reading, hits: Sequence[Hit]) -> SentenceEvidence | None:
    """Returns the features of the sentence chosen in one of the passages found.

    None if the cross-encoder did not read the passage.
    """
    if hit.relevance is None or reading.best is None:
        return None
    others = (one.relevance.logit for one in hits if one.relevance and one.row != hit.row)
    return SentenceEvidence(
        relevance=hit.relevance.logit,
        ahead=hit.relevance.logit - max(others, default=NOTHING),
        chance=hit.relevance.chance,
        agrees=float(reading.agrees),
    )
