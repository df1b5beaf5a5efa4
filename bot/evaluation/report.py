"""Writes a run as a self-contained page: one file, no script, nothing fetched, all text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..answering.weighing import DECIDED_BY
from ..errors import UsageError
from ..text.terminal_escaping import one_line
from .calibration import Bin, risk_coverage
from .charts import confidence_chart, reliability_chart, risk_chart
from .comparison import Comparison
from .history import Run, remember, write_whole
from .measures import (
    Outcome,
    bins_of,
    change_shown,
    describe_outcome,
    fault,
    format_measure,
    labelled,
)

PAGE, DATA = "report.html", "report.json"

MEANINGS = {
    "hit": "answerable questions with a right passage among the first so many",
    "MRR": "mean reciprocal rank of the first right passage",
    "nDCG": "sources in order of first quote, against those the questions name",
    "recall": "sources named by the questions that are cited",
    "answered": "answerable questions that were answered",
    "unsure": "answers given under a caution",
    "refusal precision": "refusals that were due",
    "refusal recall": "unanswerable questions that were refused",
    "AUROC": "how well the confidence tells answerable from unanswerable questions; .5 is chance",
    "ECE": "expected calibration error: how far the confidence is from the share right; 0 is best",
    "p50 ms": "half of the questions took no longer",
    "p95 ms": "19 of 20 questions took no longer",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its heading and a caption."""

    title: str
    caption: str
    svg: str


def require_folder(folder: Path) -> None:
    """Makes the folder of a report; raises UsageError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"--report {folder}: {error.strerror or error}. Give a folder that can be written."
        ) from None


def write_report(
    folder: Path, run: Run, comparison: Comparison | None, content: dict[str, Any]
) -> Path:
    """Writes report.html and report.json, which holds `content`; returns the page's path.

    Raises UsageError if the folder cannot be written.
    """
    try:
        write_whole(folder / PAGE, page(run, comparison))
        # Written last, because the next run compares with this file: the page must exist by then.
        remember(content, folder / DATA)
    except OSError as error:
        raise UsageError(
            f"--report {folder}: {error.strerror or error}. Give a folder that can be written."
        ) from None
    return folder / PAGE


def page(run: Run, comparison: Comparison | None) -> str:
    """Returns the HTML of a report."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # HTML escaping would keep characters that reorder text and control characters that hide it.
    environment.filters["visible"] = one_line
    template = environment.from_string(files(__package__).joinpath(PAGE).read_text("utf-8"))
    evaluation = run.evaluation
    bins = bins_of(evaluation.outcomes) if evaluation.calibration_error is not None else ()
    changes = comparison.changes if comparison else {}
    return template.render(
        about=run.about,
        evaluation=evaluation,
        measures=[
            (
                label,
                format_measure(label, value),
                change_shown(label, changes[label]) if label in changes else "",
                MEANINGS.get(label) or MEANINGS[label.partition("@")[0]],
            )
            for label, value in labelled(evaluation).items()
        ],
        comparison=comparison,
        charts=list(_charts(run, bins)),
        bins=bins,
        outcomes=sorted(evaluation.outcomes, key=_misses_first),
        fault=fault,
        standing=describe_outcome,
    )


def _misses_first(outcome: Outcome) -> tuple[bool, bool]:
    return outcome.is_met, fault(outcome) is None


def _charts(run: Run, bins: tuple[Bin, ...]) -> Iterator[Chart]:
    outcomes = run.evaluation.outcomes
    confidences = [outcome.confidence for outcome in outcomes]
    if bins:
        yield Chart(
            "Reliability",
            f"Share of questions with a right passage among the first {DECIDED_BY}, by "
            "confidence, with the number of questions on each bar. On the dashed line the "
            "confidence would be exact; dots stand at the mean confidence of their bar.",
            reliability_chart(bins),
        )
        answered = sum(outcome.answered for outcome in outcomes) / len(outcomes)
        yield Chart(
            "Risk and coverage",
            "Share of answers that are wrong, were the most confident share of questions "
            f"answered. The dotted line is the present threshold: {answered:.0%} answered.",
            risk_chart(
                risk_coverage(confidences, [outcome.is_right for outcome in outcomes]), answered
            ),
        )
    yield Chart(
        "Confidence",
        "Number of questions by confidence. The dotted line is the threshold for answering, "
        f"{run.about.threshold:g}.",
        confidence_chart(
            [outcome.confidence for outcome in outcomes if not outcome.unanswerable],
            [outcome.confidence for outcome in outcomes if outcome.unanswerable],
            run.about.threshold,
        ),
    )
