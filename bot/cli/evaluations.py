"""Implements `pincite eval`: measures, stores and shows a run, and drafts questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..evaluation import Evaluation
from ..evaluation.comparison import Comparison, compare, comparison_json
from ..evaluation.draft import draft, drafted_json
from ..evaluation.history import last_run, place_in_index, remember, run_file, run_json
from ..evaluation.measures import change_shown, fault, format_measure, labelled
from ..evaluation.report import DATA, require_folder, write_report
from ..text.terminal_escaping import one_line
from .context import remark, say, say_json

if TYPE_CHECKING:
    from ..engine import Engine

LABEL_WIDTH = 18
VALUE_WIDTH = 7


def measure(engine: Engine, file: Path, k: int, report: Path | None, *, as_json: bool) -> None:
    """Evaluates a question file, compares the run with the last one, and stores it."""
    if report is not None:
        require_folder(report)
    place = report / DATA if report else place_in_index(engine.settings.notes, file)
    previous = last_run(place)
    run = run_file(engine, file, k)
    comparison = compare(previous, run.evaluation) if previous else None
    content = {**run_json(run), **comparison_json(comparison)}
    if as_json:
        say_json(content)
    else:
        show_evaluation(run.evaluation, comparison)
    if report is not None:
        page = write_report(report, run, comparison, content)
        remark(f"the report is in {one_line(str(page))}")
        return
    try:
        remember(content, place)
    except OSError as error:
        remark(f"this run was not remembered: {one_line(str(place))}: {error.strerror or error}")


def print_draft(engine: Engine, count: int) -> int:
    """Prints up to `count` lines of a question file and returns the number printed."""
    if count < 1:
        raise UsageError(f"--count is {count}; it must be 1 or more.")
    lines = list(drafted_json(draft(engine.live(), count)))
    for line in lines:
        say_json(line)
    if len(lines) < count:
        remark(
            f"{len(lines):,} of {count:,} questions: the corpus has no more questions or headings "
            "that text follows."
        )
    return len(lines)


def show_evaluation(evaluation: Evaluation, comparison: Comparison | None = None) -> None:
    """Prints the measures, the questions with a wrong result, and the changes."""
    say(f"{'questions':<{LABEL_WIDTH}} {evaluation.questions:,}")
    rises = comparison.changes if comparison else {}
    for label, value in labelled(evaluation).items():
        rise = change_shown(label, rises[label]) if label in rises else ""
        say(f"{label:<{LABEL_WIDTH}} {format_measure(label, value):<{VALUE_WIDTH}} {rise}".rstrip())
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
