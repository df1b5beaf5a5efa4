"""An answer as the HTML that the chat shows: pure functions, one line, safe for the sanitizer.

Without a line break the whole message is one HTML block, which Markdown passes over unread.
Links carry everything that the source pane needs, so that old answers, reloads and copied
addresses keep working: `#src/ID/START-END/HIGHLIGHTS/WORDS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote as percent_encoded

from ..showing import REFUSAL, differing, remarks, stressed
from ..types import Answer, CarriedTurn, Citation, Conflict, Quote, Span
from .escaping import highlighted, is_web_address, named, verbatim

_CONFIDENCE_WORDS = ((0.8, "High confidence"), (0.6, "Good confidence"), (0.0, "Fair confidence"))


def question_html(question: str, *, alone: bool = False) -> str:
    """A question as the conversation shows it; `alone` says that earlier turns were left out."""
    note = '<span class="alone">asked on its own</span>' if alone else ""
    return f'<div class="question">{verbatim(question)}{note}</div>'


def pending_html(message: str) -> str:
    """What stands in place of an answer that is still being looked for."""
    return f'<div class="pending">{verbatim(message)}</div>'


def fault_html(message: str) -> str:
    """An error message in place of an answer."""
    return f'<div class="fault"><strong>That did not work.</strong> {verbatim(message)}</div>'


def forgotten_html(kept: int) -> str:
    """What a conversation begins with once its oldest exchanges are gone."""
    message = f"This conversation keeps the latest {kept} exchanges; earlier ones are gone."
    return f'<div class="forgotten">{verbatim(message)}</div>'


def answer_html(answer: Answer, number: int | None = None) -> str:
    """The whole answer: its quotes when the sources answer, a refusal when they do not.

    `number` is that of its exchange, by which the page says which answer was judged.
    """
    links = _Links(answer)
    parts = [_context(answer.context), _remarks(answer)]
    if answer.answered:
        parts += [
            _summary(answer),
            _notice(answer.notice),
            "".join(_conflict(conflict, links) for conflict in answer.conflicts),
            "".join(_quote(quote, stressed(quote, answer), links) for quote in answer.quotes),
        ]
    else:
        parts += [_refusal(answer), _closest(answer, links)]
    parts.append(_withheld(len(answer.withheld)))
    kind = "answered" if answer.answered else "refused"
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


class _Links:
    """Citation chips by number, with what is marked in the quote that owns the number."""

    def __init__(self, answer: Answer) -> None:
        self._citations = {citation.number: citation for citation in answer.citations}
        self._marked = {
            quote.citations[0]: (quote.highlights, stressed(quote, answer))
            for quote in answer.quotes
            if quote.citations
        }

    def chip(self, number: int) -> str:
        """`[n]` as a link into the source, or as plain text where the number is unknown."""
        citation = self._citations.get(number)
        if citation is None:
            return f'<span class="cite">&#91;{number}&#93;</span>'
        return (
            f'<a class="cite" href="{verbatim(self._href(citation))}"'
            f' title="{verbatim(named(_chip_title(citation)))}">&#91;{number}&#93;</a>'
        )

    def named(self, number: int) -> str:
        """A chip with the title of its source after it."""
        citation = self._citations.get(number)
        title = (
            f' <bdi class="title">{verbatim(named(citation.source.title))}</bdi>'
            if citation
            else ""
        )
        return f'<span class="named">{self.chip(number)}{title}</span>'

    def _href(self, citation: Citation) -> str:
        marked = self._marked.get(citation.number, ())
        return source_href(citation.source.id, citation.start, citation.end, *marked)


def _chip_title(citation: Citation) -> str:
    return f"Open source {citation.number}: {citation.source.title}, {citation.locator}"


def _summary(answer: Answer) -> str:
    passages = len(answer.quotes)
    sources = len({citation.source.id for citation in answer.citations})
    tooltip = (
        f"Confidence {answer.confidence:.2f} of 1. Found in {answer.timings.total:.0f} ms"
        f" in generation {answer.generation} of the index."
    )
    words = confidence_words(answer.confidence)
    counts = f"{_count(passages, 'passage')} from {_count(sources, 'source')}"
    return (
        f'<p class="summary" title="{verbatim(tooltip)}">'
        f'<span class="confidence">{words}</span> {verbatim(counts)}</p>'
    )


def _context(turns: Sequence[CarriedTurn]) -> str:
    if not turns:
        return ""
    # Turns alternate, the person's first: an even number is a question, an odd one its answer.
    items = "".join(
        f"<li>Read with {'its answer' if carried.turn % 2 else 'your earlier question'}: "
        f'<q class="carried">{verbatim(carried.text)}</q></li>'
        for carried in turns
    )
    # Its sign is drawn by the style: only the name is left to screen readers and on paper.
    button = '<button class="ask-alone"><span class="unseen">Ask again without it</span></button>'
    return f'<div class="context"><ul>{items}</ul>{button}</div>'


def _remarks(answer: Answer) -> str:
    lines = remarks(answer, _isolated)
    return "".join(f'<p class="remark">{line}</p>' for line in lines)


def _isolated(text: str) -> str:
    """Text whose direction of writing cannot turn that of the sentence around it."""
    return f"<bdi>{verbatim(text)}</bdi>"


def _notice(notice: str | None) -> str:
    return f'<p class="notice">{verbatim(notice)}</p>' if notice else ""


def _quote(quote: Quote, words: Span | None, links: _Links) -> str:
    own, others = quote.citations[:1], quote.citations[1:]
    text = highlighted(quote.text, quote.start, quote.highlights, words)
    chips = "".join(links.chip(number) for number in own)
    also = ""
    if others:
        named = "".join(links.named(number) for number in others)
        also = f'<p class="also"><span>Also in</span> {named}</p>'
    return (
        f'<figure class="quote"><blockquote dir="auto">{text}</blockquote>'
        f'<figcaption>{chips}<div class="from">{_source_line(quote)}{also}</div>'
        "</figcaption></figure>"
    )


def _source_line(quote: Quote) -> str:
    section = " › ".join(quote.section)
    details = (quote.source.publisher, quote.source.date, quote.locator, section)
    shown = " &#183; ".join(f"<bdi>{verbatim(named(item))}</bdi>" for item in details if item)
    title = verbatim(named(quote.source.title))
    return f'<cite dir="auto">{title}</cite><span class="details">{shown}</span>{_original(quote)}'


def _original(quote: Quote) -> str:
    url = quote.source.url
    if not is_web_address(url):
        return ""
    return (
        f'<a class="original" href="{verbatim(url)}" title="{verbatim(named(url))}"'
        ' target="_blank" rel="noopener noreferrer">Original</a>'
    )


def _conflict(conflict: Conflict, links: _Links) -> str:
    citations_of: dict[str, list[int]] = {}
    for value in conflict.values:
        citations_of.setdefault(value.text, []).append(value.citation)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{verbatim(text)}</bdi></th>'
        f"<td>{''.join(links.named(number) for number in numbers)}</td></tr>"
        for text, numbers in citations_of.items()
    )
    return (
        '<div class="conflict"><table>'
        f"<caption>{differing(conflict, _isolated)}</caption>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _refusal(answer: Answer) -> str:
    notice = (answer.notice or "").removeprefix(REFUSAL).strip()
    tooltip = f"Confidence {answer.confidence:.2f} of 1, too low to call it an answer."
    return (
        f'<div class="refusal" title="{verbatim(tooltip)}">'
        f"<strong>{verbatim(REFUSAL)}</strong>{_notice(notice)}</div>"
    )


def _closest(answer: Answer, links: _Links) -> str:
    if not answer.quotes:
        return ""
    quotes = "".join(_quote(quote, stressed(quote, answer), links) for quote in answer.quotes)
    label = f"Closest passages ({len(answer.quotes)})"
    return (
        f'<details class="closest"><summary>{verbatim(label)}</summary>'
        f'<p class="caution">{verbatim("These are near your question but do not answer it.")}</p>'
        f"{quotes}</details>"
    )


def _withheld(count: int) -> str:
    if not count:
        return ""
    message = (
        f"{_count(count, 'passage')} withheld: the text no longer matches its source."
        " Rebuild the index under Sources."
    )
    return f'<p class="withheld">{verbatim(message)}</p>'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
