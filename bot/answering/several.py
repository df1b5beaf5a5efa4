"""Answers a question that asks for several things part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias, TypeVar

from ..types import (
    Answer,
    AnsweredPart,
    CarriedTurn,
    Citation,
    Conflict,
    Quote,
    Timings,
    Turn,
    Verdict,
)
from .confidence import LIKELY
from .question.part_wording import Worded, worded
from .question.parts import parts_of
from .talk import talk_of

T = TypeVar("T")

# Answers a question after earlier turns.
AskOne: TypeAlias = Callable[[str, Sequence[Turn]], Answer]


def answer_by_parts(question: str, history: Sequence[Turn], ask: AskOne) -> Answer:
    """Returns the answer to a question, with an answer for each part if it has several.

    If no part is likely to be answered, the question is asked as a whole.
    """
    parts = () if talk_of(question) else worded(question, parts_of(question))
    if any(talk_of(part.question) for part in parts):
        return ask(question, history)
    while len(parts) > 1:
        found = _each(parts, history, ask)
        if not any(one.answered and one.confidence >= LIKELY for one in found):
            break
        joined = _with_asides(parts, found)
        if len(joined) == len(parts):
            return _joined(question, [part.text for part in parts], found)
        parts = joined
    return ask(question, history)


def _each(parts: Sequence[Worded], history: Sequence[Turn], ask: AskOne) -> list[Answer]:
    """Answers each part as a follow-up to the parts before it that it may depend on."""
    found: list[Answer] = []
    for part in parts:
        # If the first part depends on the history, all parts do.
        earlier = history if not found or found[0].context else ()
        within = [Turn("user", text) for text in part.about]
        answer = ask(part.question, [*earlier, *within])
        found.append(_with_part_context(part, answer, len(earlier), len(history)))
    return found


def _with_asides(parts: Sequence[Worded], answers: Sequence[Answer]) -> tuple[Worded, ...]:
    """Merges dependent parts that are unlikely to be answered alone into the part before.

    An example is "which gas is in it and how much of it".
    """
    kept = [parts[0]]
    for part, answer in zip(parts[1:], answers[1:], strict=True):
        if part.is_dependent and answer.confidence < LIKELY:
            before = kept.pop()
            text = f"{before.text}, {part.text}"
            part = replace(before, text=text, question=f"{before.question} {part.text}")
        kept.append(part)
    return tuple(kept)


def _with_part_context(part: Worded, answer: Answer, earlier: int, turns: int) -> Answer:
    """Adds to an answer the replacements of its pronouns, and corrects its context.

    Context after the `earlier` turns comes from the question itself, which follows all `turns`.
    """
    context = [
        carried if carried.turn < earlier else CarriedTurn(turns, carried.text)
        for carried in answer.context
    ]
    meant = (f"{word} → {thing}" for word, thing in part.stands_for)
    return replace(answer, context=tuple(context), reworded=(*meant, *answer.reworded))


def _joined(question: str, texts: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """Merges several answers into one, with one citation number per passage."""
    numbers: dict[str, int] = {}
    for citation in chain.from_iterable(one.citations for one in answers):
        numbers.setdefault(citation.passage_id, len(numbers) + 1)
    own = [_numbered(one, numbers) for one in answers]
    told = [one for one in own if one.answered]
    left_out = [text for text, one in zip(texts, own, strict=True) if not one.answered]
    citations = {one.number: one for one in chain.from_iterable(each.citations for each in own)}
    turns = (turn for one in own[:1] for turn in one.context)
    return Answer(
        question=question,
        verdict=_verdict(own),
        confidence=min(one.confidence for one in own),
        generation=own[0].generation,
        context=tuple(turns),
        quotes=_quotes(told),
        citations=tuple(citations[number] for number in sorted(citations)),
        conflicts=_once(one.conflicts for one in told),
        timings=Timings(
            encode=sum(one.timings.encode for one in own),
            search=sum(one.timings.search for one in own),
            total=sum(one.timings.total for one in own),
        ),
        notice=_notice(left_out),
        withheld=_once(one.withheld for one in own),
        reworded=_once(one.reworded for one in own),
        unquoted=_once(one.unquoted for one in own),
        parts=tuple(AnsweredPart(*pair) for pair in zip(texts, own, strict=True)),
    )


def _verdict(answers: Sequence[Answer]) -> Verdict:
    verdicts = {one.verdict for one in answers}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.UNSURE


def _notice(texts: Sequence[str]) -> str | None:
    if not texts:
        return None
    return f"Not answered: {'; '.join(texts)}"


def _numbered(answer: Answer, numbers: dict[str, int]) -> Answer:
    """Returns the same answer with new citation numbers."""
    new = {citation.number: numbers[citation.passage_id] for citation in answer.citations}
    line = answer.line
    return replace(
        answer,
        quotes=tuple(
            replace(quote, citations=tuple(new[number] for number in quote.citations))
            for quote in answer.quotes
        ),
        citations=tuple(_renumbered(citation, new) for citation in answer.citations),
        conflicts=tuple(_with_citations(conflict, new) for conflict in answer.conflicts),
        line=line and replace(line, citations=tuple(new[number] for number in line.citations)),
    )


def _renumbered(citation: Citation, new: dict[int, int]) -> Citation:
    return replace(citation, number=new[citation.number])


def _with_citations(conflict: Conflict, new: dict[int, int]) -> Conflict:
    values = (replace(value, citation=new[value.citation]) for value in conflict.values)
    return replace(conflict, values=tuple(values))


def _quotes(answers: Sequence[Answer]) -> tuple[Quote, ...]:
    """Returns the quotes of all answers, each passage once, with the highlights of them all."""
    found: dict[int, Quote] = {}
    for quote in chain.from_iterable(one.quotes for one in answers):
        number = quote.citations[0]
        known = found.get(number)
        if known is None:
            found[number] = replace(quote, rank=len(found) + 1)
            continue
        found[number] = replace(
            known,
            citations=tuple(dict.fromkeys((*known.citations, *quote.citations))),
            highlights=tuple(sorted({*known.highlights, *quote.highlights})),
            answer=known.answer or quote.answer,
        )
    return tuple(found.values())


def _once(found: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(found)))
