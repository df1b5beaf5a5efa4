"""Parts of an answer shared by the web and terminal views, not yet escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from ..text.sentences import sentences
from ..types import (
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

# The confidence from which an answer under a caution is called probable, and one without a caution
# very likely. On questions about corpora outside the training set, .72 and .94 of the answers at or
# above these values had the answer in the first three passages, and .33 and .87 below
# (tests/bench/README.md).
PROBABLE_FROM, VERY_LIKELY_FROM = 0.6, 0.95

# A shorter excerpt includes the next sentence; a longer one is reduced to one sentence.
SHORT_EXCERPT, LONGEST_EXCERPT = 80, 420

# Answers to such questions are spread over several sentences.
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
"""The first sentence of a reply; the holdings of the index follow where that helps."""

NAMES_HOLDINGS = {Talk.GREETING, Talk.IDENTITY, Talk.HELP, Talk.HOLDINGS}
"""Replies that name the documents."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a quote, highlighted or not.

    `words` are the words that answer; `before` and `after` surround them. Without such words,
    `before` has the whole text.
    """

    before: str
    words: str = ""
    after: str = ""
    is_lit: bool = False


def stretches(
    text: str, start: int, highlights: Iterable[Span], words: Span | None = None
) -> Iterator[Stretch]:
    """Cuts a text that begins at offset `start` of its source at spans of the source.

    Joined, the stretches always equal the text. Words that answer are highlighted separately if no
    highlight covers them.
    """
    position = 0
    spans = [*highlights, words] if words else [*highlights]
    # Of spans with the same start, take the longest first, so that the words stay in their
    # sentence.
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


def answer_words(quote: Quote, answer: Answer) -> Span | None:
    """Returns the span of the few words of a quote that answer.

    None under a caution or in a refusal, which must not look like an answer.
    """
    return quote.answer if answer.verdict is Verdict.ANSWERED else None


def likelihood(confidence: float) -> str:
    """Returns the wording for the confidence of an answer that is not in doubt."""
    return "Very likely" if confidence >= VERY_LIKELY_FROM else "Likely"


def caution(confidence: float) -> str:
    """Returns the wording for the confidence of an unsure answer."""
    return PROBABLE if confidence >= PROBABLE_FROM else CAUTION


def agreement(line: AnswerLine) -> str:
    """Says how many sources agree with or differ from an answer line; "" for a single source."""
    said = []
    if line.agreeing > 1:
        said.append(f"{line.agreeing} sources agree")
    if line.differing:
        said.append(f"{line.differing} source{'s differ' if line.differing > 1 else ' differs'}")
    return ", ".join(said)


def first_span(quote: Quote, answer: Answer) -> Span:
    """Returns the part of the best quote to show first.

    This is the whole quote if the answer is spread over it, or if only word overlap suggests which
    sentence answers.
    """
    if answer.purpose in SPREAD or (quote.evidence and quote.evidence.by_words):
        return quote.start, quote.start + len(quote.text)
    return excerpt(quote)


def excerpt(quote: Quote) -> Span:
    """Returns the sentences of a quote to show first: the highlighted ones, plus a neighbour if
    they are short. Returns all of it if nothing is highlighted.
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


def open_quotes(answer: Answer) -> list[Quote]:
    """Returns the quotes to show open: the best, and for a list those that continue it."""
    found = list(answer.quotes[:1])
    if answer.purpose is Purpose.LIST:
        for quote in answer.quotes[1:]:
            if not quote.follows(found[-1]):
                break
            found.append(quote)
    return found


def additional_quotes(answer: Answer) -> list[Quote]:
    """Returns later quotes that add to the answer line, which already names the others."""
    line = answer.line
    said = set(line.citations) if line and line.kind is LineKind.WORDS else set()
    return [quote for quote in answer.quotes[1:] if not said.intersection(quote.citations[:1])]


def parts_shown(answer: Answer) -> list[tuple[str, Answer]]:
    """Returns the words and the answer of each part of a question.

    Leaves out what applies to all parts: earlier questions used as context, and the source filter.
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
    """Says how many parts of a question are answered; `say` is as in `remarks`."""
    number = sum(part.answer.answered for part in answer.parts)
    return say("Parts answered: {number} of {total}", number=number, total=len(answer.parts))


def _holds(whole: Span, part: Span) -> bool:
    return whole[0] <= part[0] and part[1] <= whole[1]


def language_name(code: str, told_in: str = "en") -> str:
    """Returns the name of a language in another language, by their codes, or the code itself."""
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
    """Says which sources were searched and how the question was reworded for search.

    `harmless` escapes untrusted words. `say` fills an English message template with named values
    and may translate it; `told_in` is the code of the language of its result.
    """
    yield from restrictions(answer, harmless, say, told_in)
    if answer.reworded:
        yield say("Searched for: {words}", words="; ".join(map(harmless, answer.reworded)))
    if answer.unquoted:
        yield say(
            "No passage has the exact words {phrases}; searched without the quotes.",
            phrases=_quoted(map(harmless, answer.unquoted), say),
        )


def missing_words(
    answer: Answer, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> Iterator[str]:
    """Says which words of an uncertain or unanswered question occur in no source; the functions are
    as in `remarks`.
    """
    found = answer.grounds
    if found is None or answer.verdict is Verdict.ANSWERED:
        return
    # A passage that answers may only have another form of a word; a name has no other form.
    is_refused = answer.verdict is Verdict.UNANSWERED
    named = [word for word in found.missing if is_refused or _is_name(word, answer.question)]
    if named:
        yield say("No source mentions {words}.", words=_quoted(map(harmless, named), say))
    if found.latest:
        yield say("The latest source is dated {date}.", date=harmless(found.latest))


def _is_name(word: str, question: str) -> bool:
    """Whether a word is a name or a number; ignores a capital at the start of a question."""
    is_first = question.strip(" \"'“«¿¡").startswith(word)
    inner = word[1:] if is_first else word
    return any(map(str.isdigit, word)) or inner != inner.lower()


def differing(
    conflict: Conflict, harmless: Callable[[str], str], say: Callable[..., str] = str.format
) -> str:
    """Says how sources differ and about what; the functions are as in `remarks`."""
    # A full stop after an ellipsis would look like a fourth dot.
    about = conflict.about[:-1] if conflict.about.endswith("….") else conflict.about
    return say(_DIFFERING[conflict.kind], about=harmless(about))


def restrictions(
    answer: Answer,
    harmless: Callable[[str], str],
    say: Callable[..., str] = str.format,
    told_in: str = "en",
) -> Iterator[str]:
    """Says which sources a question was restricted to, and how many undated ones were left out.

    Yields nothing if all sources were searched. The functions are as in `remarks`.
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
    """Joins items into a list in the language of the reader; `say` is as in `remarks`."""
    return reduce(
        lambda first, following: say("{first}, {next}", first=first, next=following), items
    )


def _quoted(words: Iterable[str], say: Callable[..., str]) -> str:
    return listing((say('"{text}"', text=word) for word in words), say)


def findings(checked: CheckedPassage) -> Iterator[str]:
    """Yields the changes since a passage was quoted, each as an English sentence."""
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
