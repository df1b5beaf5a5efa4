"""One number for "the sources answer this", from evidence that can be explained.

A logistic regression over features of a passage (Platt 1999); the weights are fitted by
`tests/bench/fit_confidence.py` on questions whose answering articles are in the index and on the
same questions with those articles left out, for a reader of whose questions 85 % have an answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage, each in [0, 1].

    `cosine`: of passage and question. `covered`: share of the question's rare words that are in
    the passage or its headings. `interaction`: how well the question's words are met by words of
    the passage, and `sentence_interaction` by words of its best sentence alone.
    """

    cosine: float
    covered: float
    interaction: float
    sentence_interaction: float


# No evidence of this kind is proof.
CERTAIN = 0.99

INTERCEPT = -15.82
COSINE = 7.55
COVERED = 5.68
INTERACTION = 9.15
SENTENCE_INTERACTION = 11.57


def confidence(evidence: Evidence) -> float:
    """The probability that a passage with this evidence answers its question."""
    logit = (
        INTERCEPT
        + COSINE * evidence.cosine
        + COVERED * evidence.covered
        + INTERACTION * evidence.interaction
        + SENTENCE_INTERACTION * evidence.sentence_interaction
    )
    return min(CERTAIN, 1 / (1 + math.exp(-logit)))
