"""A gate that rejects a new generation if it answers the golden questions worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten

from ..answering.weighing import DECIDED_BY
from ..engine import Engine
from ..engine.asking import Ask, Gate
from ..errors import AnswersWorse, UsageError
from .measures import Outcome, describe_outcome
from .run import evaluate, questions_for

TOLERANCE = 0.02

# The number of questions named in a message, and the length of each name.
NAMED = 10
NAMED_CHARACTERS = 80


def golden_gate(engine: Engine, file: Path, tolerance: float = TOLERANCE) -> Gate:
    """Returns a gate for `Engine.sync` that rejects a generation by the questions of a file.

    The gate compares the share of questions that are met: unanswerable ones refused, the others
    answered with a right passage among the first three. The gate raises AnswersWorse when that
    share falls by more than `tolerance`, in [0, 1]. A faulty file or tolerance raises UsageError at
    once.
    """
    if not 0 <= tolerance <= 1:
        raise UsageError(f"--tolerance is {tolerance:g}; it must be from 0 to 1.")
    questions = questions_for(engine, file, DECIDED_BY)

    def judge(live: Ask | None, candidate: Ask) -> tuple[str, ...]:
        if live is None:
            return (f"{file}: nothing was compared, for there was no index in use.",)
        before = evaluate(live, questions, DECIDED_BY).outcomes
        now = evaluate(candidate, questions, DECIDED_BY).outcomes
        kept, lost = sum(item.is_met for item in before), _lost(before, now)
        met = sum(item.is_met for item in now)
        counts = f"{met:,} of {len(now):,} golden questions are met, {kept:,} were before"
        if (kept - met) / len(now) > tolerance:
            raise AnswersWorse(
                f"{file}: {counts}, which is more than the tolerance of {tolerance:g} allows. "
                f"Worse: {_named(lost)}. The index in use is unchanged and the new one removed. "
                "Mend the documents or the questions, or allow a larger --tolerance."
            )
        return (f"{file}: {counts}.", *([f"worse: {_named(lost)}."] if lost else []))

    return judge


def _lost(before: Sequence[Outcome], now: Sequence[Outcome]) -> list[tuple[Outcome, Outcome]]:
    return [
        (then, after)
        for then, after in zip(before, now, strict=True)
        if then.is_met and not after.is_met
    ]


def _named(lost: Sequence[tuple[Outcome, Outcome]]) -> str:
    names = [
        f"{now.id} “{shorten(now.question, NAMED_CHARACTERS, placeholder='…')}” "
        f"({describe_outcome(before)} → {describe_outcome(now)})"
        for before, now in lost[:NAMED]
    ]
    more = [f"and {len(lost) - NAMED:,} more"] if len(lost) > NAMED else []
    return "; ".join([*names, *more])
