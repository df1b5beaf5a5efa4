"""Measures of a ranking, as trec_eval defines them, computed by ir-measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ir_measures import Measure

NDCG_DEPTH = 10

# trec_eval requires integer grades; fractions are scaled up to this maximum.
FINEST_GRADE = 10_000


def ndcg(ranked: Iterable[str], grades: Mapping[str, float], depth: int = NDCG_DEPTH) -> float:
    """Returns the nDCG of a ranking against graded judgements, in [0, 1].

    nDCG is normalised discounted cumulative gain. The gain of an item is its grade (Järvelin and
    Kekäläinen 2002). Grades of 0 or less count as not relevant. An item ranked twice counts at its
    first rank.
    """
    from ir_measures import nDCG

    return _measured(nDCG @ depth, ranked, grades)


def recall(ranked: Iterable[str], grades: Mapping[str, float]) -> float:
    """Returns the share of the relevant items (grade above 0) that are ranked, in [0, 1]."""
    from ir_measures import R

    names = tuple(ranked)
    return _measured(R @ max(1, len(names)), names, grades)


def success(ranks: Sequence[int | None], cutoffs: Sequence[int]) -> tuple[dict[int, float], float]:
    """Returns hit rates by cutoff and the mean reciprocal rank, from first right ranks (None: a
    miss).
    """
    import ir_measures
    from ir_measures import RR, Success

    # Each question has one right item, which is at its rank or is not ranked.
    judged = {str(at): {str(rank or 0): 1} for at, rank in enumerate(ranks)}
    run = {
        str(at): {str(place): float(-place) for place in range(1, (rank or 0) + 1)}
        for at, rank in enumerate(ranks)
    }
    measures = {cutoff: Success @ cutoff for cutoff in cutoffs}
    means = ir_measures.calc_aggregate([RR, *measures.values()], judged, run)
    return {cutoff: means[measure] for cutoff, measure in measures.items()}, means[RR]


def _measured(measure: Measure, ranked: Iterable[str], grades: Mapping[str, float]) -> float:
    import ir_measures

    if not any(grade > 0 for grade in grades.values()):
        return 0.0
    # trec_eval is C and does not accept every name, so items get numbers.
    names = dict.fromkeys(ranked)
    numbers = {name: str(at) for at, name in enumerate({**names, **dict.fromkeys(grades)})}
    judged = {numbers[name]: grade for name, grade in _whole(grades).items()}
    run = {numbers[name]: float(-place) for place, name in enumerate(names)}
    return float(ir_measures.calc_aggregate([measure], {"q": judged}, {"q": run})[measure])


def _whole(grades: Mapping[str, float]) -> dict[str, int]:
    """Scales grades to integers in the same proportions, which is all that nDCG depends on."""
    largest = max(grades.values())
    if largest <= FINEST_GRADE and all(grade == int(grade) for grade in grades.values()):
        return {name: int(grade) for name, grade in grades.items()}
    return {name: round(FINEST_GRADE * grade / largest) for name, grade in grades.items()}
