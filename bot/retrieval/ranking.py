"""Ranks passages by one linear model over the evidence for each of them.

`tests/bench/asked.py` fits the weights on questions about corpora of many kinds, as a listwise
softmax over the candidates of each question: Cao et al., "Learning to Rank: From Pairwise Approach
to Listwise Approach" (2007).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter, mul

import numpy as np
import numpy.typing as npt

from ..types import RankingEvidence, Relevance

NAMES = tuple(field.name for field in fields(RankingEvidence) if field.name != "by_words")

# `dataclasses.astuple` makes a deep copy of every number, which takes longer than everything else.
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

# The model for passages in a language that the encoder does not know.
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

# The weights of the evidence logit and of the cross-encoder logit. Together they spread the
# passages as far as the first alone.
JOINING = (0.34, 0.27)

# Scores are clipped to this distance from 0 and 1.
LEAST = 1e-12


def logit(evidence: RankingEvidence) -> float:
    """Returns the relevance of a passage as an unbounded logit."""
    intercept, weights = model_of(evidence)
    return float(intercept + sum(map(mul, values_of(weights), values_of(evidence))))


def model_of(evidence: RankingEvidence) -> tuple[float, RankingEvidence]:
    """Returns the intercept and the weights for this kind of evidence."""
    return (WORDS_INTERCEPT, WORDS_WEIGHTS) if evidence.by_words else (INTERCEPT, WEIGHTS)


def joined(ranked: Sequence[float], relevances: Sequence[float]) -> list[float]:
    """Combines the logits of all evidence with those of the cross-encoder.

    The mean stays the same, so that the results compare with passages that the cross-encoder did
    not read.
    """
    share, read = JOINING
    both = [share * one + read * other for one, other in zip(ranked, relevances, strict=True)]
    level = (sum(ranked) - sum(both)) / max(1, len(both))
    return [level + one for one in both]


def sigmoid(value: float) -> float:
    """Maps a logit to a score in [0, 1] with the logistic function."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def logit_of(score: float) -> float:
    """Returns the logit of a score."""
    return math.log(max(score, LEAST)) - math.log(max(1 - score, LEAST))


def contributions(
    evidence: RankingEvidence, relevance: Relevance | None = None
) -> Mapping[str, tuple[float, float]]:
    """Returns, by name, the value of each kind of evidence and its contribution to the logit."""
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
    """Returns the logit of a passage, and the constant that it shares with all passages of the
    index, or with all that the cross-encoder read for the question.
    """
    if relevance is None:
        return logit(evidence), model_of(evidence)[0]
    total = logit_of(score)
    return total, total - sum(one for _, one in contributions(evidence, relevance).values())


def mean(evidence: Sequence[RankingEvidence], weights: Sequence[float]) -> RankingEvidence:
    """Returns the weighted evidence of several queries for one passage."""
    if len(evidence) == 1:
        return evidence[0]
    values: npt.NDArray[np.float64] = np.array(list(map(values_of, evidence)))
    averages = np.average(values, axis=0, weights=weights).tolist()
    return replace(RankingEvidence(*averages), by_words=evidence[0].by_words)
