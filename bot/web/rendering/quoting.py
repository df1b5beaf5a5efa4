"""Renders quotes as HTML: open at the sentences that answer, or as rows that open the passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote as percent_encoded

from ...answering.presentation import answer_words, excerpt, first_span
from ...types import Answer, AnswerLine, ConflictValue, Quote, Span
from .escaping import highlighted, is_web_address, named, verbatim
from .languages import Language

# Rows shown before the reader expands the others.
ROWS_SHOWN = 2

# A date or a place within a source of at most this many characters is not broken across lines.
SHORT = 16


def source_href(
    source_id: str,
    start: int,
    end: int,
    highlights: Iterable[Span] = (),
    words: Span | None = None,
) -> str:
    """Returns the address of a passage within the page.

    `highlights` are the spans to mark, and `words` is the answer within them.
    """
    parts = [f"#src/{percent_encoded(source_id, safe='')}", _range(start, end)]
    parts.append(",".join(_range(*span) for span in highlights))
    parts.append(_range(*words) if words else "")
    return "/".join(parts).rstrip("/")


class Quoting:
    """Renders the quotes and citations of one answer in one language."""

    def __init__(self, answer: Answer, language: Language) -> None:
        self._answer = answer
        self._language = language
        self._citations = {citation.number: citation for citation in answer.citations}
        # A citation has the same marks as the quote that owns its number.
        self._marked = {
            quote.citations[0]: (quote.highlights, answer_words(quote, answer))
            for quote in answer.quotes
            if quote.citations
        }
        self._places = {
            quote.citations[0]: quote.place for quote in answer.quotes if quote.citations
        }

    def open(self, quote: Quote) -> str:
        """Renders a quote that shows the answer at first and the rest on request."""
        return self._figure(quote, first_span(quote, self._answer))

    def rows(
        self,
        quotes: Sequence[Quote],
        shown: int = ROWS_SHOWN,
        said: AnswerLine | None = None,
        below: Sequence[Quote] = (),
    ) -> str:
        """Renders a row for each quote; those beyond the first `shown` are in a closed fold.

        A row does not repeat the answer line `said`, nor the source title of the quote above it.
        `below` are the quotes above the first row.
        """
        sources = ["", *(quote.source.id for quote in (*below, *quotes))]
        rows = [
            self._row(
                quote,
                is_said=bool(said and said.citations == quote.citations),
                is_same=quote.source.id == above,
            )
            for above, quote in zip(sources[len(below) :], quotes, strict=False)
        ]
        if said:
            shown += 1
        html = "".join(rows[:shown])
        if others := rows[shown:]:
            more = self._language.say("Show {count} more", count=len(others))
            html += (
                f'<details class="others"><summary>{verbatim(more)}</summary>'
                f"{''.join(others)}</details>"
            )
        return f'<div class="rows">{html}</div>' if rows else ""

    def by_source(self, quotes: Iterable[Quote]) -> str:
        """Renders a row for each quote, under the title of its source."""
        html, latest = "", ""
        for quote in quotes:
            if quote.source.id != latest:
                latest = quote.source.id
                details = _dotted(quote.source.publisher, quote.source.date)
                title = verbatim(named(quote.source.title))
                html += (
                    f'<p class="origin"><cite dir="auto"{_spoken(quote.source.language)}>{title}'
                    f'</cite> <span class="details">{details}</span></p>'
                )
            html += self._row(quote, below_title=True)
        return f'<div class="rows overview">{html}</div>'

    def chip(self, number: int, value: ConflictValue | None = None) -> str:
        """Renders `[n]` as a link into the source, or as plain text if the number is unknown.

        The link marks the highlights of the quote, or the sentence of a `value`.
        """
        citation = self._citations.get(number)
        if citation is None:
            return f'<span class="cite">&#91;{number}&#93;</span>'
        title = self._language.say(
            "Open source {number}: {title}, {locator}",
            number=str(number),
            title=named(citation.source.title),
            locator=named(
                self._language.translation_of(self._places.get(number) or citation.locator)
            ),
        )
        marked = self._marked.get(number, ())
        if value and value.sentence:
            marked = (value.sentence,), value.span
        href = source_href(citation.source.id, citation.start, citation.end, *marked)
        return (
            f'<a class="cite" href="{verbatim(href)}"'
            f' title="{verbatim(title)}">&#91;{number}&#93;</a>'
        )

    def named_chip(self, number: int, value: ConflictValue | None = None) -> str:
        """Renders a `chip` followed by the title of its source."""
        citation = self._citations.get(number)
        title = (
            f' <bdi class="title">{verbatim(named(citation.source.title))}</bdi>'
            if citation
            else ""
        )
        return f'<span class="named">{self.chip(number, value)}{title}</span>'

    def _row(
        self,
        quote: Quote,
        *,
        below_title: bool = False,
        is_said: bool = False,
        is_same: bool = False,
    ) -> str:
        """Renders the answering sentence with source and place, as a row that opens the passage."""
        spans = quote.highlights if below_title else quote.highlights[:1]
        parts = (
            quote.text[a - quote.start : b - quote.start] for a, b in spans or [excerpt(quote)]
        )
        sentence = " … ".join(" ".join(part.split()) for part in parts)
        place = self._language.translation_of(quote.place or quote.locator)
        source = self._language.say("Same source") if is_same else quote.source.title
        where = _dotted("" if below_title else source, place)
        title = f' title="{verbatim(named(quote.source.title))}"' if is_same else ""
        said = f'<span class="sentence" dir="auto">{verbatim(sentence)}</span> '
        number = quote.citations[0] if quote.citations else quote.rank
        return (
            f'<details class="row"><summary>'
            f'{"" if is_said else said}<span class="where"{title}>'
            f'<span class="number">&#91;{number}&#93;</span> {where}</span></summary>'
            f"{self._figure(quote)}</details>"
        )

    def _figure(self, quote: Quote, seen: Span | None = None) -> str:
        """Renders the whole passage; with `seen`, only that span is visible at first."""
        text = self._text(quote, seen)
        also = ""
        if others := quote.citations[1:]:
            chips = "".join(map(self.named_chip, others))
            label = self._language.html("Also in")
            also = f'<p class="also"><span>{label}</span> {chips}</p>'
        chips = "".join(map(self.chip, quote.citations[:1]))
        spoken = _spoken(quote.source.language)
        return (
            f'<figure class="quote"><blockquote dir="auto"{spoken}>{text}</blockquote>'
            f'<figcaption>{chips}<div class="from">{self._source_line(quote)}{also}</div>'
            "</figcaption></figure>"
        )

    def _text(self, quote: Quote, seen: Span | None) -> str:
        words = answer_words(quote, self._answer)
        start, end = seen or (quote.start, quote.start + len(quote.text))

        def lit(first: int, last: int) -> str:
            part = quote.text[first - quote.start : last - quote.start]
            return highlighted(part, first, quote.highlights, words) if part else ""

        before = lit(quote.start, start)
        after = lit(end, quote.start + len(quote.text))
        return _unseen(before, "before") + lit(start, end) + _unseen(after, "after")

    def _source_line(self, quote: Quote) -> str:
        source = quote.source
        section = " › ".join(quote.section)
        place = self._language.translation_of(quote.place or quote.locator)
        shown = _dotted(source.publisher, source.date, place, section)
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


def _dotted(*items: str | None) -> str:
    """Joins the known details of a passage with dots; a short one does not break across lines."""
    kept = (
        (' class="short"' if len(item) <= SHORT else "", verbatim(named(item)))
        for item in items
        if item
    )
    return " &#183; ".join(f"<bdi{kind}>{text}</bdi>" for kind, text in kept)


def _unseen(html: str, place: str) -> str:
    return f'<span class="rest {place}">{html}</span>' if html else ""


def _range(start: int, end: int) -> str:
    return f"{start}-{end}"


def _spoken(language: str | None) -> str:
    """Returns the attribute from which a screen reader takes the pronunciation of a source."""
    return f' lang="{verbatim(language)}"' if language else ""
