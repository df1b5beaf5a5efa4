"""When the vectors of a segment are searched approximately, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..types import ApproximateSearch

# In fewer passages than this, clusters gain nothing.
CLUSTERED_FROM = 4_096


@dataclass(frozen=True, slots=True)
class VectorRules:
    """When vectors are searched approximately, and how well.

    Every vector is compared in an index of up to `exact_up_to` passages, and in small segments.
    Elsewhere so many lists are read that the share `recall` of the ten nearest is found.
    """

    exact_up_to: int
    recall: float

    def recall_of(self, passages: int, of_segment: int) -> float | None:
        """The recall of a segment of an index of so many passages; None where it is exact."""
        is_large = passages > self.exact_up_to and of_segment >= CLUSTERED_FROM
        return self.recall if is_large else None


@dataclass(frozen=True, slots=True)
class Approximation:
    """How a segment is searched: the lists that there are and that are read, and the share of the
    nearest passages that this found for a number of sample questions. No questions mean that nobody
    has measured it, and no lists that the index is of another kind.
    """

    lists: int
    probes: int
    recall: float
    questions: int


def taken_together(segments: Iterable[tuple[int, Approximation]]) -> ApproximateSearch | None:
    """How segments with so many live passages each are searched; None where there are none."""
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
