"""How an evaluation reads on a terminal."""

from __future__ import annotations

from ..display import one_line
from ..evaluation import Evaluation
from ..evaluation.comparison import Comparison
from ..evaluation.measures import change_shown, fault, labelled, shown
from .context import say

LABEL_WIDTH = 18
VALUE_WIDTH = 7


def show_evaluation(evaluation: Evaluation, comparison: Comparison | None = None) -> None:
    """The measures, the questions that were not answered rightly, and what changed."""
    say(f"{'questions':<{LABEL_WIDTH}} {evaluation.questions:,}")
    rises = comparison.changes if comparison else {}
    for label, value in labelled(evaluation).items():
        rise = change_shown(label, rises[label]) if label in rises else ""
        say(f"{label:<{LABEL_WIDTH}} {shown(label, value):<{VALUE_WIDTH}} {rise}".rstrip())
    for outcome in evaluation.outcomes:
        wrong = fault(outcome)
        if wrong is not None:
            say(f"{one_line(outcome.id):<8} {wrong}: {one_line(outcome.question)}")
    if comparison is not None:
        _show_comparison(comparison)


def _show_comparison(comparison: Comparison) -> None:
    about, common = comparison.about, comparison.now.questions
    say(
        f"compared with the run of {one_line(about.created)} on generation {about.generation}: "
        f"{common:,} question{'' if common == 1 else 's'} in common, "
        f"{len(comparison.worse)} worse, {len(comparison.better)} better"
    )
    for label, changes in (("worse", comparison.worse), ("better", comparison.better)):
        for change in changes:
            say(
                f"{label:<6} {one_line(change.id)}: {change.before} → {change.now}: "
                f"{one_line(change.question)}"
            )
