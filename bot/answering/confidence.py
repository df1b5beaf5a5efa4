"""How sure it is that the first passages answer a question: a logistic regression.

The weights are fitted by `tests/bench/asked.py` on questions that the indexed texts answer
and on questions that they do not, most of them near misses.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from ..ranking import squashed
from ..settings import Settings
from ..types import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first passages as an answer.

    rank_logit       the logit of the best of them, by which passages are ranked
    least_met        how well the question's word that is met worst is met by a sentence of them
    length           how many words of the question carry meaning, up to `LONGEST`
    unmet            how far a name or figure of the question is from anything in them
    rarest_missing   how rare the rarest term of the question is that they lack, in [0, 1]
    lacking          1 where the question asks for a date or figure that they don't give, else 0
    """

    rank_logit: float
    least_met: float
    length: float
    unmet: float
    rarest_missing: float
    lacking: float


# A question of more words than this is long in any case.
LONGEST = 10

# No evidence of this kind is proof.
CERTAIN = 0.99

INTERCEPT = -1.05
WEIGHTS = Evidence(
    rank_logit=0.30,
    least_met=2.53,
    length=0.45,
    unmet=-1.80,
    rarest_missing=-1.41,
    lacking=-1.36,
)


def confidence(evidence: Evidence) -> float:
    """The probability that passages with this evidence answer their question."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return min(CERTAIN, squashed(INTERCEPT + sum(weight * value for weight, value in weighed)))


def verdict(certainty: float, settings: Settings) -> Verdict:
    """What is said of an answer of this confidence."""
    if certainty < settings.threshold:
        return Verdict.UNANSWERED
    return Verdict.ANSWERED if certainty >= settings.sure_threshold else Verdict.UNSURE
