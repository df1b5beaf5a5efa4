"""Ranks passages by one linear model over what speaks for each of them.

The weights are fitted by `tests/bench/asked.py` on questions about corpora of many kinds, as
a listwise softmax over the candidates of each question: Cao et al., "Learning to Rank: From
Pairwise Approach to Listwise Approach" (2007).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter, mul

import numpy as np
import numpy.typing as npt

from .types import RankingEvidence, Relevance

NAMES = tuple(field.name for field in fields(RankingEvidence) if field.name != "by_words")

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

# The same where the encoder does not know the language of a passage.
WORDS_INTERCEPT = -4.32
WORDS_WEIGHTS = RankingEvidence(
    cosine=0.0,
    lexical=2.63,
    interaction=0.70,
    even_interaction=1.68,
    sentence_cosine=0.69,
    sentence_interaction=0.69,
    question_cosine=0.13,
)

# What the logit of the evidence counts, and that of the cross-encoder: together they spread the
# passages as the first alone does.
JOINING = (0.34, 0.27)

# No score is taken for nearer to 0 or 1.
LEAST = 1e-12


def logit(evidence: RankingEvidence) -> float:
    """How good a passage is, without bounds."""
    intercept, weights = model_of(evidence)
    return float(intercept + sum(map(mul, values_of(weights), values_of(evidence))))


def model_of(evidence: RankingEvidence) -> tuple[float, RankingEvidence]:
    """The constant and the weights by which evidence counts."""
    return (WORDS_INTERCEPT, WORDS_WEIGHTS) if evidence.by_words else (INTERCEPT, WEIGHTS)


def joined(ranked: Sequence[float], relevances: Sequence[float]) -> list[float]:
    """The logits of some passages by all evidence and by the cross-encoder's.

    Their mean stays what it was, so that they compare with those of passages that were not read.
    """
    share, read = JOINING
    both = [share * one + read * other for one, other in zip(ranked, relevances, strict=True)]
    level = (sum(ranked) - sum(both)) / max(1, len(both))
    return [level + one for one in both]


def squashed(value: float) -> float:
    """A logit as a score in [0, 1]: the logistic function."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def unsquashed(score: float) -> float:
    """The logit of a score."""
    return math.log(max(score, LEAST)) - math.log(max(1 - score, LEAST))


def contributions(
    evidence: RankingEvidence, relevance: Relevance | None = None
) -> Mapping[str, tuple[float, float]]:
    """By name, the value of each kind of evidence and what it adds to the logit of a passage."""
    values = values_of(evidence)
    weights = values_of(model_of(evidence)[1])
    share, read = JOINING if relevance else (1.0, 0.0)
    weighed = (share * weight * value for weight, value in zip(weights, values, strict=True))
    found = dict(zip(NAMES, zip(values, weighed, strict=True), strict=True))
    if relevance:
        found["relevance"] = relevance.logit, read * relevance.logit
    return found


def explained(
    evidence: RankingEvidence, relevance: Relevance | None, score: float
) -> tuple[float, float]:
    """The logit of a passage, and the constant that all passages have in it: all of an index, or
    all that the cross-encoder read for the question.
    """
    if relevance is None:
        return logit(evidence), model_of(evidence)[0]
    total = unsquashed(score)
    return total, total - sum(one for _, one in contributions(evidence, relevance).values())


def mean(evidence: Sequence[RankingEvidence], weights: Sequence[float]) -> RankingEvidence:
    """The evidence of several queries for one passage, each counting by its weight."""
    if len(evidence) == 1:
        return evidence[0]
    values: npt.NDArray[np.float64] = np.array(list(map(values_of, evidence)))
    averages = np.average(values, axis=0, weights=weights).tolist()
    return replace(RankingEvidence(*averages), by_words=evidence[0].by_words)
