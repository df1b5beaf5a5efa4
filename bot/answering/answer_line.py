"""Builds the answer line: the shortest slice that answers, and which sources agree with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..types import AnswerLine, Citation, Conflict, LineKind, Purpose, Quote, Span, Verdict
from .overview import NEGATION
from .prepared_question import PreparedQuestion
from .question.answer_types import AnswerType
from .spans.enumerations import Enumeration, enumerations
from .spans.highlights import holds

# The line comes from one of this many first quotes, which also decide whether there is an answer.
TAKEN_FROM = 3

# A longer list or sentence does not become a line.
LONGEST_LIST, LONGEST_SENTENCE = 400, 300

_TOLD_IN_A_SENTENCE = (Purpose.FACT, Purpose.YES_OR_NO, Purpose.DOCUMENT)

# Shorter words, and figures without a unit, occur in many sentences.
TELLING = 5

_NOT_TOLD = re.compile(r"[\W_]+|\b(?:the|a|an|about|around|some|nearly|approximately|over)\b")


def answer_line(
    purpose: Purpose,
    asked: PreparedQuestion | None,
    verdict: Verdict,
    sentence: Span | None,
    quotes: Sequence[Quote],
    citations: Sequence[Citation],
    conflicts: Sequence[Conflict],
) -> AnswerLine | None:
    """Returns the line of an answer; None if no short text is likely enough to be right.

    `sentence` is the best sentence of the first quote, if it is likely enough to answer.
    """
    if verdict is Verdict.UNANSWERED or asked is None:
        return None
    taken = list(quotes[:TAKEN_FROM])
    is_list = purpose is Purpose.LIST and not NEGATION.search(asked.phrasing.corrected)
    is_sure = verdict is Verdict.ANSWERED
    if is_sure and is_list and (line := _list(asked.kind, taken, citations)):
        return line
    for quote in taken:
        if quote.answer is None or _is_disputed(quote, quote.answer):
            continue
        line = _words(quote, quote.answer, quotes, citations, conflicts)
        is_likely = quote is taken[0] and sentence and holds(sentence, quote.answer)
        if is_likely or (is_sure and any(_tells(one, line.text, quote) for one in quotes)):
            return line
    if purpose in _TOLD_IN_A_SENTENCE and taken and sentence:
        return _sentence(taken[0], sentence, citations)
    return None


def _is_disputed(quote: Quote, answer: Span) -> bool:
    """Whether the cross-encoder chose other words of the quote as the answer."""
    if quote.relevance is None or quote.relevance.span is None:
        return False
    start, end = answer[0] - quote.start, answer[1] - quote.start
    first, last = quote.relevance.span
    return end <= first or last <= start


def _words(
    quote: Quote,
    span: Span,
    quotes: Sequence[Quote],
    citations: Sequence[Citation],
    conflicts: Sequence[Conflict],
) -> AnswerLine:
    text = _slice(quote, span)
    saying = [quote, *(one for one in quotes if one is not quote and _says(one, text))]
    numbers = tuple(dict.fromkeys(number for one in saying for number in one.citations))
    source_of = {citation.number: citation.source.id for citation in citations}
    return AnswerLine(
        LineKind.WORDS,
        text,
        *span,
        citations=numbers,
        agreeing=len({source_of[number] for number in numbers}),
        differing=_differing(text, set(numbers), conflicts, source_of),
    )


def _sentence(quote: Quote, span: Span, citations: Sequence[Citation]) -> AnswerLine | None:
    """Returns the best sentence of the best quote; None if it is long or only announces a list."""
    text = _slice(quote, span)
    if len(text) > LONGEST_SENTENCE or text.endswith((":", "：")):
        return None
    return _slice_line(LineKind.SENTENCE, quote, span, citations)


def _list(
    kind: AnswerType | None, quotes: Sequence[Quote], citations: Sequence[Citation]
) -> AnswerLine | None:
    for quote in quotes:
        # A list that continues in the next passage would be cut off here.
        goes_on = any(other.follows(quote) for other in quotes)
        if not goes_on and (found := _enumerated(kind, quote)):
            span = quote.start + found.span[0], quote.start + found.span[1]
            # A passage that supports the quote may list other items.
            return replace(
                _slice_line(LineKind.LIST, quote, span, citations),
                citations=quote.citations[:1],
                agreeing=1,
            )
    return None


def _slice_line(
    kind: LineKind, quote: Quote, span: Span, citations: Sequence[Citation]
) -> AnswerLine:
    """Returns a slice of a quote as a line, with the citations that repeat or support the quote."""
    source_of = {citation.number: citation.source.id for citation in citations}
    return AnswerLine(
        kind,
        _slice(quote, span),
        *span,
        citations=quote.citations,
        agreeing=len({source_of[number] for number in quote.citations}),
    )


def _enumerated(kind: AnswerType | None, quote: Quote) -> Enumeration | None:
    """Returns the longest enumeration in or below the highlighted sentences of a quote."""
    near = [
        one
        for one in enumerations(quote.text, kind)
        if one.span[1] - one.span[0] <= LONGEST_LIST and _is_at_highlight(quote, one.span)
    ]
    return max(near, key=lambda one: one.items, default=None)


def _is_at_highlight(quote: Quote, span: Span) -> bool:
    """Whether a span of a quote's text is in a highlighted sentence, or follows one that ends with
    a colon.
    """
    start, end = quote.start + span[0], quote.start + span[1]
    return any(
        (first < end and start < last)
        or (
            last <= start
            and _slice(quote, (first, last)).endswith((":", "："))
            and not _slice(quote, (last, start)).strip()
        )
        for first, last in quote.highlights
    )


def _says(quote: Quote, text: str) -> bool:
    """Whether the quote's answer is the same text."""
    return quote.answer is not None and _normalized(_slice(quote, quote.answer)) == _normalized(
        text
    )


def _tells(quote: Quote, text: str, own: Quote) -> bool:
    """Whether a highlighted sentence of another source contains the same text.

    The text is then more likely to be right, though that source may say it about something else.
    """
    told = _normalized(text)
    if quote.source.id == own.source.id:
        return False
    return len(told) >= TELLING and any(
        f" {told} " in f" {_normalized(_slice(quote, span))} " for span in quote.highlights
    )


def _normalized(text: str) -> str:
    """Normalizes a text for comparison: without punctuation, capitals and articles."""
    return " ".join(_NOT_TOLD.sub(" ", text.casefold()).split())


def _slice(quote: Quote, span: Span) -> str:
    return quote.text[span[0] - quote.start : span[1] - quote.start]


def _differing(
    text: str,
    numbers: set[int],
    conflicts: Sequence[Conflict],
    source_of: dict[int, str],
) -> int:
    """Counts the sources that give another value where these passages give this one."""
    other: set[str] = set()
    for conflict in conflicts:
        own = {
            _normalized(value.text)
            for value in conflict.values
            if value.citation in numbers and _bears(value.text, text)
        }
        if own:
            other |= {
                source_of[value.citation]
                for value in conflict.values
                if _normalized(value.text) not in own
            }
    return len(other)


def _bears(value: str, text: str) -> bool:
    """Whether a conflicting value contains the line's text or is part of it."""
    told, said = _normalized(value), _normalized(text)
    return bool(told) and (told in said or said in told)
