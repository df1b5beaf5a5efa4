"""Selects the passages that an answer shows: the best ones, each with those that say the same.

For an overview, these are the passages with its key sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..retrieval.search import in_context
from ..store import GenerationReader
from ..text.terms import terms
from ..types import FoundCount, Hit, Purpose, Span
from .citing import faults
from .comparing.corroboration import corroborate, supporting
from .comparison import Side
from .leads import of_all
from .overview import of_topic
from .prepared_question import PreparedQuestion
from .question.purposes import ClassifiedQuestion
from .weighing import Reading, read_closely

# Without an explicit --k, passages that score less than this share of the best are left out.
WORTH_SHOWING = 0.1

# The most passages to list beside an answer.
MOST_FOUND = 50

Group = tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """A question and its search results.

    `hits` are the passages found, best first; `unquoted` are the quoted phrases that no passage
    has. `asked` is None, and there are no hits, if the question is about all sources. For a
    comparison, `covers_all_sides` is true if passages cover all sides, `lacks_side` if no passage
    covers one of them, and `sides` has the side that each passage covers, by row.
    """

    classified: ClassifiedQuestion
    asked: PreparedQuestion | None
    hits: Sequence[Hit]
    unquoted: tuple[str, ...]
    covers_all_sides: bool
    lacks_side: bool = False
    sides: Mapping[int, Side] = field(default_factory=dict)

    def asked_of(self, hit: Hit) -> PreparedQuestion | None:
        """Returns the question that a passage is to answer: in a comparison, perhaps one side."""
        side = self.sides.get(hit.row)
        return side.asked if side else self.asked


@dataclass(frozen=True, slots=True)
class Selected:
    """The passages to show, each grouped with those that say the same, and its close reading."""

    groups: Sequence[Group]
    readings: Sequence[Reading]

    def first(self, count: int) -> Selected:
        """Returns the first `count` of them."""
        return Selected(self.groups[:count], self.readings[:count])


def selected(
    generation: GenerationReader, searched: Searched, count: int
) -> tuple[Selected, tuple[str, ...]]:
    """Returns the passages to show, and an error for each that differs from its source.

    The number of passages shown must not change whether there is an answer.
    """
    withheld: dict[str, str] = {}
    while True:
        if searched.classified.purpose is Purpose.OVERVIEW:
            found = _overviewed(generation, searched, withheld)
        else:
            hits = [hit for hit in searched.hits if hit.passage.id not in withheld]
            found = _read(generation, searched, hits, count)
        wrong = faults(generation, [hit for group in found.groups for hit in group])
        if not wrong:
            return found, tuple(dict.fromkeys(withheld.values()))
        withheld |= wrong


def _read(
    generation: GenerationReader, searched: Searched, hits: Sequence[Hit], count: int
) -> Selected:
    """Returns the first `count` passages, each with those that say the same, and its reading."""
    groups = corroborate(hits, count)
    readings = [
        read_closely(generation, asked, group[0])
        for group in groups
        if (asked := searched.asked_of(group[0]))
    ]
    supported = [
        group + supporting(group, reading.highlights, hits)
        for group, reading in zip(groups, readings, strict=True)
    ]
    return Selected(supported, readings)


def on_topic(
    generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> Sequence[Hit]:
    """Returns the passages that have a word of the topic; all of them if none has."""
    named = [
        hit
        for hit in hits
        if asked.rarity.keys() & set(terms(in_context(generation, hit.passage), asked.language))
    ]
    return named or hits


def _overviewed(
    generation: GenerationReader, searched: Searched, withheld: Collection[str]
) -> Selected:
    """Returns the passages with the key sentences, in the order of their sources."""
    asked = searched.asked
    found = (
        of_topic(
            generation,
            on_topic(generation, asked, searched.hits),
            asked.meaning.encoded.vector,
            withheld,
        )
        if asked
        else of_all(generation, withheld)
    )
    spans: dict[str, list[Span]] = {}
    for one in found:
        spans.setdefault(one.hit.passage.id, []).append(one.span)
    hits = {one.hit.passage.id: one.hit for one in found}
    return Selected(
        [(hit,) for hit in hits.values()],
        [Reading(tuple(spans[name]), None, lacking=False) for name in hits],
    )


def worth_showing(found: Selected, count: int, k: int | None) -> Selected:
    """Returns the first `count` passages; without an explicit `k`, only those that score enough."""
    shown = found.first(count)
    if k is not None or not shown.groups:
        return shown
    floor = WORTH_SHOWING * max(group[0].score for group in shown.groups)
    kept = [group[0].score >= floor for group in shown.groups]
    return Selected(
        [group for group, stays in zip(shown.groups, kept, strict=True) if stays],
        [reading for reading, stays in zip(shown.readings, kept, strict=True) if stays],
    )


def found_worth(hits: Sequence[Hit]) -> tuple[list[Hit], bool]:
    """Returns the best passages that score well enough, at most `MOST_FOUND`.

    Also returns whether there are more.
    """
    floor = WORTH_SHOWING * max((hit.score for hit in hits), default=0.0)
    kept = [hit for hit in hits if hit.score >= floor]
    return kept[:MOST_FOUND], len(kept) > MOST_FOUND


def counted(hits: Sequence[Hit]) -> FoundCount | None:
    """Counts the passages that `found_worth` lists, and their sources; None if there are none."""
    kept, _ = found_worth(hits)
    if not kept:
        return None
    return FoundCount(len(kept), len({hit.passage.source_id for hit in kept}))
