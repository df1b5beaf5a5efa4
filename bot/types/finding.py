"""All passages found for a question, grouped by source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .answers import Answer
from .documents import SourceInfo, Span


class Order(StrEnum):
    """The order of sources: by best passage, latest first, or by title."""

    RELEVANCE = "relevance"
    DATE = "date"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage found; `rank` counts from 1 over all sources, `score` is in [0, 1].

    `highlights` are spans of the source's text: the sentences nearest to the question.
    """

    rank: int
    passage_id: str
    text: str
    score: float
    start: int
    end: int
    locator: str
    section: tuple[str, ...]
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A source with its passages that were found, best first."""

    source: SourceInfo
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, by source, together with its answer.

    `is_cut` is true if more passages exist than are listed. `withheld` holds the faults of passages
    that failed their check against the source.
    """

    answer: Answer
    order: Order
    sources: tuple[FoundSource, ...]
    is_cut: bool = False
    withheld: tuple[str, ...] = ()

    @property
    def passages(self) -> int:
        """The number of passages listed."""
        return sum(len(found.passages) for found in self.sources)
