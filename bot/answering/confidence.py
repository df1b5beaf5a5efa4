"""How sure it is that a passage answers its question: a logistic regression over its evidence.

Scores are not probabilities; a logistic function of them is (Platt 1999). The weights are fitted
by `tests/bench/fit_confidence.py` on questions that the indexed texts answer and on as many that
they do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

# Passages that a passage is set off against. Where a corpus has fewer, the rest are imagined,
# as far from the question as a passage on another topic is.
COMPANY = 30


@dataclass(frozen=True, slots=True)
class Company:
    """What is usual for one kind of evidence.

    `elsewhere` is the value of a passage on another topic, `width` the least spread that counts.
    """

    elsewhere: float
    width: float


COSINES = Company(elsewhere=0.1, width=0.02)
INTERACTIONS = Company(elsewhere=0.3, width=0.02)
LEXICAL_SCORES = Company(elsewhere=0.0, width=0.5)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage.

    `cosine`: of passage and question. `sentence_interaction`: how well the question's words are
    met by words of the passage's best sentence, in [0, 1]. `lacking`: 1 where the question asks
    for a date or figure that the sentence does not give, else 0. `unmet`: how far a name or figure
    of the question is from anything in the passage, in [0, 1]. The others: by how many standard
    deviations the passage stands out among those found, by its cosine, its BM25 score and its
    late interaction.
    """

    cosine: float
    sentence_interaction: float
    lacking: float
    unmet: float
    cosine_standing: float
    lexical_standing: float
    interaction_standing: float


# No evidence of this kind is proof.
CERTAIN = 0.99

INTERCEPT = -10.01
WEIGHTS = Evidence(
    cosine=4.64,
    sentence_interaction=5.90,
    lacking=-3.21,
    unmet=-1.65,
    cosine_standing=-0.67,
    lexical_standing=0.51,
    interaction_standing=1.75,
)


def confidence(evidence: Evidence) -> float:
    """The probability that a passage with this evidence answers its question."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    logit = INTERCEPT + sum(weight * value for weight, value in weighed)
    return min(CERTAIN, 1 / (1 + math.exp(-logit)))


def standing(value: float, found: Sequence[float], company: Company) -> float:
    """By how many standard deviations a value stands out among those of the passages found."""
    values = [*found[:COMPANY], *[company.elsewhere] * (COMPANY - len(found))]
    return float((value - np.mean(values)) / (np.std(values) + company.width))
