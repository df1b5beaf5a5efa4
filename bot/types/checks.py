"""What a later look at quotes finds: whether their sources still are what was quoted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .documents import SourceInfo, Span


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage as an answer cited it under a number.

    `text` is None where the answer shows no words of it, as for a further source that says the
    same.
    """

    number: int
    source: SourceInfo
    start: int
    end: int
    locator: str
    text: str | None


class Version(StrEnum):
    """Which version of a cited source there is: the cited one, another one, or none."""

    CITED = "cited"
    OTHER = "other"
    NONE = "none"


class QuoteState(StrEnum):
    """Whether a quote still holds; `DISPLACED` says that other words stand at its place."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REMOVED = "removed"
    DISPLACED = "displaced"


@dataclass(frozen=True, slots=True)
class CheckedPassage:
    """A cited passage, compared with the live generation and with the files of the corpus.

    `indexed` and `stored` say which version of the source the generation and the corpus have.
    `in_place` says that the generation has the passage where it was cited. `sha256` is that of the
    file as it is now, None for one that is gone or cannot be read. `now` is the id of the version
    that the generation has instead of the cited one, and `again` where in it the same words stand.
    """

    passage: CitedPassage
    indexed: Version
    stored: Version
    in_place: bool
    sha256: str | None
    now: str | None = None
    again: Span | None = None

    @property
    def state(self) -> QuoteState:
        """What became of the passage; anything but `UNCHANGED` says that it does not hold."""
        if self.stored is Version.NONE:
            return QuoteState.REMOVED
        if Version.OTHER in (self.stored, self.indexed):
            return QuoteState.CHANGED
        if self.indexed is Version.NONE:
            return QuoteState.REMOVED
        return QuoteState.UNCHANGED if self.in_place else QuoteState.DISPLACED


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """The result of checking cited passages, in their order, against generation `generation`."""

    generation: int
    passages: tuple[CheckedPassage, ...]

    @property
    def holds(self) -> bool:
        """Whether every passage is unchanged."""
        return all(each.state is QuoteState.UNCHANGED for each in self.passages)

    def counts(self) -> dict[QuoteState, int]:
        """How many passages there are of each state that occurs."""
        counted = Counter(each.state for each in self.passages)
        return {state: counted[state] for state in QuoteState if counted[state]}
