"""Returns all passages found for a question, not only those that its answer quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ..retrieval.filtering import days_of
from ..store import GenerationReader
from ..types import Found, FoundPassage, FoundSource, Hit, Order, SourceInfo
from .citing import faults
from .compose import Composed
from .prepared_question import PreparedQuestion
from .selecting import found_worth
from .weighing import read_closely


def find(composed: Composed, order: Order) -> Found:
    """Returns the passages found while composing an answer, by source in an order."""
    searched, generation = composed.searched, composed.generation
    asked = searched.asked if searched else None
    if searched is None or asked is None:
        return Found(composed.answer, order, ())
    hits, is_cut = found_worth(searched.hits)
    withheld = faults(generation, hits)
    kept = [hit for hit in hits if hit.passage.id not in withheld]
    return Found(
        composed.answer,
        order,
        tuple(ordered(_by_source(generation, asked, kept), order)),
        is_cut,
        tuple(dict.fromkeys(withheld.values())),
    )


def ordered(sources: Iterable[FoundSource], order: Order) -> list[FoundSource]:
    """Sorts sources in an order; ties, and sources without a date at the end, are by rank."""
    by_rank = sorted(sources, key=lambda found: found.passages[0].rank)
    if order is Order.TITLE:
        return sorted(by_rank, key=lambda found: found.source.title.casefold())
    if order is Order.DATE:
        return sorted(by_rank, key=lambda found: _last_day(found.source), reverse=True)
    return by_rank


def _last_day(source: SourceInfo) -> date:
    days = days_of(source.date)
    return days[1] if days else date.min


def _by_source(
    generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> list[FoundSource]:
    passages: dict[str, list[FoundPassage]] = {}
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        passages.setdefault(passage.source_id, []).append(
            FoundPassage(
                rank=rank,
                passage_id=passage.id,
                text=passage.text,
                score=hit.score,
                start=passage.start,
                end=passage.end,
                locator=passage.locator,
                section=passage.section,
                highlights=read_closely(generation, asked, hit).highlights,
            )
        )
    return [FoundSource(generation.infos[id_], tuple(found)) for id_, found in passages.items()]
