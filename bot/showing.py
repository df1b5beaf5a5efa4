"""What the chat and the terminal show alike of an answer, before either makes it harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .types import Answer, Conflict, ConflictKind, Quote, Span, Verdict

REFUSAL = "The sources don't answer this."
NO_SOURCES = "No sources yet."
CAUTION = "This may not answer your question."

_DIFFERING = {
    ConflictKind.DATE: "Dates differ between sources: {about}",
    ConflictKind.FIGURE: "Figures differ between sources: {about}",
    ConflictKind.NAME: "Names differ between sources: {about}",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a quote, highlighted or not.

    `words` are those that answer, `before` and `after` what stands around them in the stretch;
    without such words all of it is `before`.
    """

    before: str
    words: str = ""
    after: str = ""
    is_lit: bool = False


def stretches(
    text: str, start: int, highlights: Iterable[Span], words: Span | None = None
) -> Iterator[Stretch]:
    """A text that begins at offset `start` of its source, cut at spans of the source.

    The stretches are exactly the text, however the spans lie. Words that answer are lit by
    themselves where no highlight has them.
    """
    position = 0
    spans = [*highlights, words] if words else [*highlights]
    # Of spans that begin together the longest first, so that the words stay in their sentence.
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        begin, end = max(begin - start, position), min(end - start, len(text))
        if begin >= end:
            continue
        if begin > position:
            yield Stretch(text[position:begin])
        first, last = words or (0, 0)
        first = min(max(first - start, begin), end)
        last = min(max(last - start, first), end)
        if first < last:
            yield Stretch(text[begin:first], text[first:last], text[last:end], is_lit=True)
        else:
            yield Stretch(text[begin:end], is_lit=True)
        position = end
    if position < len(text):
        yield Stretch(text[position:])


def stressed(quote: Quote, answer: Answer) -> Span | None:
    """The few words of a quote that answer; none under a caution or in a refusal, which must not
    look like an answer.
    """
    return quote.answer if answer.verdict is Verdict.ANSWERED else None


def remarks(
    answer: Answer, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> Iterator[str]:
    """Of which sources and in which other words was searched.

    `harmless` is applied to words that others wrote; `say` puts them into a message in English,
    in which they have names.
    """
    yield from restrictions(answer, harmless, say)
    if answer.reworded:
        yield say("Searched for: {words}", words="; ".join(map(harmless, answer.reworded)))
    if answer.unquoted:
        yield say(
            "No passage has the exact words {phrases}; searched without the quotes.",
            phrases=", ".join(f'"{harmless(phrase)}"' for phrase in answer.unquoted),
        )


def differing(
    conflict: Conflict, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> str:
    """In what kind of thing sources differ, and about what; the functions as in `remarks`."""
    # A full stop after an ellipsis would look like a fourth dot.
    about = conflict.about[:-1] if conflict.about.endswith("….") else conflict.about
    return say(_DIFFERING[conflict.kind], about=harmless(about))


def restrictions(
    answer: Answer, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> Iterator[str]:
    """To which sources a question was restricted, and how many were left out for want of a date;
    nothing where it was asked of all. The functions are as in `remarks`.
    """
    if answer.filter is None:
        return
    only, undated = answer.filter.only, answer.filter.undated
    parts = [*map(harmless, answer.filter.named), *map(harmless, only.publishers)]
    parts += [say("language {name}", name=harmless(code)) for code in only.languages]
    parts += [say("type {name}", name=harmless(ending)) for ending in only.types]
    parts += [say("since {day}", day=harmless(only.since))] if only.since else []
    parts += [say("until {day}", day=harmless(only.until))] if only.until else []
    yield say("Only: {parts}", parts=", ".join(parts))
    if undated:
        yield say("Sources left out because they have no date: {number}", number=f"{undated:,}")
