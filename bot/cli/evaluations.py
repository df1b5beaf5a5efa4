"""How an evaluation reads on a terminal."""

from __future__ import annotations

from ..display import one_line
from ..evaluation import Evaluation
from ..evaluation.measures import fault, labelled, shown
from .context import say

LABEL_WIDTH = 18


def show_evaluation(evaluation: Evaluation) -> None:
    """The measures, then the questions that were not answered rightly."""
    say(f"{'questions':<{LABEL_WIDTH}} {evaluation.questions:,}")
    for label, value in labelled(evaluation).items():
        say(f"{label:<{LABEL_WIDTH}} {shown(label, value)}")
    for outcome in evaluation.outcomes:
        wrong = fault(outcome)
        if wrong is not None:
            say(f"{one_line(outcome.id):<8} {wrong}: {one_line(outcome.question)}")
