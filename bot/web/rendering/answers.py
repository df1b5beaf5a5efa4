"""Renders an answer as HTML for the chat: pure functions, a single line, safe for the sanitizer.

Without line breaks, Markdown treats the whole message as one HTML block and leaves it alone. Links
carry everything that the source pane needs, so old answers, reloads and copied addresses keep
working: `#src/ID/START-END/HIGHLIGHTS/WORDS`.
"""

from __future__ import annotations

from ...answering.presentation import (
    NO_SOURCES,
    REFUSAL,
    SAID,
    additional_quotes,
    caution,
    differing,
    likelihood,
    missing_words,
    open_quotes,
    parts_counted,
    parts_shown,
    remarks,
    restrictions,
)
from ...types import Answer, CarriedTurn, Conflict, ConflictValue, LineKind, Purpose, Quote, Verdict
from .asked_addresses import answer_href, found_href
from .escaping import named, verbatim
from .languages import Language
from .quoting import Quoting
from .replies import reply_html


def question_html(question: str, language: Language, *, alone: bool = False) -> str:
    """A question as the conversation shows it; `alone` says that earlier turns were left out."""
    note = f'<span class="alone">{language.html("asked on its own")}</span>' if alone else ""
    return f'<div class="question">{verbatim(question)}{note}</div>'


def fault_html(message: str, language: Language) -> str:
    """Renders an error message of the engine in place of an answer."""
    heading = language.html("That did not work.")
    said = verbatim(language.translation_of(message))
    return f'<div class="fault"><strong>{heading}</strong> {said}</div>'


def forgotten_html(kept: int, language: Language) -> str:
    """Renders the note at the top of a conversation whose oldest exchanges are gone."""
    message = language.say(
        "This conversation keeps the latest {count} exchanges; earlier ones are gone.", count=kept
    )
    return f'<div class="forgotten">{verbatim(message)}</div>'


def answer_html(answer: Answer, language: Language, number: int | None = None) -> str:
    """Renders an answer: quotes if the sources answer the question, a refusal if they do not.

    `number` is the number of the exchange, with which the page reports a rating.
    """
    place = "" if number is None else f" exchange-{number}"
    if answer.reply:
        return f'<div class="answer replied{place}">{reply_html(answer.reply, language)}</div>'
    drawing = _Drawing(answer, language)
    if answer.parts:
        html = f"{drawing.context()}{drawing.restrictions()}{_parts_html(answer, language)}"
        return f'<div class="answer several{place}">{html}{drawing.leads()}</div>'
    html = f"{drawing.context()}{_body(drawing)}{drawing.leads()}"
    return f'<div class="answer {_kind(answer)}{place}">{html}</div>'


def _parts_html(answer: Answer, language: Language) -> str:
    """Renders the parts of a question in order, each with its own answer."""
    counted = verbatim(parts_counted(answer, language.say))
    html = f'<p class="summary">{counted}</p>'
    for text, own in parts_shown(answer):
        drawing = _Drawing(own, language)
        html += (
            f'<div class="part {_kind(own)}"><p class="asked" dir="auto">{verbatim(text)}</p>'
            f"{drawing.about()}{_body(drawing)}</div>"
        )
    return html


def _kind(answer: Answer) -> str:
    kinds = {Verdict.UNANSWERED: "refused", Verdict.UNSURE: "answered unsure"}
    return kinds.get(answer.verdict, "answered")


def _body(drawing: _Drawing) -> str:
    """Renders the answer to one question, or to a part of one."""
    parts = [drawing.remarks()]
    if drawing.answer.answered:
        parts += [
            drawing.line(),
            drawing.summary(),
            drawing.caution(),
            drawing.lacking(),
            drawing.notice(drawing.answer.notice),
            "".join(map(drawing.conflict, drawing.answer.conflicts)),
            drawing.quotes(),
        ]
    else:
        parts += [drawing.refusal(), drawing.lacking(), drawing.closest()]
    return "".join((*parts, drawing.withheld()))


def plain_reply(answer: Answer) -> str:
    """Returns the answer as plain text, to which later questions may refer."""
    if answer.reply:
        return SAID[answer.reply.talk]
    if answer.answered and answer.quotes:
        return answer.quotes[0].text
    return answer.notice or REFUSAL


