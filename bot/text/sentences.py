"""Finds sentence boundaries as spans, so that quotes keep every character."""

from __future__ import annotations

import re

import sentencex

from ..types import Span

# A full stop that does not end a sentence, and what must follow it: a number after an abbreviation,
# a title after a country, and anything on the line after a numbered heading.
_ABBREVIATED = re.compile(
    r"\b(?:approx|app|ca|circa|est|max|min|vols?|nos?|arts?|pp?|figs?|secs?|sects?|chs?|chaps?"
    r"|paras?|eds?|tel|ext)\.$",
    re.IGNORECASE,
)
_QUALIFIES = re.compile(r"\b(?:e\.g|i\.e|cf|viz)\.$", re.IGNORECASE)
_COUNTRY = re.compile(r"\b(?:[A-Z]\.){2,}$")
_TITLE = re.compile(r"(?:Under|Vice|Deputy|Acting|Assistant)[ -][A-Z]")
_NUMBERED = re.compile(
    r"(?:article|section|chapter|paragraph|clause|rule|annex|appendix|part|schedule|title|item"
    r"|step|table|figure|§+)\s*(?:\d{1,4}|[IVXLC]{1,7})(?:[.-]?\d{1,4}|[a-z])?\.",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[⁰¹²³⁴-⁹]+(?:,[⁰¹²³⁴-⁹]+)*")
_LONGEST_LABEL = 40


def sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """Returns spans of the sentences in `text[start:end]`, without surrounding white space."""
    part = text[start:end]
    boundaries = sentencex.get_sentence_boundaries(language or "en", part)
    spans = (
        trimmed(text, start + boundary["start_index"], start + boundary["end_index"])
        for boundary in boundaries
    )
    found = _with_notes(text, [span for span in spans if span[0] < span[1]])
    return _joined(text, found) if (language or "en").lower().startswith("en") else found


def _with_notes(text: str, spans: list[Span]) -> list[Span]:
    """Extends sentences by the superscript note numbers after their full stops."""
    found: list[Span] = []
    for start, end in spans:
        note = _NOTE.match(text, start, end)
        if note and found and found[-1][1] == start:
            found[-1] = (found[-1][0], note.end())
            start = trimmed(text, note.end(), end)[0]
        if start < end:
            found.append((start, end))
    return found


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Joins sentences that were split at a full stop that does not end one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _goes_on(text, joined[-1], (start, end)):
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _goes_on(text: str, before: Span, after: Span) -> bool:
    if "\n" in text[before[1] : after[0]]:
        return False
    # Check only its end, or many cuts in a row would take long.
    start = max(before[0], before[1] - _LONGEST_LABEL)
    ending = text[start : before[1]]
    if _QUALIFIES.search(ending) or (_ABBREVIATED.search(ending) and text[after[0]].isdigit()):
        return True
    if _COUNTRY.search(ending) and _TITLE.match(text, after[0]):
        return True
    return start == before[0] and _NUMBERED.fullmatch(ending) is not None


def lines(text: str, start: int, end: int) -> list[Span]:
    """Returns spans of the non-empty lines in `text[start:end]`."""
    spans = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        span = trimmed(text, at, at + len(line))
        if span[0] < span[1]:
            spans.append(span)
        at += len(line)
    return spans


def trimmed(text: str, start: int, end: int) -> Span:
    """Returns the span without white space at its ends; empty if it has nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
