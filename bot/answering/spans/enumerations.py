"""Finds enumerations in a text: one item per line, consecutive names, or items after a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...types import Span
from ..question.answer_types import AnswerType, named

FEWEST_LINES, FEWEST_NAMES = 2, 3

_MARK = re.compile(r"(?:[-*•‣◦–·▪]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+(?=\S)")
# Text between two names of an enumeration.
_BETWEEN_NAMES = re.compile(r"(?:\s*[,;]\s*|\s+)(?:(?:and|or|as well as)\s+)?(?:the\s+)?")
_JOINED = re.compile(r"[,;]|\band\b|\bor\b")
_ANNOUNCED = re.compile(r":\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n|$")
_SEPARATOR = re.compile(r"\s*[;,]\s+(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A slice of a text from the first item to the last, and its number of items."""

    span: Span
    items: int


def enumerations(text: str, kind: AnswerType | None = None) -> list[Enumeration]:
    """Returns the enumerations of a text in reading order; for a kind of name, only of those."""
    if kind in (AnswerType.COUNTRY, AnswerType.NAME, AnswerType.PLACE):
        return _of_names(text, named(text, kind))
    found = (*_of_lines(text), *_announced(text))
    return sorted(found, key=lambda one: one.span)


def _of_lines(text: str) -> Iterator[Enumeration]:
    """Finds neighbouring lines with a bullet or number; a more indented line continues an item."""
    starts: list[int] = []
    end, indent, blank = 0, 0, 0
    at = 0
    for line in [*text.splitlines(keepends=True), ""]:
        own = len(line) - len(line.lstrip(" \t"))
        marked = _MARK.match(line.lstrip(" \t"))
        if marked and (not starts or own <= indent):
            starts.append(at + own)
            indent, end, blank = own, at + len(line.rstrip()), 0
        elif starts and line.strip() and own > indent:
            end, blank = at + len(line.rstrip()), 0
        elif starts and line and not line.strip() and not blank:
            blank = 1
        else:
            if len(starts) >= FEWEST_LINES:
                yield Enumeration((starts[0], end), len(starts))
            starts, blank = [], 0
        at += len(line)


def _of_names(text: str, names: Sequence[Span]) -> list[Enumeration]:
    """Returns runs of names with only commas and conjunctions between them."""
    found: list[Enumeration] = []
    run: list[Span] = []
    for name in names:
        between = text[run[-1][1] : name[0]] if run else ""
        if run and not (_BETWEEN_NAMES.fullmatch(between) and _JOINED.search(between)):
            found += _run(run)
            run = []
        run.append(name)
    return found + _run(run)


def _run(names: Sequence[Span]) -> list[Enumeration]:
    if len(names) < FEWEST_NAMES:
        return []
    return [Enumeration((names[0][0], names[-1][1]), len(names))]


def _announced(text: str) -> Iterator[Enumeration]:
    """Yields the text from a colon to the end of the sentence, if commas split it into items."""
    for colon in _ANNOUNCED.finditer(text):
        if "\n" in colon[0]:
            continue
        end = _SENTENCE_END.search(text, colon.end())
        stop = end.start() if end else len(text)
        items = len(_SEPARATOR.findall(text, colon.end(), stop)) + 1
        if items >= FEWEST_NAMES:
            yield Enumeration((colon.end(), stop), items)
