"""The outcomes of the questions, and all measures over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, quantiles

from ..answering.weighing import DECIDED_BY
from .calibration import Bin, calibration_error, discrimination, refusal, reliability
from .ranking import NDCG_DEPTH, success

CUTOFFS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question; `rank` is that of the first right passage, None without one.

    `unsure` is true if it was answered with a caution. `ndcg` and `recall` are over sources, None
    if the question names none. `milliseconds` is wall-clock time.
    """

    id: str
    question: str
    answered: bool
    # Runs stored before cautions existed lack this field.
    unsure: bool = field(default=False, kw_only=True)
    confidence: float
    rank: int | None
    ndcg: float | None
    recall: float | None
    milliseconds: float
    unanswerable: bool

    @property
    def is_right(self) -> bool:
        """Whether a right passage is among the first ones, which determine the confidence."""
        return self.rank is not None and self.rank <= DECIDED_BY

    @property
    def is_met(self) -> bool:
        """Whether a reader got the right result: a refusal, or an answer with an early right
        passage.
        """
        return not self.answered if self.unanswerable else self.answered and self.is_right


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All measures; None if the file has no question to measure on, or `k` is too small.

    questions           number of questions asked
    k                   number of passages looked at for each question
    hit_at              by cutoff, share of answerable questions with a right passage by that rank
    mrr                 mean reciprocal rank of the first right passage (0 without one)
    ndcg_at_10          over sources in order of first quote, mean over the questions that name some
    recall_at_k         share of the named sources that are cited, mean over those questions
    answered            share of answerable questions that were answered, with or without a caution
    unsure              share of answers given with a caution
    refusal_precision   share of refusals that were correct
    refusal_recall      share of unanswerable questions that were refused
    auroc               how well the confidence separates answerable from unanswerable questions
    calibration_error   expected calibration error (ECE) of the confidence; an outcome is right
                        if the question is answerable and a right passage is among the first
                        three, which determine the confidence
    p50_ms, p95_ms      quantiles of the time per question
    """

    questions: int
    k: int
    hit_at: dict[int, float] | None
    mrr: float | None
    ndcg_at_10: float | None
    recall_at_k: float | None
    answered: float | None
    unsure: float | None = field(default=None, kw_only=True)
    refusal_precision: float | None
    refusal_recall: float | None
    auroc: float | None
    calibration_error: float | None
    p50_ms: float
    p95_ms: float
    outcomes: tuple[Outcome, ...]


def summarize(outcomes: Sequence[Outcome], k: int) -> Evaluation:
    """Returns the measures over outcomes, at least one, for `k` passages looked at."""
    answerable = [outcome for outcome in outcomes if not outcome.unanswerable]
    hit_at, mrr = (
        success(
            [outcome.rank for outcome in answerable], [cutoff for cutoff in CUTOFFS if cutoff <= k]
        )
        if answerable
        else (None, None)
    )
    precision, recall = refusal(
        [outcome.unanswerable for outcome in outcomes],
        [not outcome.answered for outcome in outcomes],
    )
    times = [outcome.milliseconds for outcome in outcomes]
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else [*times] * 19
    return Evaluation(
        questions=len(outcomes),
        k=k,
        hit_at=hit_at,
        mrr=mrr,
        ndcg_at_10=_mean([item.ndcg for item in answerable]) if k >= NDCG_DEPTH else None,
        recall_at_k=_mean([item.recall for item in answerable]),
        answered=_mean([float(item.answered) for item in answerable]),
        unsure=_mean([float(item.unsure) for item in outcomes if item.answered]),
        refusal_precision=precision,
        refusal_recall=recall,
        auroc=discrimination(
            [not item.unanswerable for item in outcomes], [item.confidence for item in outcomes]
        ),
        calibration_error=calibration_error(bins_of(outcomes)) if k >= DECIDED_BY else None,
        p50_ms=cuts[9],
        p95_ms=cuts[18],
        outcomes=tuple(outcomes),
    )


def labelled(evaluation: Evaluation) -> dict[str, float]:
    """Returns the available measures by their usual names."""
    values = {
        **{f"hit@{cutoff}": share for cutoff, share in (evaluation.hit_at or {}).items()},
        "MRR": evaluation.mrr,
        f"nDCG@{NDCG_DEPTH}": evaluation.ndcg_at_10,
        f"recall@{evaluation.k}": evaluation.recall_at_k,
        "answered": evaluation.answered,
        "unsure": evaluation.unsure,
        "refusal precision": evaluation.refusal_precision,
        "refusal recall": evaluation.refusal_recall,
        "AUROC": evaluation.auroc,
        "ECE": evaluation.calibration_error,
        "p50 ms": evaluation.p50_ms,
        "p95 ms": evaluation.p95_ms,
    }
    return {label: value for label, value in values.items() if value is not None}


def format_measure(label: str, value: float) -> str:
    """Formats a measure for people."""
    return f"{value:,.0f}" if label.endswith(" ms") else f"{value:.3f}"


def change_shown(label: str, change: float) -> str:
    """Formats the increase of a measure for people."""
    return f"{change:+z,.0f}" if label.endswith(" ms") else f"{change:+z.3f}"


def describe_outcome(outcome: Outcome) -> str:
    """Describes the outcome of a question in a few words."""
    said = _verdict(outcome)
    return said if outcome.unanswerable else f"{said}, right at rank {outcome.rank or 'none'}"


def fault(outcome: Outcome) -> str | None:
    """Describes what is wrong with an outcome for a reader; None if nothing is."""
    confidence = f"confidence {outcome.confidence:.2f}"
    if outcome.unanswerable:
        return f"{_verdict(outcome)}, {confidence}" if outcome.answered else None
    if not outcome.answered:
        return f"refused, {confidence}, right at rank {outcome.rank or 'none'}"
    return None if outcome.rank == 1 else f"right at rank {outcome.rank or 'none'}"


def bins_of(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
    """Returns the reliability diagram of the confidence against right outcomes."""
    return reliability(
        [outcome.confidence for outcome in outcomes], [outcome.is_right for outcome in outcomes]
    )


def _verdict(outcome: Outcome) -> str:
    if not outcome.answered:
        return "refused"
    return "unsure" if outcome.unsure else "answered"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
