"""BM25F over the passages of a generation.

Only live passages count, also in the statistics, so that scores do not depend on how passages are
spread over segments. The function is that of Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond" (2009), with a logarithm that is never negative. A passage has two
weighted fields: its text and its context (the title and the headings above it). It is computed here
because search engines include deleted documents in a segment's statistics, or do not expose their
postings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...text.remembered import Recent
from .postings import CONTEXT, TEXT, Column, Counts, Postings, Rows

# Weight of a word in the context, relative to the text: it describes all the text below it.
CONTEXT_WEIGHT = 0.5

# BM25 k1 (term-frequency saturation) and b (length normalization).
K1 = 1.2
B = 0.75

# Size of the cache of postings: the terms of a few questions, each used several times.
TERMS_KEPT = 32

# One of this many scores is sampled to find a first threshold.
SAMPLED = 16

# For a term in fewer passages, pruning costs more than it saves.
COMMON = 10_000

# Larger than rounding differences between sums of the same numbers in another order.
ROUNDING = 1e-9

# The lowest score above 0.
LEAST = float(np.nextafter(0.0, 1.0))

_Numbers = npt.NDArray[np.float64]


def rarity(total: int, having: int) -> float:
    """Returns the inverse document frequency of a term in `having` of `total` passages."""
    return math.log1p((total - having + 0.5) / (having + 0.5))


def length_norms(lengths: _Numbers, mean: float) -> _Numbers:
    """Returns the divisors of term counts for some text lengths; 1 at the mean length."""
    return 1 - B + B / mean * lengths


def saturated(frequencies: _Numbers) -> _Numbers:
    """Applies BM25 saturation to normalised frequencies."""
    return (K1 + 1) * frequencies / (frequencies + K1)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of all passages, with the length norm of each."""

    norms: _Numbers

    @classmethod
    def of(cls, lengths: _Numbers) -> _Field:
        return cls(length_norms(lengths, max(float(lengths.sum()) / max(1, len(lengths)), 1e-9)))

    def frequencies(self, rows: npt.NDArray[np.integer], counts: _Numbers) -> _Numbers:
        """Returns the normalised frequencies of a term that occurs `counts` times in the rows."""
        return counts / self.norms.take(rows)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows that contain a term, and its counts by field; None for a field without it.

    `having` is the number of rows by field.
    """

    term: str
    rows: Rows
    columns: tuple[Column | None, ...]
    having: tuple[int, ...]

    @classmethod
    def of(cls, term: str, rows: Rows, counts: Counts) -> _Found:
        """`counts` has shape (2, rows)."""
        having = tuple(int(np.count_nonzero(column)) for column in counts)
        columns = tuple(
            column if many else None for column, many in zip(counts, having, strict=True)
        )
        return cls(term, rows, columns, having)

    def counts(self, field: int) -> _Numbers | None:
        column = self.columns[field]
        return None if column is None else column.astype(np.float64)


class LexicalIndex:
    """The lexical index of one generation."""

    def __init__(self, parts: Sequence[tuple[Postings, Rows]], passages: int) -> None:
        """`parts` are segments, each with the generation row of each of its rows, -1 if it is not
        live.
        """
        self._parts = parts
        self._are_whole = [bool((rows >= 0).all()) for _, rows in parts]
        self._passages = passages
        lengths = np.zeros((passages, 2))
        for postings, rows in parts:
            lengths[rows[rows >= 0]] = postings.lengths[rows >= 0]
        self._text, self._context = _Field.of(lengths[:, TEXT]), _Field.of(lengths[:, CONTEXT])
        self._terms: Recent[str, _Found] = Recent(TERMS_KEPT)
        # The highest contribution found for each common term so far.
        self._reached: dict[str, float] = {}

    def search(
        self,
        terms: Sequence[str],
        count: int,
        needed: Sequence[str] = (),
        among: npt.NDArray[np.bool_] | None = None,
    ) -> list[tuple[int, float]]:
        """Returns rows and scores of the best matches of any of the terms.

        Every match contains all `needed` terms. `among` marks the rows to search, by default all;
        it does not change the scores. Ties are ordered by row. Rare terms come first; once the
        remaining terms together cannot lift a passage into the best, they are added only to
        passages that can still be among the best, as in Turtle and Flood, "Query Evaluation:
        Strategies and Optimizations" (1995).
        """
        found = sorted(map(self._found, dict.fromkeys(terms)), key=lambda term: len(term.rows))
        # The rarest term with enough passages gives a threshold quickly. With `among`, its scores
        # would be those of other passages.
        common = (term for term in found if len(term.rows) >= count)
        telling = next(common, None) if among is None else None
        most = [self._most(term) for term in found]
        given, left = 0.0, sum(most)
        total = np.zeros(self._passages)
        least, before = 0.0, telling
        for term, bound in zip(found, most, strict=True):
            matter = among
            if telling and before and not needed and len(term.rows) >= COMMON and left < given:
                for one in {telling.term: telling, before.term: before}.values():
                    least = max(least, _least(total.take(one.rows), count))
                if left < least:
                    matter = total >= least - left - ROUNDING
            given += bound
            left -= bound
            self._add(total, term, matter)
            before = term
        for term in map(self._found, dict.fromkeys(needed)):
            column = term.columns[TEXT]
            has = np.zeros(len(total), dtype=bool)
            if column is not None:
                has[term.rows[column > 0]] = True
            total[~has] = 0.0
        # Only rows that score at least the k-th best of the rare term can be in the top k.
        least = _least(total.take(telling.rows), count) if telling else 0.0
        hits = np.flatnonzero(total >= max(least, LEAST))
        if count < len(hits):
            hits = hits[total[hits] >= _least(total[hits], count)]
        best = hits[np.argsort(-total[hits], kind="stable")][:count]
        return list(zip(best.tolist(), total[best].tolist(), strict=True))

    def document_frequency(self, term: str) -> int:
        """Returns the number of passages whose text contains the term; ignores the context."""
        return self._found(term).having[TEXT]

    def occurs(self, term: str) -> bool:
        """Whether the term is in any passage or its context."""
        return len(self._found(term).rows) > 0

    def _add(self, total: _Numbers, term: _Found, matter: npt.NDArray[np.bool_] | None) -> None:
        """Adds a term's contribution to all passages that have it, or to those that matter."""
        chosen = None if matter is None else np.flatnonzero(matter.take(term.rows))
        rows = term.rows if chosen is None else term.rows.take(chosen)
        frequencies = np.zeros(len(rows))
        for field, column, weight in (
            (self._text, TEXT, 1.0),
            (self._context, CONTEXT, CONTEXT_WEIGHT),
        ):
            having = term.columns[column]
            if having is not None:
                counts = having if chosen is None else having.take(chosen)
                found = field.frequencies(rows, counts.astype(np.float64))
                frequencies += found if weight == 1.0 else weight * found
        scores = saturated(frequencies)
        scores *= rarity(len(total), term.having[TEXT])
        np.add.at(total, rows, scores)  # faster than fancy indexing on both sides
        if matter is None and len(rows) >= COMMON:
            self._reached[term.term] = float(scores.max())

    def _most(self, term: _Found) -> float:
        """Returns an upper bound of a term's contribution to a passage."""
        most = rarity(self._passages, term.having[TEXT]) * (K1 + 1)
        return min(most, self._reached.get(term.term, math.inf))

    def _found(self, term: str) -> _Found:
        return self._terms.get([term], lambda _: {term: self._find(term)})[term]

    def _find(self, term: str) -> _Found:
        all_rows: list[Rows] = [np.empty(0, dtype=np.int32)]
        all_counts: list[Counts] = [np.empty((2, 0), dtype=np.uint16)]
        for (postings, rows), is_whole in zip(self._parts, self._are_whole, strict=True):
            own, counts = postings.find(term)
            moved = rows.take(own)
            if not is_whole:
                live = moved >= 0
                moved, counts = moved[live], counts[live]
            all_rows.append(moved)
            all_counts.append(counts.T)
        return _Found.of(term, np.concatenate(all_rows), np.concatenate(all_counts, axis=1))


def _least(scores: _Numbers, count: int) -> float:
    """Returns the lowest of the `count` highest scores; 0 if there are fewer."""
    if not 0 < count <= len(scores):
        return 0.0
    if len(scores) > SAMPLED * count:
        # A threshold, estimated from a sample, that slightly more than `count` scores reach.
        sample = scores[::SAMPLED]
        place = max(0, len(sample) - 2 * count // SAMPLED - SAMPLED)
        likely = scores[scores >= np.partition(sample, place)[place]]
        if len(likely) >= count:
            scores = likely
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
