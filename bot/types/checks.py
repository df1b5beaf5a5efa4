"""The results of checking quotes against the current sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .documents import SourceInfo, Span


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage that an answer cited under a number.

    `text` is None if the answer does not show its words, as for a further source that says the
    same.
    """

    number: int
    source: SourceInfo
    start: int
    end: int
    locator: str
    text: str | None


class Version(StrEnum):
    """Which version of a cited source exists: the cited one, another one, or none."""

    CITED = "cited"
    OTHER = "other"
    NONE = "none"


class QuoteState(StrEnum):
    """Whether a quote still holds. `DISPLACED` means that its place now has other words."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REMOVED = "removed"
    DISPLACED = "displaced"


@dataclass(frozen=True, slots=True)
class CheckedPassage:
    """A cited passage, compared with the live generation and with the files of the corpus.

    `indexed` and `stored` are the versions of the source in the generation and in the corpus.
    `in_place` is true if the generation has the passage where it was cited. `sha256` is the hash of
    the current file, None if the file is gone or unreadable. `now` is the id of the version that
    replaces the cited one in the generation, and `again` is the span of the same words in it.
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
        """The state of the passage; only `UNCHANGED` means that the quote holds."""
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
        """The number of passages in each state, without states that do not occur."""
        counted = Counter(each.state for each in self.passages)
        return {state: counted[state] for state in QuoteState if counted[state]}
