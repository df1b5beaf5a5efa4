"""An answer as the HTML that the chat shows: pure functions, one line, safe for the sanitizer.

Without a line break the whole message is one HTML block, which Markdown passes over unread.
Links carry everything that the source pane needs, so that old answers, reloads and copied
addresses keep working: `#src/ID/START-END/HIGHLIGHTS/WORDS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote as percent_encoded

from ..showing import CAUTION, NO_SOURCES, REFUSAL, differing, remarks, stressed
from ..types import Answer, CarriedTurn, Citation, Conflict, Quote, Span, Verdict
from .escaping import highlighted, is_web_address, named, verbatim
from .languages import Language

# Characters of a passage that are shown before it is opened.
BEGINNING_CHARACTERS = 200

_FAIR = "Fair confidence"
_CONFIDENCE_WORDS = ((0.8, "High confidence"), (0.6, "Good confidence"), (0.0, _FAIR))


def question_html(question: str, language: Language, key: str = "", *, alone: bool = False) -> str:
    """A question as the conversation shows it; `alone` says that earlier turns were left out.

    By its `key` the page finds the question that it sent.
    """
    note = f'<span class="alone">{language.html("asked on its own")}</span>' if alone else ""
    place = f" asked-{key}" if key else ""
    return f'<div class="question{place}">{verbatim(question)}{note}</div>'


def pending_html(message: str) -> str:
    """What stands in place of an answer that is still being looked for."""
    return f'<div class="pending">{verbatim(message)}</div>'


def fault_html(message: str, language: Language) -> str:
    """An error message of the engine in place of an answer."""
    heading = language.html("That did not work.")
    said = verbatim(language.retold(message))
    return f'<div class="fault"><strong>{heading}</strong> {said}</div>'


def forgotten_html(kept: int, language: Language) -> str:
    """What a conversation begins with once its oldest exchanges are gone."""
    message = language.say(
        "This conversation keeps the latest {count} exchanges; earlier ones are gone.", count=kept
    )
    return f'<div class="forgotten">{verbatim(message)}</div>'


def answer_html(answer: Answer, language: Language, number: int | None = None) -> str:
    """The whole answer: its quotes when the sources answer, a refusal when they do not.

    `number` is that of its exchange, by which the page says which answer was judged.
    """
    drawing = _Drawing(answer, language)
    parts = [drawing.context(), drawing.remarks()]
    if answer.answered:
        parts += [
            drawing.summary(),
            drawing.caution(),
            drawing.notice(answer.notice),
            "".join(map(drawing.conflict, answer.conflicts)),
            drawing.quotes(),
        ]
    else:
        parts += [drawing.refusal(), drawing.closest()]
    parts.append(drawing.withheld())
    kind = {Verdict.UNANSWERED: "refused", Verdict.UNSURE: "answered unsure"}.get(
        answer.verdict, "answered"
    )
    place = "" if number is None else f" exchange-{number}"
    return f'<div class="answer {kind}{place}">{"".join(parts)}</div>'


def plain_reply(answer: Answer) -> str:
    """The answer as the plain text that later questions may lean on."""
    if answer.answered and answer.quotes:
        return answer.quotes[0].text
    return answer.notice or REFUSAL


def source_href(
    source_id: str,
    start: int,
    end: int,
    highlights: Iterable[Span] = (),
    words: Span | None = None,
) -> str:
    """The address of a passage within the page, with the spans to mark and the words in them
    that answer.
    """
    parts = [f"#src/{percent_encoded(source_id, safe='')}", _range(start, end)]
    parts.append(",".join(_range(*span) for span in highlights))
    parts.append(_range(*words) if words else "")
    return "/".join(parts).rstrip("/")


def confidence_words(confidence: float) -> str:
    """A calibrated confidence in words; the number itself belongs into a tooltip."""
    return next(words for least, words in _CONFIDENCE_WORDS if confidence >= least)


def _range(start: int, end: int) -> str:
    return f"{start}-{end}"


class _Drawing:
    """The parts of one answer in one language."""

    def __init__(self, answer: Answer, language: Language) -> None:
        self._answer = answer
        self._language = language
        self._citations = {citation.number: citation for citation in answer.citations}
        # A citation marks what is marked in the quote that owns its number.
        self._marked = {
            quote.citations[0]: (quote.highlights, stressed(quote, answer))
            for quote in answer.quotes
            if quote.citations
        }

    def context(self) -> str:
        """What earlier turns have lent to the question, with a button to ask without it."""
        if not self._answer.context:
            return ""
        items = "".join(f"<li>{self._carried(turn)}</li>" for turn in self._answer.context)
        # Its sign is drawn by the style: only the name is left to screen readers and on paper.
        name = self._language.html("Ask again without it")
        button = f'<button class="ask-alone"><span class="unseen">{name}</span></button>'
        return f'<div class="context"><ul>{items}</ul>{button}</div>'

    def remarks(self) -> str:
        """In which other words was searched."""
        lines = remarks(self._answer, _isolated, self._language.html)
        return "".join(f'<p class="remark">{line}</p>' for line in lines)

    def summary(self) -> str:
        """How sure the answer is, and how much there is of it."""
        answer, say = self._answer, self._language.say
        sources = len({citation.source.id for citation in answer.citations})
        tooltip = say(
            "Confidence {confidence} of 1. Found in {milliseconds} ms"
            " in generation {generation} of the index.",
            confidence=answer.confidence,
            milliseconds=round(answer.timings.total),
            generation=str(answer.generation),
        )
        counts = say(
            "{passages} from {sources}",
            passages=say("{count} passages", count=len(answer.quotes)),
            sources=say("{count} sources", count=sources),
        )
        # No more than fair beside a caution, wherever the thresholds were set.
        is_unsure = answer.verdict is Verdict.UNSURE
        words = _FAIR if is_unsure else confidence_words(answer.confidence)
        return (
            f'<p class="summary" title="{verbatim(tooltip)}">'
            f'<span class="confidence">{self._language.html(words)}</span> {verbatim(counts)}</p>'
        )

    def caution(self) -> str:
        """That the passages may not answer, in one line."""
        if self._answer.verdict is not Verdict.UNSURE:
            return ""
        return f'<p class="caution">{self._language.html(CAUTION)}</p>'

    def notice(self, notice: str | None) -> str:
        """What the engine says beside an answer."""
        return f'<p class="notice">{verbatim(self._language.retold(notice))}</p>' if notice else ""

    def conflict(self, conflict: Conflict) -> str:
        """A table of what each source says where they differ."""
        citations_of: dict[str, list[int]] = {}
        for value in conflict.values:
            citations_of.setdefault(value.text, []).append(value.citation)
        rows = "".join(
            f'<tr><th scope="row"><bdi>{verbatim(text)}</bdi></th>'
            f"<td>{''.join(map(self._named_chip, numbers))}</td></tr>"
            for text, numbers in citations_of.items()
        )
        caption = differing(conflict, _isolated, self._language.html)
        return (
            f'<div class="conflict"><table><caption>{caption}</caption>'
            f"<tbody>{rows}</tbody></table></div>"
        )

    def quotes(self) -> str:
        """Every quote with its citation and its source."""
        return "".join(map(self._quote, self._answer.quotes))

    def refusal(self) -> str:
        """That the sources do not answer, and why that may be."""
        notice = self._answer.notice or REFUSAL
        heading = NO_SOURCES if notice.startswith(NO_SOURCES) else REFUSAL
        reason = notice.removeprefix(heading).strip()
        tooltip = self._language.say(
            "Confidence {confidence} of 1, too low to call it an answer.",
            confidence=self._answer.confidence,
        )
        return (
            f'<div class="refusal" title="{verbatim(tooltip)}">'
            f"<strong>{self._language.html(heading)}</strong>{self.notice(reason)}</div>"
        )

    def closest(self) -> str:
        """The passages near a question that is not answered: a line of each, which opens it."""
        if not self._answer.quotes:
            return ""
        caution = self._language.html("These are near your question but do not answer it.")
        folded = "".join(
            f'<details class="closest"><summary><bdi>{verbatim(_beginning(quote.text))}</bdi>'
            f"</summary>{self._quote(quote)}</details>"
            for quote in self._answer.quotes
        )
        return f'<p class="caution">{caution}</p>{folded}'

    def withheld(self) -> str:
        """How many passages failed their check."""
        count = len(self._answer.withheld)
        if not count:
            return ""
        message = self._language.say(
            "{count} passages withheld: the text no longer matches its source."
            " Rebuild the index under Sources.",
            count=count,
        )
        return f'<p class="withheld">{verbatim(message)}</p>'

    def _carried(self, carried: CarriedTurn) -> str:
        text = f'<q class="carried">{verbatim(carried.text)}</q>'
        return self._language.html("Read with your earlier question: {text}", text=text)

    def _quote(self, quote: Quote) -> str:
        own, others = quote.citations[:1], quote.citations[1:]
        words = stressed(quote, self._answer)
        text = highlighted(quote.text, quote.start, quote.highlights, words)
        chips = "".join(map(self._chip, own))
        also = ""
        if others:
            chips_named = "".join(map(self._named_chip, others))
            label = self._language.html("Also in")
            also = f'<p class="also"><span>{label}</span> {chips_named}</p>'
        spoken = _spoken(quote.source.language)
        return (
            f'<figure class="quote"><blockquote dir="auto"{spoken}>{text}</blockquote>'
            f'<figcaption>{chips}<div class="from">{self._source_line(quote)}{also}</div>'
            "</figcaption></figure>"
        )

    def _chip(self, number: int) -> str:
        """`[n]` as a link into the source, or as plain text where the number is unknown."""
        citation = self._citations.get(number)
        if citation is None:
            return f'<span class="cite">&#91;{number}&#93;</span>'
        title = self._language.say(
            "Open source {number}: {title}, {locator}",
            number=str(number),
            title=named(citation.source.title),
            locator=named(self._language.retold(citation.locator)),
        )
        return (
            f'<a class="cite" href="{verbatim(self._href(citation))}"'
            f' title="{verbatim(title)}">&#91;{number}&#93;</a>'
        )

    def _named_chip(self, number: int) -> str:
        """A chip with the title of its source after it."""
        citation = self._citations.get(number)
        title = (
            f' <bdi class="title">{verbatim(named(citation.source.title))}</bdi>'
            if citation
            else ""
        )
        return f'<span class="named">{self._chip(number)}{title}</span>'

    def _href(self, citation: Citation) -> str:
        marked = self._marked.get(citation.number, ())
        return source_href(citation.source.id, citation.start, citation.end, *marked)

    def _source_line(self, quote: Quote) -> str:
        source = quote.source
        section = " › ".join(quote.section)
        locator = self._language.retold(quote.locator)
        details = (source.publisher, source.date, locator, section)
        shown = " &#183; ".join(f"<bdi>{verbatim(named(item))}</bdi>" for item in details if item)
        title = verbatim(named(source.title))
        return (
            f'<cite dir="auto"{_spoken(source.language)}>{title}</cite>'
            f'<span class="details">{shown}</span>{self._original(source.url)}'
        )

    def _original(self, url: str | None) -> str:
        if not is_web_address(url):
            return ""
        return (
            f'<a class="original" href="{verbatim(url)}" title="{verbatim(named(url))}"'
            f' target="_blank" rel="noopener noreferrer">{self._language.html("Original")}</a>'
        )


def _beginning(text: str) -> str:
    """The first words of a passage, in one line; the style cuts it where the page ends."""
    return " ".join(text[:BEGINNING_CHARACTERS].split())


def _isolated(text: str) -> str:
    """Text whose direction of writing cannot turn that of the sentence around it."""
    return f"<bdi>{verbatim(text)}</bdi>"


def _spoken(language: str | None) -> str:
    """The attribute that tells a screen reader how to pronounce a source."""
    return f' lang="{verbatim(language)}"' if language else ""
