"""Builds citations and quotes, and checks passages against their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..errors import IndexDamaged, SourceUnknown
from ..store import GenerationReader
from ..text.passages import locator
from ..types import Citation, Hit, Quote, Span
from .comparison import Side


def faults(generation: GenerationReader, hits: Sequence[Hit]) -> dict[str, str]:
    """Returns an error message for each passage that differs from its source, by passage id."""
    generation.read_ahead({hit.passage.source_id for hit in hits})
    found = {}
    for hit in hits:
        passage = hit.passage
        try:
            text = generation.text(passage.source_id)
        except (IndexDamaged, SourceUnknown) as error:
            found[passage.id] = str(error)
            continue
        if text[passage.start : passage.end] != passage.text:
            path = generation.infos[passage.source_id].path
            found[passage.id] = f"{path}, {passage.locator}: the quote differs from its source."
    return found


def number_citations(
    generation: GenerationReader, groups: Sequence[tuple[Hit, ...]]
) -> tuple[Citation, ...]:
    """Numbers the passages shown, by rank, then those that only corroborate them."""
    ordered = [group[0] for group in groups] + [hit for group in groups for hit in group[1:]]
    once = {hit.passage.id: hit for hit in ordered}
    return tuple(
        Citation(
            number=number,
            passage_id=hit.passage.id,
            source=generation.infos[hit.passage.source_id],
            start=hit.passage.start,
            end=hit.passage.end,
            locator=hit.passage.locator,
            section=hit.passage.section,
        )
        for number, hit in enumerate(once.values(), start=1)
    )


def quotes_of(
    generation: GenerationReader,
    groups: Sequence[tuple[Hit, ...]],
    citations: Sequence[Citation],
    marked: Sequence[tuple[tuple[Span, ...], Span | None]],
    sides: Mapping[int, Side] = MappingProxyType({}),
) -> tuple[Quote, ...]:
    """Returns the passages shown as quotes, with their highlights and answers.

    `sides` are the sides of a comparison that the passages cover, by row.
    """
    numbers = {citation.passage_id: citation.number for citation in citations}
    quotes = []
    for rank, (group, (highlights, span)) in enumerate(zip(groups, marked, strict=True), start=1):
        own = citations[rank - 1]
        side = sides.get(group[0].row)
        quotes.append(
            Quote(
                rank=rank,
                citations=tuple(numbers[hit.passage.id] for hit in group),
                text=group[0].passage.text,
                score=group[0].score,
                source=own.source,
                start=own.start,
                end=own.end,
                locator=own.locator,
                section=own.section,
                highlights=highlights,
                answer=span,
                evidence=group[0].evidence,
                relevance=group[0].relevance,
                place=_place(generation, own, highlights),
                side=side.words if side else "",
            )
        )
    return tuple(quotes)


def _place(generation: GenerationReader, citation: Citation, highlights: Sequence[Span]) -> str:
    """Returns the locator of the highlights in the original document."""
    if not highlights:
        return citation.locator
    locate = locator(generation.source(citation.source.id))
    return locate(min(start for start, _ in highlights), max(end for _, end in highlights))


def highlights_of(quotes: Sequence[Quote], citation: Citation) -> tuple[Span, ...]:
    """Returns the highlights within a citation; only passages that are shown have any."""
    return quotes[citation.number - 1].highlights if citation.number <= len(quotes) else ()
