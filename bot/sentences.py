"""Sentence boundaries as spans, so that a quote can be cut without touching a character."""

from __future__ import annotations

import sentencex

from .types import Span


def sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, without the white space around them."""
    part = text[start:end]
    boundaries = sentencex.get_sentence_boundaries(language or "en", part)
    spans = (
        trimmed(text, start + boundary["start_index"], start + boundary["end_index"])
        for boundary in boundaries
    )
    return [span for span in spans if span[0] < span[1]]


def lines(text: str, start: int, end: int) -> list[Span]:
    """Spans of the non-empty lines in `text[start:end]`."""
    spans = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        span = trimmed(text, at, at + len(line))
        if span[0] < span[1]:
            spans.append(span)
        at += len(line)
    return spans


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends; empty when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
