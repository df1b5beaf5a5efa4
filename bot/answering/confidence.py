"""How sure it is that the first passages answer a question: a logistic regression.

The weights are fitted by `tests/bench/asked.py` on questions that the indexed texts answer
and on questions that they do not, most of them near misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from ..ranking import UNRELATED, logit, squashed
from ..settings import Settings
from ..types import Hit, Verdict

# Passages that a passage is set off against, and the least spread of their logits that counts.
# Where a corpus has fewer, the rest are imagined, each on another topic.
BACKGROUND_PASSAGES = 30
LEAST_SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first passages as an answer.

    rank_logit       the logit of the best of them, by which passages are ranked
    standing         by how many standard deviations that stands out among the passages found
    sentence_interaction
                     of the question and the nearest of their sentences, in its context
    least_met        how well the question's word that is met worst is met by a sentence of them
    length           how many words of the question carry meaning, up to `LONGEST`
    unmet            how far a name or figure of the question is from anything in them
    rarest_missing   how rare the rarest term of the question is that they lack, in [0, 1]
    lacking          1 where the question asks for a date or figure that they don't give, else 0
    """

    rank_logit: float
    standing: float
    sentence_interaction: float
    least_met: float
    length: float
    unmet: float
    rarest_missing: float
    lacking: float


# A question of more words than this is long in any case.
LONGEST = 10

# No evidence of this kind is proof.
CERTAIN = 0.99

INTERCEPT = -0.95
WEIGHTS = Evidence(
    rank_logit=0.38,
    standing=0.93,
    sentence_interaction=-4.50,
    least_met=4.12,
    length=0.48,
    unmet=-1.80,
    rarest_missing=-1.44,
    lacking=-1.22,
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


def background(hits: Sequence[Hit]) -> tuple[float, float]:
    """The mean and the spread of the logits of the passages found."""
    found = [logit(hit.evidence) for hit in hits[:BACKGROUND_PASSAGES] if hit.evidence]
    values = found + [logit(UNRELATED)] * (BACKGROUND_PASSAGES - len(found))
    return float(np.mean(values)), float(np.std(values)) + LEAST_SPREAD
