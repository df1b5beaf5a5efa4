"""What the chat and the terminal show alike of an answer, before either makes it harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from .sentences import sentences
from .types import (
    Answer,
    AnswerLine,
    CheckedPassage,
    Conflict,
    ConflictKind,
    LineKind,
    Purpose,
    Quote,
    QuoteState,
    Span,
    Talk,
    Verdict,
    Version,
)

REFUSAL = "The sources don't answer this."
NO_SOURCES = "No sources yet."
CAUTION = "This may not answer your question."
PROBABLE = "This probably answers your question."

# From which confidence on an answer under a caution is called probable, and one without very
# likely. Of questions about corpora that the weights had not seen, .72 and .94 were answered by the
# first three passages there, and .33 and .87 below (tests/bench/README.md).
PROBABLE_FROM, VERY_LIKELY_FROM = 0.6, 0.95

# An excerpt that is shorter takes the next sentence along; one that is longer keeps one sentence.
SHORT_EXCERPT, LONGEST_EXCERPT = 80, 420

# What such questions ask for lies in several sentences.
SPREAD = {Purpose.LIST, Purpose.COMPARISON}

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

SAID = {
    Talk.GREETING: "Hello. Ask anything about these documents: the answers are quoted from them.",
    Talk.THANKS: "You are welcome.",
    Talk.GOODBYE: "Goodbye. This conversation stays under History.",
    Talk.IDENTITY: (
        "This is pincite. It finds the passages of the documents that answer a question, and "
        "quotes them word for word. No language model writes the answers, and nothing leaves "
        "this machine."
    ),
    Talk.HELP: (
        "Ask a question in your own words, or for a list, a comparison or an overview. Each "
        "number behind a quote opens its source at that place. The documents are under Sources."
    ),
    Talk.ADDING: (
        "Documents are added, updated and removed under Sources, unless this server only reads. "
        "The next answer takes them into account."
    ),
    Talk.HOLDINGS: "",
    Talk.OTHER: "Ask a question about the documents whenever you like.",
}
"""What is said first; what the index holds follows where it helps."""

NAMES_HOLDINGS = {Talk.GREETING, Talk.IDENTITY, Talk.HELP, Talk.HOLDINGS}
"""Where the documents are named after it."""


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


def likelihood(confidence: float) -> str:
    """A calibrated confidence in words, of an answer that is not doubted."""
    return "Very likely" if confidence >= VERY_LIKELY_FROM else "Likely"


def caution(confidence: float) -> str:
    """A calibrated confidence in words, of an answer that is unsure."""
    return PROBABLE if confidence >= PROBABLE_FROM else CAUTION


def agreement(line: AnswerLine) -> str:
    """How many sources agree with an answer line, or differ from it; "" for a single source."""
    said = []
    if line.agreeing > 1:
        said.append(f"{line.agreeing} sources agree")
    if line.differing:
        said.append(f"{line.differing} source{'s differ' if line.differing > 1 else ' differs'}")
    return ", ".join(said)


def opened(quote: Quote, answer: Answer) -> Span:
    """What of the best quote is shown before the rest: all where what is asked for is spread, or
    where words alone tell which sentence answers.
    """
    if answer.purpose in SPREAD or (quote.evidence and quote.evidence.by_words):
        return quote.start, quote.start + len(quote.text)
    return excerpt(quote)


def excerpt(quote: Quote) -> Span:
    """The sentences of a quote that are shown before the rest: those that are highlighted, and a
    neighbour where they are short. All of it where nothing is highlighted.
    """
    end = quote.start + len(quote.text)
    spans = [
        (max(first, quote.start), min(last, end))
        for first, last in quote.highlights
        if first < end and last > quote.start
    ]
    if not spans:
        return quote.start, end
    first = next((one for one in spans if quote.answer and _holds(one, quote.answer)), spans[0])
    start, stop = min(one[0] for one in spans), max(one[1] for one in spans)
    if stop - start > LONGEST_EXCERPT:
        start, stop = first
    language = quote.source.language
    for one, other in sentences(quote.text, 0, len(quote.text), language):
        if stop - start >= SHORT_EXCERPT:
            break
        if quote.start + one >= stop:
            stop = quote.start + other
    return start, stop


def together(answer: Answer) -> list[Quote]:
    """The quotes that are open: the best, and of a list those in which it goes on."""
    found = list(answer.quotes[:1])
    if answer.purpose is Purpose.LIST:
        for quote in answer.quotes[1:]:
            if not quote.follows(found[-1]):
                break
            found.append(quote)
    return found


def telling_more(answer: Answer) -> list[Quote]:
    """The quotes after the first that say more than the answer line, which names the others."""
    line = answer.line
    said = set(line.citations) if line and line.kind is LineKind.WORDS else set()
    return [quote for quote in answer.quotes[1:] if not said.intersection(quote.citations[:1])]


def parts_shown(answer: Answer) -> list[tuple[str, Answer]]:
    """The words and the answer of each part of a question, without what is said of all: on which
    earlier questions it leaned, and to which sources it was restricted.
    """
    return [
        (
            part.text,
            replace(
                part.answer,
                context=tuple(one for one in part.answer.context if one not in answer.context),
                filter=None if part.answer.filter == answer.filter else part.answer.filter,
            ),
        )
        for part in answer.parts
    ]


def parts_counted(answer: Answer, say: Callable[..., str] = str.format) -> str:
    """How many parts of a question are answered; `say` is as in `remarks`."""
    number = sum(part.answer.answered for part in answer.parts)
    return say("Parts answered: {number} of {total}", number=number, total=len(answer.parts))


def _holds(whole: Span, part: Span) -> bool:
    return whole[0] <= part[0] and part[1] <= whole[1]


def language_name(code: str, told_in: str = "en") -> str:
    """The name of a language in another one, by their codes; the code itself where it has none."""
    from babel import Locale

    base, _, region = code.replace("_", "-").partition("-")
    name = Locale.parse(told_in).languages.get(base.lower())
    return f"{name} ({region})" if name and region else name or code


def remarks(
    answer: Answer,
    harmless: Callable[[str], str],
    say: Callable[..., str] = str.format,
    told_in: str = "en",
) -> Iterator[str]:
    """Of which sources and in which other words was searched.

    `harmless` is applied to words that others wrote; `say` puts them into a message in English,
    in which they have names, and the code `told_in` is that of the language of what it gives.
    """
    yield from restrictions(answer, harmless, say, told_in)
    if answer.reworded:
        yield say("Searched for: {words}", words="; ".join(map(harmless, answer.reworded)))
    if answer.unquoted:
        yield say(
            "No passage has the exact words {phrases}; searched without the quotes.",
            phrases=_quoted(map(harmless, answer.unquoted), say),
        )


def lacking(
    answer: Answer, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> Iterator[str]:
    """What of a question that is not answered for sure is in no source; the functions as in
    `remarks`.
    """
    found = answer.grounds
    if found is None or answer.verdict is Verdict.ANSWERED:
        return
    # Another form of a word may be all that a passage lacks which answers; of a name there is none.
    is_refused = answer.verdict is Verdict.UNANSWERED
    named = [word for word in found.missing if is_refused or _is_name(word, answer.question)]
    if named:
        yield say("No source mentions {words}.", words=_quoted(map(harmless, named), say))
    if found.latest:
        yield say("The latest source is dated {date}.", date=harmless(found.latest))


def _is_name(word: str, question: str) -> bool:
    """Whether a word is a name or a figure; a capital at the start of a question tells nothing."""
    is_first = question.strip(" \"'“«¿¡").startswith(word)
    inner = word[1:] if is_first else word
    return any(map(str.isdigit, word)) or inner != inner.lower()


def differing(
    conflict: Conflict, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> str:
    """In what kind of thing sources differ, and about what; the functions as in `remarks`."""
    # A full stop after an ellipsis would look like a fourth dot.
    about = conflict.about[:-1] if conflict.about.endswith("….") else conflict.about
    return say(_DIFFERING[conflict.kind], about=harmless(about))


def restrictions(
    answer: Answer,
    harmless: Callable[[str], str],
    say: Callable[..., str] = str.format,
    told_in: str = "en",
) -> Iterator[str]:
    """To which sources a question was restricted, and how many were left out for want of a date;
    nothing where it was asked of all. The functions are as in `remarks`.
    """
    if answer.filter is None:
        return
    only, undated = answer.filter.only, answer.filter.undated
    parts = [*map(harmless, answer.filter.named), *map(harmless, only.publishers)]
    parts += [
        say("language {name}", name=harmless(language_name(code, told_in)))
        for code in only.languages
    ]
    parts += [say("type {name}", name=harmless(ending)) for ending in only.types]
    parts += [say("since {day}", day=harmless(only.since))] if only.since else []
    parts += [say("until {day}", day=harmless(only.until))] if only.until else []
    yield say("Only: {parts}", parts=listing(parts, say))
    if undated:
        yield say("Sources left out because they have no date: {number}", number=f"{undated:,}")


def listing(items: Iterable[str], say: Callable[..., str] = str.format) -> str:
    """Things one after another, as a language lists them; `say` is as in `remarks`."""
    return reduce(
        lambda first, following: say("{first}, {next}", first=first, next=following), items
    )


def _quoted(words: Iterable[str], say: Callable[..., str]) -> str:
    return listing((say('"{text}"', text=word) for word in words), say)


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