class _Drawing:
    """Renders the parts of one answer in one language."""

    def __init__(self, answer: Answer, language: Language) -> None:
        self.answer = answer
        self._language = language
        self._quoting = Quoting(answer, language)

    def context(self) -> str:
        """Renders the context taken from earlier turns, with a button to ask without it."""
        if not self.answer.context:
            return ""
        items = "".join(f"<li>{self._carried(turn)}</li>" for turn in self.answer.context)
        # CSS draws the icon; only the name is left for screen readers and for print.
        name = self._language.html("Ask again without it")
        button = f'<button class="ask-alone"><span class="unseen">{name}</span></button>'
        return f'<div class="context"><ul>{items}</ul>{button}</div>'

    def about(self) -> str:
        """Renders the context that a part took from the rest of the question."""
        lines = "".join(f"{self._carried(turn)} " for turn in self.answer.context)
        return f'<p class="remark">{lines.rstrip()}</p>' if lines else ""

    def restrictions(self) -> str:
        """Renders the filter that the question was restricted to."""
        lines = restrictions(self.answer, _isolated, self._language.html, self._language.code)
        return "".join(f'<p class="remark">{line}</p>' for line in lines)

    def remarks(self) -> str:
        """Renders how the question was reworded for search."""
        lines = remarks(self.answer, _isolated, self._language.html, self._language.code)
        return "".join(f'<p class="remark">{line}</p>' for line in lines)

    def summary(self) -> str:
        """Renders the confidence in words; the tooltip gives its grounds."""
        answer = self.answer
        if answer.verdict is not Verdict.ANSWERED:
            return ""
        words = self._language.html(likelihood(answer.confidence))
        if answer.purpose is Purpose.OVERVIEW:
            count = len({quote.source.id for quote in answer.quotes})
            sources = self._language.say("{count} sources", count=count)
            words = verbatim(self._language.say("Key sentences of {sources}", sources=sources))
        return (
            f'<p class="summary" title="{verbatim(self._grounds())}">'
            f'<span class="confidence">{words}</span></p>'
        )

    def _grounds(self) -> str:
        """Returns the grounds of the confidence and its value."""
        answer, say = self.answer, self._language.say
        told = []
        if answer.grounds and answer.grounds.words:
            found = answer.grounds
            told.append(say("Words met: {met} of {words}.", met=found.words_met, words=found.words))
        if answer.line and answer.line.agreeing > 1:
            told.append(say("{count} sources agree", count=answer.line.agreeing) + ".")
        told.append(
            say(
                "Confidence {confidence} of 1. Found in {milliseconds} ms"
                " in generation {generation} of the index.",
                confidence=answer.confidence,
                milliseconds=round(answer.timings.total),
                generation=str(answer.generation),
            )
        )
        return " ".join(told)

    def caution(self) -> str:
        """Renders, in one line, the warning that the passages may not answer the question."""
        if self.answer.verdict is not Verdict.UNSURE:
            return ""
        title = verbatim(self._grounds())
        words = self._language.html(caution(self.answer.confidence))
        return f'<p class="caution" title="{title}">{words}</p>'

    def notice(self, notice: str | None) -> str:
        """Renders a notice that the engine adds to an answer."""
        return (
            f'<p class="notice">{verbatim(self._language.translation_of(notice))}</p>'
            if notice
            else ""
        )

    def conflict(self, conflict: Conflict) -> str:
        """Renders a table of the values on which sources differ."""
        saying: dict[str, list[ConflictValue]] = {}
        for value in conflict.values:
            saying.setdefault(value.text, []).append(value)
        chip = self._quoting.named_chip
        rows = "".join(
            f'<tr><th scope="row"><bdi>{verbatim(text)}</bdi></th>'
            f"<td>{''.join(chip(value.citation, value) for value in values)}</td></tr>"
            for text, values in saying.items()
        )
        caption = differing(conflict, _isolated, self._language.html)
        return (
            f'<div class="conflict"><table><caption>{caption}</caption>'
            f"<tbody>{rows}</tbody></table>{self._beside()}</div>"
        )

    def line(self) -> str:
        """Renders the shortest answer, and how many sources agree with it or differ."""
        line = self.answer.line
        if line is None:
            return ""
        chips = "".join(map(self._quoting.chip, line.citations))
        said = []
        if line.agreeing > 1:
            said.append(self._language.say("{count} sources agree", count=line.agreeing))
        if line.differing:
            said.append(self._language.say("{count} sources differ", count=line.differing))
        agreement = " ".join(f'<span class="agreement">{verbatim(each)}</span>' for each in said)
        return (
            f'<p class="line {line.kind.value}"><strong dir="auto">{verbatim(line.text)}</strong> '
            f"{chips} {agreement}{self._beside() if line.agreeing > 1 else ''}</p>"
        )

    def _beside(self) -> str:
        """Renders a button that shows two of the passages above it side by side."""
        return f'<button class="beside">{self._language.html("Side by side")}</button>'

    def quotes(self) -> str:
        """Renders the best quote open and a row for each of the others.

        An overview has the key sentences of each source instead, and a comparison an open quote
        under the name of each side.
        """
        answer = self.answer
        if answer.purpose is Purpose.OVERVIEW:
            return self._quoting.by_source(answer.quotes)
        if sides := [quote for quote in answer.quotes if quote.side]:
            opened = "".join(map(self._of_side, sides))
            others = [quote for quote in self._compared() if not quote.side]
            return opened + self._quoting.rows(others, below=sides)
        if answer.purpose is Purpose.COMPARISON and answer.conflicts:
            return self._quoting.rows(self._compared())
        first = open_quotes(answer)
        others = [quote for quote in additional_quotes(answer) if quote not in first]
        if answer.line and answer.line.kind is LineKind.SENTENCE:
            return self._quoting.rows([*first, *others], said=answer.line)
        opened = "".join(map(self._quoting.open, first))
        return opened + self._quoting.rows(others, below=first)

    def _of_side(self, quote: Quote) -> str:
        """Renders a quote under the words of the question that name its side."""
        side = f'<p class="compared-side" dir="auto">{verbatim(named(quote.side))}</p>'
        return side + self._quoting.open(quote)

    def _compared(self) -> list[Quote]:
        """Returns the quotes, those with differing values first."""
        answer = self.answer
        differing = {value.citation for each in answer.conflicts for value in each.values}
        return sorted(answer.quotes, key=lambda quote: not differing & set(quote.citations))

    def refusal(self) -> str:
        """Renders that the sources do not answer, and the likely reason."""
        notice = self.answer.notice or REFUSAL
        heading = NO_SOURCES if notice.startswith(NO_SOURCES) else REFUSAL
        reason = notice.removeprefix(heading).strip()
        tooltip = self._language.say(
            "Confidence {confidence} of 1, too low to call it an answer.",
            confidence=self.answer.confidence,
        )
        return (
            f'<div class="refusal" title="{verbatim(tooltip)}">'
            f"<strong>{self._language.html(heading)}</strong>{self.notice(reason)}</div>"
        )

    def lacking(self) -> str:
        """Renders the parts of the question that no source mentions."""
        lines = missing_words(self.answer, _isolated, self._language.html)
        return "".join(f'<p class="lacking">{line}</p>' for line in lines)

    def closest(self) -> str:
        """Renders the closest passages of an unanswered question, as rows that open."""
        if not self.answer.quotes:
            return ""
        caution = self._language.html("These are near your question but do not answer it.")
        return f'<p class="caution">{caution}</p>' + self._quoting.rows(self.answer.quotes, 3)

    def withheld(self) -> str:
        """Renders the number of passages that failed their check."""
        count = len(self.answer.withheld)
        if not count:
            return ""
        message = self._language.say(
            "{count} passages withheld: the text no longer matches its source."
            " Rebuild the index under Sources.",
            count=count,
        )
        return f'<p class="withheld">{verbatim(message)}</p>'

    def leads(self) -> str:
        """Renders links to all passages found and to the answer itself."""
        say, found = self._language.say, self.answer.found
        all_found = ""
        if found is not None:
            sources = say("{count} sources", count=found.sources)
            title = say(
                "All passages found: {number} in {sources}", number=found.passages, sources=sources
            )
            said = verbatim(say("All passages ({number})", number=found.passages))
            href = verbatim(found_href(self.answer))
            all_found = f'<a class="all-found" href="{href}" title="{verbatim(title)}">{said}</a> '
        href, name = verbatim(answer_href(self.answer)), self._language.html("Copy link")
        # The page's script draws the icon; this name is for screen readers.
        return (
            f'<p class="leads">{all_found}<a class="answer-link" href="{href}" title="{name}">'
            f'<span class="unseen">{name}</span></a></p>'
        )

    def _carried(self, carried: CarriedTurn) -> str:
        text = f'<q class="carried">{verbatim(carried.text)}</q>'
        return self._language.html("About: {text}", text=text)


def _isolated(text: str) -> str:
    """Returns text as HTML whose writing direction cannot affect the sentence around it."""
    return f"<bdi>{verbatim(text)}</bdi>"
