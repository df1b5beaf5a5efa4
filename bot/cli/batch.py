"""Answers questions from a file or standard input: one JSON object per line in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import FilterError, QuestionError, UsageError
from ..export.answer_json import answer_json, error_json, filter_from_json, turns_from_json
from .context import say_json

if TYPE_CHECKING:
    from ..engine import Engine
    from ..types import SourceFilter


def read_history(file: Path | None) -> Any:
    """Returns the turns in a JSON file; raises UsageError naming the file."""
    if file is None:
        return []
    try:
        return json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"--history {file}: {reason}. It must hold a JSON list of "
            '{"role": …, "content": …} objects.'
        ) from None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of batch lines with an error, and of questions that the sources don't answer."""

    failed: int
    unanswered: int


def answer_batch(engine: Engine, file: Path, k: int | None, only: SourceFilter) -> Outcome:
    """Answers every line in order, each from the sources that its own filter or `only` admits.

    Raises FilterError if `only` cannot be applied. A faulty line gets an error object in its place
    and does not stop the batch. An error of the index or the model stops it.
    """
    failed = unanswered = 0
    if only:
        engine.applied(only)
    with _opened(file) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            id_: Any = None
            try:
                item = _parsed(line, number)
                id_ = item.get("id")
                question, history = item.get("question"), item.get("history")
                if not isinstance(question, str):
                    raise QuestionError(f'line {number}: "question" must be a text.')
                turns = [] if history is None else turns_from_json(history)
                own = filter_from_json(item.get("filter"))
                answer = engine.ask(question, history=turns, k=k, only=own or only)
                unanswered += not answer.answered
                say_json(answer_json(answer, id_))
            except (QuestionError, FilterError) as error:
                failed += 1
                say_json(error_json(str(error), id_))
            except RecursionError:  # from parsing the line or from echoing its id
                failed += 1
                say_json(error_json(f"line {number} is nested too deeply."))
    return Outcome(failed, unanswered)


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line.removeprefix("\ufeff"))
        # Python parses NaN and 1e999, which JSON cannot represent.
        json.dumps(item, allow_nan=False)
    except ValueError as error:
        raise QuestionError(f"line {number} is not JSON: {error}.") from None
    if not isinstance(item, dict):
        raise QuestionError(f'line {number} must be an object with a "question".')
    return item


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdin
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            yield stream
    except OSError as error:
        raise UsageError(
            f"--batch {file}: {error.strerror or error}. Give a file of questions, or '-' for "
            "standard input."
        ) from None
