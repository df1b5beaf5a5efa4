"""Compares two runs on the questions that they have in common."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from .history import About, Run
from .measures import Evaluation, Outcome, describe_outcome, labelled, summarize


@dataclass(frozen=True, slots=True)
class Change:
    """A question that got worse or better, with both outcomes in words."""

    id: str
    question: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared; both evaluations cover only the common questions.

    A question got worse if its right passage ranks lower, if it is no longer answered, or if it is
    now answered although it is unanswerable. It got better if the opposite holds and nothing got
    worse.
    """

    about: About
    before: Evaluation
    now: Evaluation
    worse: tuple[Change, ...]
    better: tuple[Change, ...]

    @property
    def changes(self) -> dict[str, float]:
        """The increase of each measure, by its label."""
        before, now = labelled(self.before), labelled(self.now)
        return {label: now[label] - before[label] for label in now if label in before}


def compare(previous: Run, now: Evaluation) -> Comparison | None:
    """Compares a run with an earlier one; returns None if they have no question in common.

    A common question has the same id and text, and is answerable in both runs or in neither. If the
    runs looked at different numbers of passages, the smaller number applies to both, and measures
    over sources are left out.
    """
    k = min(previous.evaluation.k, now.k)
    earlier = {_identity(item): item for item in previous.evaluation.outcomes}
    pairs = [
        (earlier[_identity(item)], item) for item in now.outcomes if _identity(item) in earlier
    ]
    if not pairs:
        return None
    if previous.evaluation.k != now.k:
        pairs = [(_cut(before, k), _cut(after, k)) for before, after in pairs]
    worse, better = changes(pairs)
    return Comparison(
        about=previous.about,
        before=summarize([before for before, _ in pairs], k),
        now=summarize([after for _, after in pairs], k),
        worse=worse,
        better=better,
    )


def changes(
    pairs: Iterable[tuple[Outcome, Outcome]],
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Returns the questions that got worse and those that got better, from pairs (before, now)."""
    worse: list[Change] = []
    better: list[Change] = []
    for before, now in pairs:
        steps = [
            now_good - before_good
            for before_good, now_good in zip(_goods(before), _goods(now), strict=True)
        ]
        if not any(steps):
            continue
        change = Change(now.id, now.question, describe_outcome(before), describe_outcome(now))
        (worse if min(steps) < 0 else better).append(change)
    return tuple(worse), tuple(better)


def comparison_json(comparison: Comparison | None) -> dict[str, Any]:
    """Returns a comparison as JSON values; `previous` is null without an earlier run."""
    if comparison is None:
        return {"previous": None, "changes": {}, "worse": [], "better": []}
    measures = asdict(comparison.before)
    del measures["outcomes"]
    return {
        "previous": {**asdict(comparison.about), **measures},
        "changes": comparison.changes,
        "worse": [asdict(change) for change in comparison.worse],
        "better": [asdict(change) for change in comparison.better],
    }


def _identity(outcome: Outcome) -> tuple[str, str, bool]:
    return outcome.id, outcome.question, outcome.unanswerable


def _goods(outcome: Outcome) -> Sequence[float]:
    """Returns the values that must not fall: whether the verdict is right, and reciprocal rank."""
    is_due = outcome.answered != outcome.unanswerable
    rank = math.inf if outcome.unanswerable or outcome.rank is None else outcome.rank
    return (float(is_due), 1 / rank)


def _cut(outcome: Outcome, k: int) -> Outcome:
    rank = outcome.rank if outcome.rank is not None and outcome.rank <= k else None
    return replace(outcome, rank=rank, ndcg=None, recall=None)
