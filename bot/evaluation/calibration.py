"""Measures how reliable the confidence is: calibration and discrimination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Outcomes of similar confidence, in (low, high]; the lowest bin also includes 0.

    `confidence` is their mean confidence, and `right` the share that were right.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


# Points of a curve: the share of questions answered, and the share of these answers that are wrong.
RiskCoverage: TypeAlias = tuple[tuple[float, float], ...]


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """Returns the reliability diagram in ten bins of equal width, without empty bins."""
    import numpy as np
    from sklearn.calibration import calibration_curve

    edges = np.linspace(0, 1, BINS + 1)
    shares, means = calibration_curve(
        np.asarray(right, dtype=int), confidences, n_bins=BINS, strategy="uniform"
    )
    counts = np.bincount(np.searchsorted(edges[1:-1], confidences), minlength=BINS)
    limits = [pair for pair, count in zip(pairwise(edges), counts, strict=True) if count]
    return tuple(
        Bin(round(float(low), 1), round(float(high), 1), int(count), float(mean), float(share))
        for (low, high), count, mean, share in zip(
            limits, counts[counts > 0], means, shares, strict=True
        )
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Returns the expected calibration error, in [0, 1] (Guo et al. 2017, equation 3).

    This is the mean distance over the bins between confidence and share of right outcomes, weighted
    by their counts.
    """
    total = sum(part.count for part in bins)
    return sum(part.count / total * abs(part.right - part.confidence) for part in bins)


def discrimination(answerable: Sequence[bool], confidences: Sequence[float]) -> float | None:
    """Returns the area under the ROC curve, in [0, 1]; None without questions of both kinds.

    It is the probability that an answerable question gets a higher confidence than an unanswerable
    one; .5 is chance.
    """
    from sklearn.metrics import roc_auc_score

    if len(set(answerable)) < 2:
        return None
    return float(roc_auc_score(answerable, confidences))


def refusal(
    unanswerable: Sequence[bool], refused: Sequence[bool]
) -> tuple[float | None, float | None]:
    """Returns precision and recall of refusing, each in [0, 1].

    Precision is the share of refusals that were correct, None if nothing was refused or all
    questions are of one kind. Recall is the share of unanswerable questions that were refused, None
    without any.
    """
    from sklearn.metrics import precision_score, recall_score

    is_mixed = len(set(unanswerable)) > 1
    precision = precision_score(unanswerable, refused) if any(refused) and is_mixed else None
    recall = recall_score(unanswerable, refused) if any(unanswerable) else None
    return (
        None if precision is None else float(precision),
        None if recall is None else float(recall),
    )


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """Returns the risk-coverage curve of refusing below a threshold (El-Yaniv, Wiener 2010).

    It has one point for each confidence that occurs, highest first. Taking that confidence as the
    threshold, the point gives the share of all questions answered and the share of these answers
    that are wrong.
    """
    ordered = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    points, wrong = [], 0
    for answered, (confidence, is_right) in enumerate(ordered, start=1):
        wrong += not is_right
        # A threshold answers all questions of equal confidence or none.
        if answered == len(ordered) or ordered[answered][0] < confidence:
            points.append((answered / len(ordered), wrong / answered))
    return tuple(points)
