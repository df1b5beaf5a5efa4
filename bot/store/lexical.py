"""BM25 over the passages of a generation and over its whole sources.

Only what is live counts, in the statistics too, so that scores do not depend on how passages came
to lie in segments. The function is that of Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond" (2009), with a logarithm that is never negative. It is computed here
because search engines take statistics from a segment with its deleted documents in it, or leave
their postings to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .postings import HEADING, TEXT, TITLE, Counts, Postings, Rows

# A word in the headings above a passage, or in a title, says less than one of its own.
HEADING_BOOST = 0.3

# How fast more of the same word stops to count, and how much the length of a text counts.
SATURATION = 1.2
LENGTH_SHARE = 0.75

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Field:
    """The lengths, in terms, of one field of all passages or sources."""

    lengths: _Numbers
    mean: float

    @classmethod
    def of(cls, lengths: _Numbers) -> _Field:
        return cls(lengths, max(float(lengths.sum()) / max(1, len(lengths)), 1e-9))

    def scores(self, rows: npt.NDArray[np.integer], counts: _Numbers) -> _Numbers:
        """BM25 of a term that stands so often in each of the rows."""
        total, having = len(self.lengths), int(np.count_nonzero(counts))
        rarity = math.log1p((total - having + 0.5) / (having + 0.5))
        share = 1 - LENGTH_SHARE + LENGTH_SHARE / self.mean * self.lengths[rows]
        found: _Numbers = rarity * (SATURATION + 1) * counts / (counts + SATURATION * share)
        return found


class LexicalIndex:
    """The words of one generation."""

    def __init__(
        self, parts: Sequence[tuple[Postings, Rows]], source_of: npt.NDArray[np.int32], sources: int
    ) -> None:
        """`parts` are segments, each with the row in the generation of each of its rows, -1 for
        one that is not live; `source_of` gives the number of each row's source.
        """
        self._parts = parts
        self._source_of = source_of
        self._sources = sources
        lengths = np.zeros((len(source_of), 3))
        for postings, rows in parts:
            lengths[rows[rows >= 0]] = postings.lengths[rows >= 0]
        self._text, self._heading = _Field.of(lengths[:, TEXT]), _Field.of(lengths[:, HEADING])
        self._whole_text = _Field.of(self._by_source(np.arange(len(source_of)), lengths[:, TEXT]))
        self._title = _Field.of(self._by_source(np.arange(len(source_of)), lengths[:, TITLE]))

    def search(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows and scores of the best matches of any of the terms, all `needed` terms in them.

        Equal scores are ordered by row.
        """
        total = np.zeros(len(self._source_of))
        for term in dict.fromkeys(terms):
            rows, counts = self._found(term)
            total[rows] += self._text.scores(rows, counts[:, TEXT])
            total[rows] += HEADING_BOOST * self._heading.scores(rows, counts[:, HEADING])
        for term in dict.fromkeys(needed):
            rows, counts = self._found(term)
            has = np.zeros(len(total), dtype=bool)
            has[rows[counts[:, TEXT] > 0]] = True
            total[~has] = 0.0
        hits = np.flatnonzero(total > 0)
        if count < len(hits):
            least = np.partition(total[hits], len(hits) - count)[len(hits) - count]
            hits = hits[total[hits] >= least]
        best = hits[np.argsort(-total[hits], kind="stable")][:count]
        return list(zip(best.tolist(), total[best].tolist(), strict=True))

    def search_sources(self, terms: Sequence[str]) -> _Numbers:
        """The scores of all sources, by their numbers; 0 for one that has none of the terms."""
        total = np.zeros(self._sources)
        for term in dict.fromkeys(terms):
            rows, counts = self._found(term)
            for field, column, boost in (
                (self._whole_text, TEXT, 1.0),
                (self._title, TITLE, HEADING_BOOST),
            ):
                by_source = self._by_source(rows, counts[:, column])
                having = np.flatnonzero(by_source)
                total[having] += boost * field.scores(having, by_source[having])
        return total

    def document_frequency(self, term: str) -> int:
        """In how many passages the term occurs, headings and titles not counted."""
        return int(np.count_nonzero(self._found(term)[1][:, TEXT]))

    def occurs(self, term: str) -> bool:
        """Whether the term is in any passage, heading or title."""
        return len(self._found(term)[0]) > 0

    def _found(self, term: str) -> tuple[Rows, _Numbers]:
        """The rows of the generation that have a term, and how often, by field."""
        all_rows: list[Rows] = []
        all_counts: list[Counts] = []
        for postings, rows in self._parts:
            own, counts = postings.find(term)
            moved = rows[own]
            live = moved >= 0
            all_rows.append(moved[live])
            all_counts.append(counts[live])
        if not all_rows:
            return np.empty(0, dtype=np.int32), np.empty((0, 3))
        return np.concatenate(all_rows), np.concatenate(all_counts).astype(np.float64)

    def _by_source(self, rows: npt.NDArray[np.integer], values: _Numbers) -> _Numbers:
        return np.bincount(self._source_of[rows], values, self._sources).astype(np.float64)
