"""The probability that the first passages answer a question: a logistic regression.

`tests/bench/asked.py` fits the weights on questions that the indexed texts answer and on questions
that they don't, most of them near misses.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from operator import attrgetter

from ..retrieval.ranking import sigmoid
from ..settings import Settings
from ..types import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of the first passages as an answer.

    rank_logit       the best ranking logit of these passages
    least_met        how well one of their sentences matches the question's worst-matched word
    length           the number of content words in the question, up to `LONGEST`
    unmet            how far a name or figure of the question is from anything in them
    rarest_missing   the rarity of the rarest question term that they lack, in [0, 1]
    lacking          1 if the question asks for a date or figure that they don't give, else 0
    relevance        the best cross-encoder logit of one of them; None if it read none

    `by_words` is true if the encoder does not know the language of the best of them.
    """

    rank_logit: float
    least_met: float
    length: float
    unmet: float
    rarest_missing: float
    lacking: float
    relevance: float | None = None
    by_words: bool = False


NAMES = tuple(field.name for field in fields(Evidence) if field.name != "by_words")

values_of = attrgetter(*NAMES)

# `length` does not grow beyond this many words.
LONGEST = 10

# The highest confidence: no evidence of this kind is proof.
CERTAIN = 0.99

# From here on, an answer confirms how a question was read: as a follow-up though its wording does
# not say so, or as several parts.
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each feature, and the intercept."""

    evidence: Evidence
    intercept: float


# If the cross-encoder read the passages, its logit replaces the rank and the word matches.
READ = Weights(
    Evidence(
        rank_logit=0.0,
        least_met=0.0,
        length=0.37,
        unmet=-1.75,
        rarest_missing=-1.15,
        lacking=-0.46,
        relevance=0.49,
    ),
    intercept=-0.72,
)
UNREAD = Weights(
    Evidence(
        rank_logit=0.30,
        least_met=2.53,
        length=0.45,
        unmet=-1.80,
        rarest_missing=-1.41,
        lacking=-1.36,
        relevance=0.0,
    ),
    intercept=-1.05,
)
WORDED = Weights(
    Evidence(
        rank_logit=1.03,
        least_met=0.56,
        length=0.34,
        unmet=-0.88,
        rarest_missing=-0.41,
        lacking=-1.31,
        relevance=0.0,
    ),
    intercept=0.47,
)


def confidence(evidence: Evidence) -> float:
    """Returns the probability that passages with this evidence answer their question."""
    weights = WORDED if evidence.by_words else UNREAD if evidence.relevance is None else READ
    known = replace(evidence, relevance=evidence.relevance or 0.0)
    weighed = zip(values_of(weights.evidence), values_of(known), strict=True)
    logit = weights.intercept + sum(weight * value for weight, value in weighed)
    return min(CERTAIN, sigmoid(logit))


def verdict(certainty: float, settings: Settings) -> Verdict:
    """Returns the verdict on an answer of this confidence."""
    if certainty < settings.threshold:
        return Verdict.UNANSWERED
    return Verdict.ANSWERED if certainty >= settings.sure_threshold else Verdict.UNSURE
