"""Reads saved answers, and shows the result of checking their quotes."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..answering.presentation import STATES, findings
from ..errors import UsageError
from ..export.answer_json import VERSION, source_json
from ..generations.quote_checking import cited_passages
from ..text.terminal_escaping import one_line
from ..types import CheckedPassage, CitedPassage, QuoteCheck, QuoteState, SourceInfo
from .context import say

WIDTH = 100

_COUNTED = {
    QuoteState.UNCHANGED: ("unchanged", "unchanged"),
    QuoteState.CHANGED: ("source changed", "of changed sources"),
    QuoteState.REMOVED: ("source removed", "of removed sources"),
    QuoteState.DISPLACED: ("passage not at its place", "passages not at their place"),
}


@dataclass(frozen=True, slots=True)
class _Quote:
    citations: tuple[int, ...]
    text: str
    source: SourceInfo
    start: int
    end: int
    locator: str


@dataclass(frozen=True, slots=True)
class _Citation:
    number: int
    source: SourceInfo
    start: int
    end: int
    locator: str


@dataclass(frozen=True, slots=True)
class _Answer:
    version: int
    passages: tuple[_Quote, ...]
    citations: tuple[_Citation, ...]


_ANSWER = TypeAdapter(_Answer)


def saved_passages(file: Path) -> tuple[CitedPassage, ...]:
    """Returns the passages of every answer in a file; '-' is standard input.

    A file holds the output of `pincite ask --json`, with or without `--batch`, or a conversation
    that the chat saved as JSON. Raises UsageError.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
        answers = [_ANSWER.validate_python(value) for value in _answers(text)]
    except OSError as error:
        raise _refused(file, error.strerror or str(error)) from None
    except (ValidationError, ValueError, RecursionError):
        raise _refused(file, "no answer in JSON") from None
    other = next((one.version for one in answers if one.version != VERSION), None)
    if other is not None:
        raise _refused(file, f"an answer of version {other}, and this pincite reads {VERSION}")
    if not answers:
        raise _refused(file, "there is no answer in it")
    return tuple(
        passage for one in answers for passage in cited_passages(one.passages, one.citations)
    )


def show_check(check: QuoteCheck) -> None:
    """Prints how many quotes hold in one line, then each quote with its source."""
    say(summary(check))
    for checked in check.passages:
        say()
        for line in _lines(checked):
            say(line)


def check_json(check: QuoteCheck) -> dict[str, Any]:
    """Returns the result of a check as JSON: `state` is unchanged, changed, removed or displaced.

    `sha256_now` is the hash of the current file. `source_now` is the id of the version that
    replaces the cited one in the index, and `span_now` the position of the same words in its text.
    """
    return {
        "generation": check.generation,
        "holds": check.holds,
        "passages": [
            {
                "citation": checked.passage.number,
                "state": checked.state.value,
                "findings": list(findings(checked)),
                "source": source_json(checked.passage.source),
                "start": checked.passage.start,
                "end": checked.passage.end,
                "locator": checked.passage.locator,
                "sha256_now": checked.sha256,
                "source_now": checked.now,
                "span_now": list(checked.again) if checked.again else None,
            }
            for checked in check.passages
        ],
    }


def summary(check: QuoteCheck) -> str:
    """Returns how many quotes were checked, and how many are in each state."""
    if not check.passages:
        return "There are no quotes to check."
    counted = [
        f"{count:,} {_COUNTED[state][count != 1]}" for state, count in check.counts().items()
    ]
    total = len(check.passages)
    return f"{total:,} {'quote' if total == 1 else 'quotes'} checked: {', '.join(counted)}."


def _lines(checked: CheckedPassage) -> Iterator[str]:
    passage, source = checked.passage, checked.passage.source
    described = one_line(" · ".join((source.title, passage.locator)))
    yield f"[{passage.number}] {STATES[checked.state]}: {described}"
    if passage.text is not None:
        yield f"    {textwrap.shorten(one_line(passage.text), WIDTH, placeholder=' …')}"
    for finding in findings(checked):
        yield f"    {finding}"
    yield f"    {one_line(source.path)}  (id {source.id})"
    yield f"    SHA-256 {source.sha256}"
    if checked.sha256 not in (None, source.sha256):
        yield f"    now     {checked.sha256}"


def _answers(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        # The output of a batch: on each line an answer, or an error in its place.
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [line for line in lines if not (isinstance(line, dict) and "error" in line)]
    if isinstance(value, dict) and isinstance(value.get("exchanges"), list):
        kept = [each.get("answer") for each in value["exchanges"] if isinstance(each, dict)]
        return [answer for answer in kept if answer is not None]
    return [value]


def _refused(file: Path, reason: str) -> UsageError:
    return UsageError(
        f"--answer {file}: {reason}. Give a file that `pincite ask --json` or the chat has "
        "written, or '-' for standard input."
    )
