"""How likely the sentence that the cross-encoder chose in the first passage answers.

A logistic regression, fitted by `tests/bench/trust.py` on 742 questions about eight corpora whose
answers are known. With each corpus left out in turn, .95 of the sentences are right whose chance is
`ENOUGH` or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ..ranking import squashed
from ..types import Hit
from .weighing import Reading

ENOUGH = 0.88

# The logit of a passage that says nothing to the question, where no other was read.
NOTHING = -8.0


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """What speaks for the sentence that was chosen in a passage.

    relevance   the logit that the cross-encoder gives the passage
    ahead       by how much it is above that of the best other passage
    chance      how likely the words that answer begin and end where it says
    agrees      1 where the sentence meets the question better than all others of it, else 0
    """

    relevance: float
    ahead: float
    chance: float
    agrees: float


INTERCEPT = -0.84
WEIGHTS = SentenceEvidence(relevance=0.23, ahead=0.31, chance=1.86, agrees=0.94)


def sentence_chance(evidence: SentenceEvidence) -> float:
    """The probability that a sentence with this evidence answers its question."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return squashed(INTERCEPT + sum(weight * value for weight, value in weighed))


def sentence_evidence(hit: Hit, reading: Reading, hits: Sequence[Hit]) -> SentenceEvidence | None:
    """The evidence for the sentence that was chosen in one of the passages found; None where the
    cross-encoder read nothing.
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
