"""What a reader sees of an answer before anything is opened, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.answering.presentation import (
    REFUSAL,
    SAID,
    additional_quotes,
    agreement,
    caution,
    differing,
    excerpt,
    first_span,
    likelihood,
    missing_words,
    open_quotes,
    parts_counted,
    parts_shown,
    remarks,
    restrictions,
)
from bot.types import Answer, Citation, LineKind, Purpose, Quote, Reply, Verdict
from bot.web.rendering.quoting import ROWS_SHOWN


def seen(answer: Answer) -> Iterator[str]:
    """The lines that a reader sees of an answer before anything is opened."""
    yield f"    <{answer.purpose.value}>"
    if answer.reply:
        yield from _reply(answer.reply)
        return
    if answer.parts:
        yield from restrictions(answer, str)
        yield parts_counted(answer)
        for text, own in parts_shown(answer):
            yield f"PART {text}"
            yield from seen(own)
        return
    yield from remarks(answer, str)
    citations = {citation.number: citation for citation in answer.citations}
    if answer.answered:
        yield from _answered(answer, citations)
        return
    yield answer.notice or REFUSAL
    yield from missing_words(answer, str)
    yield from (f"- {_marked(quote)} ({_origin(quote)})" for quote in answer.quotes[:3])


def _answered(answer: Answer, citations: Mapping[int, Citation]) -> Iterator[str]:
    if line := answer.line:
        titles = "; ".join(citations[number].source.title for number in line.citations)
        yield f"LINE {line.kind.value}: {line.text!r} ({titles}) {agreement(line)}".rstrip()
    is_sure = answer.verdict is Verdict.ANSWERED
    yield likelihood(answer.confidence) if is_sure else caution(answer.confidence)
    yield from missing_words(answer, str)
    yield from filter(None, [answer.notice])
    for conflict in answer.conflicts:
        yield f"CONFLICT {differing(conflict, str)}"
        for value in conflict.values:
            yield f"    {value.text!r} ({citations[value.citation].source.title})"
    if answer.purpose is Purpose.OVERVIEW:
        yield from (f"- {_marked(quote)} ({_origin(quote)})" for quote in answer.quotes)
        return
    first = [quote for quote in answer.quotes if quote.side] or open_quotes(answer)
    rows = [quote for quote in additional_quotes(answer) if quote not in first]
    if line is not None and line.kind is LineKind.SENTENCE:
        first, rows = [], [*first, *rows]
    for quote in first:
        start, end = first_span(quote, answer)
        text = _flat(quote.text[start - quote.start : end - quote.start])
        yield f"{f'{quote.side}: ' if quote.side else ''}BEST {text} ({_origin(quote)})"
    for quote in rows[:ROWS_SHOWN]:
        yield f"- {_marked(quote)} ({_origin(quote)})"
    yield f"    ({max(0, len(rows) - ROWS_SHOWN)} more behind a button)"


def _reply(reply: Reply) -> Iterator[str]:
    yield f"REPLY {reply.talk.value}: {SAID[reply.talk]}"
    yield from (f"    {holding.title}" for holding in reply.holdings)
    yield from (f"    ask: {question}" for question in reply.questions)


def _marked(quote: Quote) -> str:
    spans = quote.highlights or (excerpt(quote),)
    return " … ".join(
        _flat(quote.text[start - quote.start : end - quote.start]) for start, end in spans
    )


def _origin(quote: Quote) -> str:
    return f"{quote.source.title}, {quote.place or quote.locator}; {quote.source.path}"


def _flat(text: str) -> str:
    return " ".join(text.split())
