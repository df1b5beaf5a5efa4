"""Questions that mean the same, found by the vectors of the encoder that answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..types import Vectors
from .log import Remark, same

# Clusters are joined while the mean cosine between their questions is at least 1 less this.
DISTANCE = 0.35

# The distances of all pairs are looked at.
MOST_QUESTIONS = 2_000

GAPS = ("unanswered", "down")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what was remarked on it, the latest last."""

    question: str
    remarks: tuple[Remark, ...]

    @property
    def latest(self) -> str:
        """The time of the last remark."""
        return self.remarks[-1].time


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions alike in meaning, the most frequent first."""

    questions: tuple[Asked, ...]

    @property
    def count(self) -> int:
        """How often one of them was asked in vain or answered badly."""
        return sum(len(asked.remarks) for asked in self.questions)

    @property
    def latest(self) -> str:
        """The time of the last remark."""
        return max(asked.latest for asked in self.questions)

    @property
    def kinds(self) -> Mapping[str, int]:
        """How often each kind of remark was made."""
        return Counter(one.kind for asked in self.questions for one in asked.remarks)

    @property
    def reasons(self) -> Mapping[str, int]:
        """How often each reason was given."""
        given = (one.reason for asked in self.questions for one in asked.remarks)
        return Counter(reason for reason in given if reason)


def asked_before(remarks: Iterable[Remark], most: int = MOST_QUESTIONS) -> list[Asked]:
    """The gaps by question, equal ones counted together, the newest `most` of them."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        if remark.kind in GAPS:
            found.setdefault(same(remark.question), []).append(remark)
    asked = [Asked(each[-1].question, tuple(each)) for each in found.values()]
    newest = sorted(asked, key=lambda one: one.latest, reverse=True)
    return newest[:most]


def clustered(asked: Sequence[Asked], vectors: Vectors) -> list[Cluster]:
    """Clusters of questions with these unit vectors, the largest first, of equals the newest.

    Average linkage: a question belongs to a cluster for its likeness to all of it, so that a
    chain of neighbours joins nothing.
    """
    if not asked:
        return []
    groups: dict[int, list[Asked]] = {}
    for label, one in zip(_labels(vectors), asked, strict=True):
        groups.setdefault(label, []).append(one)
    clusters = [
        Cluster(tuple(sorted(group, key=lambda one: (-len(one.remarks), same(one.question)))))
        for group in groups.values()
    ]
    clusters.sort(key=lambda one: one.latest, reverse=True)
    return sorted(clusters, key=lambda one: -one.count)


def _labels(vectors: Vectors) -> list[int]:
    if len(vectors) == 1:
        return [0]
    # Slow to import, and wanted only by who looks at the gaps.
    from sklearn.cluster import AgglomerativeClustering

    distances = np.clip(1.0 - vectors @ vectors.T, 0.0, None)
    np.fill_diagonal(distances, 0.0)
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=DISTANCE
    )
    labels: list[int] = model.fit_predict(distances).tolist()
    return labels
