"""Formats an answer for the terminal: its quotes under numbered citations, line by line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ..answering.presentation import (
    NAMES_HOLDINGS,
    SAID,
    Stretch,
    agreement,
    answer_words,
    caution,
    differing,
    likelihood,
    missing_words,
    parts_counted,
    parts_shown,
    remarks,
    restrictions,
    stretches,
)
from ..retrieval.ranking import contributions, explained
from ..text.terminal_escaping import one_line
from ..types import Answer, Found, Quote, RankingEvidence, Relevance, Reply, Verdict
from .context import with_call_options
from .terminal import Line, Look, Piece, show

WIDTH = 100


def show_answer(answer: Answer, *, explain: bool = False) -> None:
    """Prints the quotes under numbered citations, or the refusal with the closest passages."""
    show(answer_lines(answer, explain=explain))


def show_found(found: Found) -> None:
    """Prints all passages found, below their sources."""
    show(found_lines(found))


def found_lines(found: Found) -> Iterator[Line]:
    """Yields the lines of all passages found.

    Each passage has its place and the sentences nearest to the question, or its whole text if there
    are none.
    """
    for remark in remarks(found.answer, one_line):
        yield _line(remark, Look.ASIDE)
    most = "more than " if found.is_cut else ""
    yield _line(f"Passages found: {most}{found.passages} in {len(found.sources)} sources")
    for each in found.sources:
        source = each.source
        parts = (source.title, source.publisher, source.date)
        yield Line()
        described = f"{one_line(' · '.join(filter(None, parts)))} ({len(each.passages)})"
        yield _line(described, Look.NOTICE)
        yield _line(f"{one_line(source.path)}  (id {source.id})", Look.ASIDE)
        for passage in each.passages:
            start, end = passage.start, passage.start + len(passage.text)
            spans = passage.highlights or ((start, end),)
            said = " … ".join(passage.text[a - start : b - start] for a, b in spans)
            yield _line(one_line(said), label="    ")
            yield _line(one_line(passage.locator), Look.ASIDE, "        ")
    for fault in found.withheld:
        yield Line()
        yield _line(f"Withheld: {one_line(fault)}")


def answer_lines(answer: Answer, *, explain: bool = False) -> Iterator[Line]:
    """Yields the lines of an answer; `explain` adds the evidence for the rank of each passage."""
    for turn in answer.context:
        earlier = textwrap.shorten(one_line(turn.text), WIDTH)
        yield _line(f"(read with an earlier question: {earlier})", Look.ASIDE)
    if answer.parts:
        yield from _part_lines(answer, explain=explain)
        return
    for remark in remarks(answer, one_line):
        yield _line(remark, Look.ASIDE)
    if answer.reply:
        yield from _reply_lines(answer.reply)
        return
    if answer.answered:
        yield from _answer_line(answer)
        doubt = Piece(f"{caution(answer.confidence)} ", Look.NOTICE)
        likely = Piece(f"{likelihood(answer.confidence)} ({answer.confidence:.0%})")
        confidence = Piece(f"({answer.confidence:.0%})")
        is_unsure = answer.verdict is Verdict.UNSURE
        yield Line((doubt, confidence) if is_unsure else (likely,))
        yield from map(_line, missing_words(answer, one_line))
    else:
        yield _line(with_call_options(answer.notice or ""), Look.NOTICE)
        yield from map(_line, missing_words(answer, one_line))
        if answer.quotes:
            yield Line()
            yield _line("Closest passages:")
    for quote in answer.quotes:
        yield Line()
        yield from _quote_lines(quote, answer)
        if explain and quote.evidence:
            yield from _evidence_lines(quote.score, quote.evidence, quote.relevance)
    for conflict in answer.conflicts:
        yield Line()
        yield _line(differing(conflict, one_line), Look.NOTICE)
        for value in conflict.values:
            yield _line(f"{one_line(value.text)} [{value.citation}]", label="    ")
    for fault in answer.withheld:
        yield Line()
        yield _line(f"Withheld: {one_line(fault)}")


def _part_lines(answer: Answer, *, explain: bool) -> Iterator[Line]:
    """Yields the parts of a question in their order, each with its own answer."""
    for restriction in restrictions(answer, one_line):
        yield _line(restriction, Look.ASIDE)
    yield _line(parts_counted(answer))
    for number, (text, own) in enumerate(parts_shown(answer), start=1):
        yield Line()
        yield _line(one_line(text), Look.NOTICE, f"{number}. ")
        yield from answer_lines(own, explain=explain)


def _answer_line(answer: Answer) -> Iterator[Line]:
    """Yields the shortest answer, and how many sources agree or differ."""
    if line := answer.line:
        marks = "".join(f"[{number}]" for number in line.citations)
        said = f"{marks}  {agreement(line)}".rstrip()
        yield Line((Piece(one_line(line.text), Look.WORDS), Piece(f" {said}")))
        yield Line()


def _reply_lines(reply: Reply) -> Iterator[Line]:
    """Yields pincite's own reply, with its documents and example questions."""
    if said := SAID[reply.talk]:
        yield _line(said)
    if reply.talk in NAMES_HOLDINGS:
        yield _line(f"{reply.sources} source{'' if reply.sources == 1 else 's'}:")
        for holding in reply.holdings:
            date = f" ({holding.date})" if holding.date else ""
            yield _line(f"{one_line(holding.title)}{date}", label="    ")
        for question in reply.questions:
            yield _line(f'You could ask: "{one_line(question)}"')


def _line(text: str, look: Look = Look.PLAIN, label: str = "") -> Line:
    return Line((Piece(text, look),), label)


def _quote_lines(quote: Quote, answer: Answer) -> Iterator[Line]:
    cut = stretches(quote.text, quote.start, quote.highlights, answer_words(quote, answer))
    marks = "".join(f"[{number}]" for number in quote.citations)
    if quote.side:
        yield _line(f"{one_line(quote.side)}:", Look.ASIDE)
    yield Line(tuple(piece for stretch in cut for piece in _pieces(stretch)), f"{marks} ")
    by_number = {citation.number: citation for citation in answer.citations}
    for number in quote.citations:
        citation = by_number[number]
        source = citation.source
        place = quote.place if number == quote.citations[0] else ""
        parts = (source.title, source.publisher, source.date, place or citation.locator)
        described = one_line(" · ".join(filter(None, parts)))
        yield _line(described, Look.ASIDE, f"    [{number}] ")
        yield _line(f"{one_line(source.path)}  (id {source.id})", Look.ASIDE, "        ")


def _pieces(stretch: Stretch) -> Iterator[Piece]:
    """Yields a highlight between » and «, with the answering words in it between ** and **."""
    if not stretch.is_lit:
        yield Piece(stretch.before)
        return
    yield Piece("»", Look.MARK)
    yield Piece(stretch.before, Look.SENTENCE)
    if stretch.words:
        yield Piece("**", Look.MARK)
        yield Piece(stretch.words, Look.WORDS)
        yield Piece("**", Look.MARK)
    yield Piece(stretch.after, Look.SENTENCE)
    yield Piece("«", Look.MARK)


def _evidence_lines(
    score: float, evidence: RankingEvidence, relevance: Relevance | None
) -> Iterator[Line]:
    """Yields the basis of a passage's rank: each kind of evidence and its share of the logit."""
    logit, constant = explained(evidence, relevance, score)
    yield _line(
        f"score {score:.3f}; logit {logit:+.2f}, of which {constant:+.2f} for all", label="    "
    )
    for name, (value, weighed) in contributions(evidence, relevance).items():
        yield _line(f"{name:<21}{value:7.3f}{weighed:+8.2f}", label="        ")
