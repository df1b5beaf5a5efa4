"""What the chat and the terminal show alike of an answer, before either makes it harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .types import (
    Answer,
    CheckedPassage,
    Conflict,
    ConflictKind,
    Quote,
    QuoteState,
    Span,
    Verdict,
    Version,
)

REFUSAL = "The sources don't answer this."
NO_SOURCES = "No sources yet."
CAUTION = "This may not answer your question."

_DIFFERING = {
    ConflictKind.DATE: "Dates differ between sources: {about}",
    ConflictKind.FIGURE: "Figures differ between sources: {about}",
    ConflictKind.NAME: "Names differ between sources: {about}",
}

STATES = {
    QuoteState.UNCHANGED: "Unchanged",
    QuoteState.CHANGED: "Source changed",
    QuoteState.REMOVED: "Source removed",
    QuoteState.DISPLACED: "Passage not at its place",
}
_FILE_CHANGED = "The file has changed since it was quoted."
_FILE_GONE = "The file is not in the corpus any more."
_FILE_UNREADABLE = "The file cannot be read now."
_INDEX_CHANGED = "The index has another version of the source."
_INDEX_GONE = "The index does not have the source any more."
_STILL_THERE = "The version in the index has the same words."
_NOT_THERE = "The version in the index does not have these words."
FINDINGS = (
    *(_FILE_CHANGED, _FILE_GONE, _FILE_UNREADABLE, _INDEX_CHANGED, _INDEX_GONE),
    *(_STILL_THERE, _NOT_THERE),
)


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
    """In which other words was searched.

    `harmless` is applied to words that others wrote; `say` puts them into a message in English,
    in which they have names.
    """
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


def findings(checked: CheckedPassage) -> Iterator[str]:
    """What differs from the time when a passage was quoted, each a sentence in English."""
    if checked.stored is Version.NONE:
        yield _FILE_GONE
    elif checked.stored is Version.OTHER:
        yield _FILE_CHANGED if checked.sha256 else _FILE_UNREADABLE
    if checked.indexed is Version.NONE:
        yield _INDEX_GONE
    elif checked.indexed is Version.OTHER:
        yield _INDEX_CHANGED
        if checked.passage.text is not None:
            yield _STILL_THERE if checked.again else _NOT_THERE
