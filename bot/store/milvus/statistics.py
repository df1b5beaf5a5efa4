"""Counts the passages that contain each term while a generation is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .connection import Row
from .schema import NOTHING


@dataclass(frozen=True, slots=True)
class Lengths:
    """The number of terms, and the total lengths, in terms, of the searched fields."""

    terms: int
    texts: int
    context: int


@dataclass(slots=True)
class Statistics:
    """The terms of a generation, each with the number of texts that have it."""

    texts: Counter[str] = field(default_factory=Counter)
    text_length: int = 0
    context_length: int = 0

    def count_passage(self, terms: Sequence[str], context: Sequence[str]) -> None:
        """Counts a passage."""
        self.texts.update(set(terms))
        # A term that occurs only in contexts is known, with a count of 0 texts.
        self.texts.update(dict.fromkeys(context, 0))
        self.text_length += len(terms)
        self.context_length += len(context)

    def lengths(self) -> Lengths:
        """The number of terms and the sums of all lengths."""
        return Lengths(len(self.texts), self.text_length, self.context_length)

    def rows(self) -> Iterator[Row]:
        """The terms as their collection holds them, in order."""
        for term, count in sorted(self.texts.items()):
            yield {"term": term, "texts": count, **NOTHING}


def mean_of(total: int, count: int) -> float:
    """Returns the mean length of a number of texts; never 0."""
    return max(total / max(1, count), 1e-9)
