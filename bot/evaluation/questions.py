"""Question files: questions, and how a right answer is recognised.

A question file has one JSON object per line: `question`, and one of

    expect         a text, or alternatives: right if a quoted passage contains one of them
    source         a path (its end is enough), several, or {path: grade}: right if quoted from
    unanswerable   true: right if refused

Optional are `id` (by default the line number) and `history` ([{role, content}, …]). If both
`expect` and `source` are given, the text decides hits and the source ranks. Two runs are compared
question by question where both have the same `id` and the same `question`. Other keys are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import QuestionError, UsageError
from ..export.answer_json import turns_from_json
from ..types import Turn

# JSON also allows NaN and numbers too large for a float.
HIGHEST_GRADE = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question and how a right answer is recognised."""

    id: str
    question: str
    history: tuple[Turn, ...]
    expect: tuple[str, ...]
    sources: Mapping[str, float]
    unanswerable: bool


def read_questions(file: Path) -> list[Question]:
    """Returns the questions of a JSON Lines file; raises UsageError naming the faulty line."""
    try:
        # Not splitlines(), which would also split at a U+2028 within a question.
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{file}: {reason}. Give a file of questions in UTF-8.") from None
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(_parsed(line), number))
        except (ValueError, QuestionError) as error:
            raise UsageError(f"{file}, line {number}: {error}") from None
    if not questions:
        raise UsageError(f'{file} has no questions. Each line needs {{"question": …}}.')
    return questions


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}.") from None


def _question(item: Any, number: int) -> Question:
    if not isinstance(item, dict):
        raise ValueError('it must be an object with a "question".')
    text, id_, history = item.get("question"), item.get("id"), item.get("history")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"question" must be a text.')
    unanswerable = item.get("unanswerable", False)
    if not isinstance(unanswerable, bool):
        raise ValueError('"unanswerable" must be true or false.')
    expect, sources = _texts(item, "expect"), _grades(item)
    if not (expect or sources or unanswerable):
        raise ValueError('give "expect", "source" or "unanswerable": true.')
    return Question(
        id=_valid(str(number if id_ is None else id_)),
        question=_valid(text),
        history=() if history is None else tuple(turns_from_json(history)),
        expect=expect,
        sources=sources,
        unanswerable=unanswerable,
    )


def _valid(text: str) -> str:
    """Replaces lone surrogates, which JSON allows but almost nothing else accepts."""
    return text.encode("utf-8", "replace").decode()


def _grades(item: dict[str, Any]) -> dict[str, float]:
    """Returns judged paths with their grades, which default to 1."""
    given = item.get("source")
    if not isinstance(given, dict):
        return dict.fromkeys(_texts(item, "source"), 1.0)
    if not all(path and type(grade) in (int, float) for path, grade in given.items()):
        raise ValueError('"source" must give each path a grade, as in {"a.md": 2}.')
    if not all(abs(grade) <= HIGHEST_GRADE for grade in given.values()):
        raise ValueError(f"a grade must be a number up to {HIGHEST_GRADE:,}.")
    return {path: float(grade) for path, grade in given.items()}


def _texts(item: dict[str, Any], name: str) -> tuple[str, ...]:
    """Returns one text or several. An empty text is an error, because it would match everywhere."""
    given = item.get(name) or ()
    texts = (given,) if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(
        isinstance(text, str) and text for text in texts
    ):
        raise ValueError(f'"{name}" must be a text or a list of texts.')
    return tuple(texts)
