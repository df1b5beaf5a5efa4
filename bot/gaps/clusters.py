"""Clusters questions of similar meaning, by the vectors of the answering encoder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..types import Vectors
from .log import Remark, same

# Clusters are merged while the mean cosine between their questions is at least 1 - DISTANCE.
DISTANCE = 0.35

# A limit, because clustering compares all pairs.
MOST_QUESTIONS = 2_000

GAPS = ("unanswered", "down")


@dataclass(frozen=True, slots=True)
class QuestionGaps:
    """A question with its remarks, latest last."""

    question: str
    remarks: tuple[Remark, ...]

    @property
    def latest(self) -> str:
        """The time of the last remark."""
        return self.remarks[-1].time


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions of similar meaning, most frequent first."""

    questions: tuple[QuestionGaps, ...]

    @property
    def count(self) -> int:
        """How often one of them was not answered, or answered badly."""
        return sum(len(asked.remarks) for asked in self.questions)

    @property
    def latest(self) -> str:
        """The time of the last remark."""
        return max(asked.latest for asked in self.questions)

    @property
    def kinds(self) -> Mapping[str, int]:
        """The number of remarks of each kind."""
        return Counter(one.kind for asked in self.questions for one in asked.remarks)

    @property
    def reasons(self) -> Mapping[str, int]:
        """The number of times each reason was given."""
        given = (one.reason for asked in self.questions for one in asked.remarks)
        return Counter(reason for reason in given if reason)


def asked_before(remarks: Iterable[Remark], most: int = MOST_QUESTIONS) -> list[QuestionGaps]:
    """Groups gaps by question, equal questions together; returns the newest `most`."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        if remark.kind in GAPS:
            found.setdefault(same(remark.question), []).append(remark)
    asked = [QuestionGaps(each[-1].question, tuple(each)) for each in found.values()]
    newest = sorted(asked, key=lambda one: one.latest, reverse=True)
    return newest[:most]


def clustered(asked: Sequence[QuestionGaps], vectors: Vectors) -> list[Cluster]:
    """Clusters questions by these unit vectors, largest cluster first, newest first on ties.

    Average linkage: a question joins a cluster by its mean similarity to all of it, so that a chain
    of neighbours does not merge distinct questions.
    """
    if not asked:
        return []
    groups: dict[int, list[QuestionGaps]] = {}
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
    # Imported here because it is slow, and only looking at the gaps needs it.
    from sklearn.cluster import AgglomerativeClustering

    distances = np.clip(1.0 - vectors @ vectors.T, 0.0, None)
    np.fill_diagonal(distances, 0.0)
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=DISTANCE
    )
    labels: list[int] = model.fit_predict(distances).tolist()
    return labels
