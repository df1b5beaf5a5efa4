"""Rules for approximate vector search in segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...types import ApproximateSearch

# Below this number of passages, clustering gains nothing.
CLUSTERED_FROM = 4_096


@dataclass(frozen=True, slots=True)
class VectorRules:
    """When vectors are searched approximately, and with which recall.

    An index of up to `exact_up_to` passages and small segments compare every vector. Otherwise,
    enough clusters are read to find the share `recall` of the ten nearest passages.
    """

    exact_up_to: int
    recall: float

    def recall_of(self, passages: int, of_segment: int) -> float | None:
        """Returns the recall for a segment in an index of `passages`; None for exact search."""
        is_large = passages > self.exact_up_to and of_segment >= CLUSTERED_FROM
        return self.recall if is_large else None


@dataclass(frozen=True, slots=True)
class Approximation:
    """How a segment is searched: the number of lists and of lists read, and the measured recall.

    The recall was measured with a number of sample questions. 0 questions mean that it was not
    measured, and 0 lists that the index is of another kind.
    """

    lists: int
    probes: int
    recall: float
    questions: int


def taken_together(segments: Iterable[tuple[int, Approximation]]) -> ApproximateSearch | None:
    """Summarises the search of segments with their numbers of live passages; None if there are
    none.
    """
    found = list(segments)
    if not found:
        return None
    passages = sum(count for count, _ in found)
    return ApproximateSearch(
        passages=passages,
        segments=len(found),
        lists=sum(one.lists for _, one in found),
        probes=sum(one.probes for _, one in found),
        recall=sum(count * one.recall for count, one in found) / max(1, passages),
    )
