"""How often each term stands in passages and sources, counted while a generation is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ..lexical import LENGTH_SHARE, SATURATION
from .connection import Row
from .schema import NOTHING

# The field of a source's text, and that of its title, in the number of a dimension.
TEXT, TITLE = 0, 1

# A dimension that no question has, for a source without terms: Milvus takes no empty vector.
FILLING = 2**32 - 3


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many terms there are, and the sums of the lengths, in terms, of what is searched."""

    terms: int
    texts: int
    headings: int
    titles: int


@dataclass(slots=True)
class Statistics:
    """The terms of a generation, each with its number and in how many places it stands."""

    numbers: dict[str, int] = field(default_factory=dict)
    texts: Counter[int] = field(default_factory=Counter)
    headings: Counter[int] = field(default_factory=Counter)
    sources: Counter[int] = field(default_factory=Counter)
    titles: Counter[int] = field(default_factory=Counter)
    text_length: int = 0
    heading_length: int = 0
    title_length: int = 0

    def count_passage(self, terms: Sequence[str], headings: Sequence[str]) -> None:
        """Counts a passage."""
        self.texts.update(self._numbers(set(terms)))
        self.headings.update(self._numbers(set(headings)))
        self.text_length += len(terms)
        self.heading_length += len(headings)

    def count_source(self, counts: Mapping[str, int], title: Sequence[str]) -> SourceTerms:
        """Counts a source: how often each term stands in all its passages, and its title."""
        titles = Counter(title)
        found = SourceTerms(self._columns(counts), self._columns(titles))
        self.sources.update(found.text[0].tolist())
        self.titles.update(found.title[0].tolist())
        self.title_length += len(title)
        return found

    def lengths(self) -> Lengths:
        """The number of terms and the sums of all lengths."""
        return Lengths(len(self.numbers), self.text_length, self.heading_length, self.title_length)

    def rows(self) -> Iterator[Row]:
        """The terms as their collection holds them."""
        for term, number in self.numbers.items():
            yield {
                "term": term,
                "number": number,
                "texts": self.texts[number],
                "headings": self.headings[number],
                "sources": self.sources[number],
                "titles": self.titles[number],
                **NOTHING,
            }

    def _numbers(self, terms: Iterable[str]) -> list[int]:
        return [self.numbers.setdefault(term, len(self.numbers)) for term in sorted(terms)]

    def _columns(self, counts: Mapping[str, int]) -> npt.NDArray[np.int64]:
        """The numbers of terms and how often each stands, shape (2, terms)."""
        numbers = self._numbers(counts)
        return np.array([numbers, [counts[term] for term in sorted(counts)]], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """The terms of one source: numbers and counts in text and title, each of shape (2, terms)."""

    text: npt.NDArray[np.int64]
    title: npt.NDArray[np.int64]

    def weights(self, text_mean: float, title_mean: float) -> dict[int, float]:
        """The source as a vector, whose product with that of a question is the source's BM25.

        A question has the rarity of each of its terms; the rest of the function is here.
        """
        found: dict[int, float] = {}
        for which, (numbers, counts), mean in (
            (TEXT, self.text, text_mean),
            (TITLE, self.title, title_mean),
        ):
            shares = saturated(counts.astype(np.float64), float(counts.sum()), mean)
            found |= zip((2 * numbers + which).tolist(), shares.tolist(), strict=True)
        return found or {FILLING: 1.0}


class Spool:
    """The terms of all sources, in the order written; on disk, since they may be many."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, terms: SourceTerms) -> None:
        """Notes the terms of the next source."""
        for array in (terms.text, terms.title):
            np.lib.format.write_array(self._file, array, allow_pickle=False)

    def __iter__(self) -> Iterator[SourceTerms]:
        self._file.seek(0)
        end = self._file.seek(0, 2)
        self._file.seek(0)
        while self._file.tell() < end:
            yield SourceTerms(self._read(), self._read())

    def _read(self) -> npt.NDArray[np.int64]:
        array: npt.NDArray[np.int64] = np.lib.format.read_array(self._file, allow_pickle=False)
        return array


def saturated(counts: npt.NDArray[np.float64], lengths: Any, mean: float) -> Any:
    """What BM25 makes of how often a term stands in texts of some lengths, rarity left out."""
    share = 1 - LENGTH_SHARE + LENGTH_SHARE / mean * lengths
    return (SATURATION + 1) * counts / (counts + SATURATION * share)


def mean_of(total: int, count: int) -> float:
    """The mean length of so many texts, never zero."""
    return max(total / max(1, count), 1e-9)
