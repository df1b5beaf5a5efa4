"""Ranks passages by one linear model over what speaks for each of them.

The weights are fitted by `tests/bench/asked.py` on questions about corpora of many kinds, as
a listwise softmax over the candidates of each question: Cao et al., "Learning to Rank: From
Pairwise Approach to Listwise Approach" (2007).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter, mul

import numpy as np
import numpy.typing as npt

from .types import RankingEvidence

NAMES = tuple(field.name for field in fields(RankingEvidence))

# `dataclasses.astuple` copies every number deeply, which takes longer than all the rest.
values_of = attrgetter(*NAMES)

INTERCEPT = -7.90
WEIGHTS = RankingEvidence(
    cosine=1.27,
    lexical=0.63,
    interaction=3.49,
    even_interaction=2.82,
    sentence_cosine=1.18,
    sentence_interaction=1.80,
    question_cosine=0.09,
)


def logit(evidence: RankingEvidence) -> float:
    """How good a passage is, without bounds."""
    return float(INTERCEPT + sum(map(mul, values_of(WEIGHTS), values_of(evidence))))


def squashed(value: float) -> float:
    """A logit as a score in [0, 1]: the logistic function."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def contributions(evidence: RankingEvidence) -> Mapping[str, float]:
    """What each kind of evidence adds to the logit of a passage."""
    return dict(zip(NAMES, map(mul, values_of(WEIGHTS), values_of(evidence)), strict=True))


def mean(evidence: Sequence[RankingEvidence], weights: Sequence[float]) -> RankingEvidence:
    """The evidence of several queries for one passage, each counting by its weight."""
    if len(evidence) == 1:
        return evidence[0]
    values: npt.NDArray[np.float64] = np.array(list(map(values_of, evidence)))
    return RankingEvidence(*np.average(values, axis=0, weights=weights).tolist())
