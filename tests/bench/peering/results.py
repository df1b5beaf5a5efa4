"""What was measured: the figures of a round, and what they come to over all rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

import numpy as np
from quality import scores
from question_sets import Asked

Passages = Sequence[tuple[str, str]]
"""File name and text of each passage, best first."""

QUALITY = (
    "nDCG@10", "hit@1", "hit@5", "answer in 1st passage", "answer in first 5",
    "answer in 1,500 characters",
)  # fmt: skip


@dataclass(slots=True)
class Figures:
    """What one product took in one round; seconds, milliseconds and bytes."""

    build_s: float | None = None
    build_without_imports_s: float | None = None
    build_memory: int | None = None
    index_bytes: int | None = None
    cold_start_s: float | None = None
    warm_ms: list[float] = field(default_factory=list)
    asking_memory: int | None = None
    add_s: list[float] = field(default_factory=list)
    delete_s: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """Everything about one product: its rounds, its answers by question set, what went wrong."""

    name: str
    versions: Mapping[str, str] = field(default_factory=dict)
    passages: int | None = None
    rounds: list[Figures] = field(default_factory=list)
    quality: dict[str, dict[str, float]] = field(default_factory=dict)
    not_found: list[str] = field(default_factory=list)
    still_answering: list[str] = field(default_factory=list)
    failure: str | None = None


MEASURES: Mapping[str, str] = {
    "build_s": "index build from raw text, s",
    "build_without_imports_s": "… without imports, s",
    "cold_start_s": "cold start to first answer, s",
    "p50_ms": "warm question, p50, ms",
    "p95_ms": "warm question, p95, ms",
    "build_mb": "peak memory of the build, MB",
    "asking_mb": "peak memory of asking, MB",
    "add_s": "add one source, s",
    "delete_s": "delete one source, s",
    "index_mb": "index on disk, MB",
}
"""What the report gives of a round: its heading with the unit; less is better in each."""


def measured(figures: Figures) -> dict[str, float]:
    """The measures of a round as far as it came; of several changes the middle one."""
    found: dict[str, float | None] = {
        "build_s": figures.build_s,
        "build_without_imports_s": figures.build_without_imports_s,
        "cold_start_s": figures.cold_start_s,
        "p50_ms": _percentile(figures.warm_ms, 50),
        "p95_ms": _percentile(figures.warm_ms, 95),
        "build_mb": _megabytes(figures.build_memory),
        "asking_mb": _megabytes(figures.asking_memory),
        "add_s": median(figures.add_s) if figures.add_s else None,
        "delete_s": median(figures.delete_s) if figures.delete_s else None,
        "index_mb": _megabytes(figures.index_bytes),
    }
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some rounds, and the least and the most of them."""

    middle: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread | None:
    """None without values."""
    return Spread(median(values), min(values), max(values)) if values else None


def over_rounds(outcome: Outcome, measure: str) -> Spread | None:
    """A measure over the rounds in which it was taken."""
    rounds = map(measured, outcome.rounds)
    return spread([figures[measure] for figures in rounds if measure in figures])


def ratios(outcome: Outcome, ours: Outcome, measure: str) -> Spread | None:
    """How many times as much as ours it is, each round against the same round."""
    pairs = zip(map(measured, outcome.rounds), map(measured, ours.rounds), strict=False)
    return spread(
        [
            theirs[measure] / own[measure]
            for theirs, own in pairs
            if measure in theirs and own.get(measure)
        ]
    )


def quality(asked: Sequence[Asked], answers: Sequence[Passages]) -> dict[str, float]:
    """The means of tests/bench/quality.py over the first passages of every product alike.

    Splitters treat blanks and line ends differently, so that runs of them count as one blank.
    """
    rows = [
        list(scores(_without_line_ends(question), _as_answer(passages)))
        for question, passages in zip(asked, answers, strict=True)
    ]
    means = dict(zip(QUALITY, map(fmean, zip(*rows, strict=True)), strict=True))
    if not any(question.answers for question in asked):
        return {name: means[name] for name in QUALITY[:3]}
    return means


def _without_line_ends(asked: Asked) -> Asked:
    return Asked(asked.id, asked.question, asked.grades, tuple(map(_joined, asked.answers)))


def _as_answer(passages: Passages) -> list[dict[str, object]]:
    return [{"source": {"path": name}, "text": _joined(text)} for name, text in passages]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _percentile(values: Sequence[float], share: float) -> float | None:
    return float(np.percentile(values, share)) if values else None


def _megabytes(count: int | None) -> float | None:
    return None if count is None else count / 1e6
