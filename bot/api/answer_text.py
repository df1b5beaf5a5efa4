"""A complete answer as text, for readers such as a language model."""

from __future__ import annotations

from collections.abc import Iterator

from ..answering.presentation import (
    REFUSAL,
    SAID,
    agreement,
    caution,
    differing,
    missing_words,
    parts_counted,
    parts_shown,
    remarks,
    restrictions,
)
from ..text.terminal_escaping import one_line
from ..types import Answer, Citation, Quote, Verdict


def answer_text(answer: Answer) -> str:
    """Returns the verbatim quotes with citations, or the refusal with the closest passages."""
    return "\n\n".join(_paragraphs(answer))


def _paragraphs(answer: Answer) -> Iterator[str]:
    if answer.reply:
        yield SAID[answer.reply.talk] or "These are the sources:"
        yield "\n".join(f"- {one_line(one.title)}" for one in answer.reply.holdings)
        return
    if answer.parts:
        yield from _parts(answer)
        return
    if answer.verdict is Verdict.ANSWERED:
        yield f"The sources answer this (confidence {answer.confidence:.2f} of 1)."
    elif answer.verdict is Verdict.UNSURE:
        yield f"{caution(answer.confidence)} (Confidence {answer.confidence:.2f} of 1.)"
    else:
        yield answer.notice or REFUSAL
    if line := answer.line:
        marks = "".join(f"[{number}]" for number in line.citations)
        yield f"Answer: {one_line(line.text)} {marks} {agreement(line)}".rstrip()
    for turn in answer.context:
        yield f"Read together with an earlier question: {one_line(turn.text)}"
    yield from remarks(answer, one_line)
    yield from missing_words(answer, one_line)
    if answer.quotes and not answer.answered:
        yield "The closest passages, none of which answers:"
    citations = {citation.number: citation for citation in answer.citations}
    for quote in answer.quotes:
        yield _quote(quote, citations)
    for conflict in answer.conflicts:
        values = "; ".join(
            f"{one_line(value.text)} [{value.citation}]" for value in conflict.values
        )
        yield f"{differing(conflict, one_line)}: {values}"
    if answer.withheld:
        yield f"Passages withheld, because they differ from their source: {len(answer.withheld)}."


def _parts(answer: Answer) -> Iterator[str]:
    """Yields the parts of a question in their order, each with its own answer."""
    for turn in answer.context:
        yield f"Read together with an earlier question: {one_line(turn.text)}"
    yield from restrictions(answer, one_line)
    yield f"{parts_counted(answer)}."
    for number, (text, own) in enumerate(parts_shown(answer), start=1):
        yield f"{number}. {one_line(text)}"
        yield from _paragraphs(own)


def _quote(quote: Quote, citations: dict[int, Citation]) -> str:
    numbers = "".join(f"[{number}]" for number in quote.citations)
    places = "\n".join(_place(citations[number]) for number in quote.citations)
    return f"{numbers} “{quote.text}”\n{places}"


def _place(citation: Citation) -> str:
    source = citation.source
    described = (source.title, source.publisher, source.date, citation.locator, source.path)
    named = " · ".join(one_line(item) for item in described if item)
    return f"[{citation.number}] {named} (passage {citation.passage_id}, source {source.id})"
