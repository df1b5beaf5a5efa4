"""One number for "the sources answer this", from evidence that can be explained.

A logistic regression over four features of a passage (Platt 1999); the weights are fitted by
`tests/bench/fit_confidence.py` on questions whose answering articles are in the index and on the
same questions with those articles left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage, each in [0, 1].

    `cosine`: passage and question. `covered`: share of the question's rare words in the passage
    and its headings. `sentence_cosine`, `sentence_covered`: the same for its best sentence.
    """

    cosine: float
    covered: float
    sentence_cosine: float
    sentence_covered: float


INTERCEPT = -5.5
COSINE = 2.0
COVERED = 3.0
SENTENCE_COSINE = 4.0
SENTENCE_COVERED = 1.0


def confidence(evidence: Evidence) -> float:
    """The probability that a passage with this evidence answers its question."""
    logit = (
        INTERCEPT
        + COSINE * evidence.cosine
        + COVERED * evidence.covered
        + SENTENCE_COSINE * evidence.sentence_cosine
        + SENTENCE_COVERED * evidence.sentence_covered
    )
    return 1 / (1 + math.exp(-logit))
