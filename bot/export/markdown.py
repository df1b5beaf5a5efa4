"""Writes a conversation as Markdown, with every quote escaped so that it shows as in its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..answering.presentation import REFUSAL, SAID, caution, differing, parts_shown, restrictions
from ..types import Answer, Exchange, Quote, Verdict
from .bibliography import flat, references

# Characters with a meaning in Markdown, or in HTML and LaTeX within it: anywhere, or only at the
# start of a line.
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$&^]|^[-+=:]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]")


def markdown(exchanges: Sequence[Exchange], exported: str) -> str:
    """Returns all exchanges with their quotes and sources; `exported` is the day, YYYY-MM-DD."""
    title = exchanges[0].question if exchanges else "An empty conversation"
    lines = [f"# {literal(flat(title))}", "", f"Exported from pincite on {exported}.", ""]
    for exchange in exchanges:
        lines += [f"## {literal(flat(exchange.question))}", ""]
        lines += [f"Asked {exchange.asked}{', on its own' if exchange.alone else ''}.", ""]
        if exchange.answer is None:
            lines += [literal(flat(exchange.fault or "")), ""]
        else:
            lines += _answer(exchange.answer)
    cited = references(exchanges)
    if cited:
        lines += ["## Sources", ""]
        seen = dict.fromkeys(reference.source for reference in cited)
        for source in seen:
            url = next((ref.url for ref in cited if ref.source == source and ref.url), None)
            details = (source.title, source.author, source.publisher, source.date, url)
            shown = ", ".join(literal(flat(item)) for item in details if item)
            file = f"file {literal(flat(source.path))}, SHA-256 {source.sha256}"
            lines.append(f"- {shown}; {file}")
        lines.append("")
    return "\n".join(lines)


def literal(text: str) -> str:
    """Escapes a one-line text so that Markdown interprets nothing in it."""
    return _SIGNS.sub(lambda match: f"\\{match[0]}", text)


def quoted(lines: Sequence[str]) -> Iterator[str]:
    """Yields the lines of a block quote, keeping line breaks and blank lines between paragraphs."""
    for line, following in zip(lines, (*lines[1:], ""), strict=True):
        ends = "\\" if line and following else ""
        yield f"> {line}{ends}".rstrip(" ")


def _answer(answer: Answer) -> Iterator[str]:
    if answer.reply:
        yield literal(SAID[answer.reply.talk] or "A list of the sources.")
        yield ""
        return
    for restriction in restrictions(answer, lambda text: literal(flat(text))):
        yield restriction
        yield ""
    for text, own in parts_shown(answer):
        yield f"### {literal(flat(text))}"
        yield ""
        yield from _answer(own)
    if answer.parts:
        return
    if not answer.answered:
        yield literal(flat(answer.notice or REFUSAL))
        yield ""
        return
    doubt = f"{caution(answer.confidence)} " if answer.verdict is Verdict.UNSURE else ""
    yield f"{doubt}Confidence {answer.confidence:.2f}, index generation {answer.generation}."
    yield ""
    for conflict in answer.conflicts:
        yield f"- {differing(conflict, lambda text: literal(flat(text)))}"
        for value in conflict.values:
            yield f"  - {literal(flat(value.text))} \\[{value.citation}\\]"
        yield ""
    for quote in answer.quotes:
        yield from _quote(quote, answer)


def _quote(quote: Quote, answer: Answer) -> Iterator[str]:
    yield from quoted([literal(line.strip()) for line in quote.text.split("\n")])
    yield ">"
    yield from quoted([
        f"\\[{citation.number}\\] {literal(flat(where))}"
        for citation in answer.citations
        if citation.number in quote.citations
        for where in [" › ".join((citation.source.title, citation.locator, *citation.section))]
    ])  # fmt: skip
    yield ""
