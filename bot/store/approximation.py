"""When the vectors of a segment are searched approximately, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VectorRules:
    """When vectors are searched approximately, and how well.

    Every vector is compared in an index of up to `exact_up_to` passages, and in a segment of fewer
    than `clustered_from`. Elsewhere so many lists are read that the share `recall` of the ten
    nearest passages is found.
    """

    exact_up_to: int = 50_000
    clustered_from: int = 4_096
    recall: float = 0.99

    def recall_of(self, passages: int, of_segment: int) -> float | None:
        """The recall of a segment of an index of so many passages; None where it is exact."""
        is_large = passages > self.exact_up_to and of_segment >= self.clustered_from
        return self.recall if is_large else None


@dataclass(frozen=True, slots=True)
class Approximation:
    """How a segment is searched: the lists that there are and that are read, and the share of the
    nearest passages that this found for a number of sample questions.
    """

    lists: int
    probes: int
    recall: float
    questions: int
