"""BM25F over the passages of a generation.

Only what is live counts, in the statistics too, so that scores do not depend on how passages came
to lie in segments. The function is that of Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond" (2009), with a logarithm that is never negative: a passage has two
weighted fields, its text and its context (the title and the headings above it). It is computed
here because search engines take statistics from a segment with its deleted documents in it, or
leave their postings to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .postings import CONTEXT, TEXT, Column, Counts, Postings, Rows
from .recent import Recent

# A word of the context counts as so many of the text: it is about all that stands below it.
CONTEXT_WEIGHT = 0.5

# How fast more of the same word stops to count, and how much the length of a text counts.
SATURATION = 1.2
LENGTH_SHARE = 0.75

# Terms whose postings are at hand: those of a few questions, each asked for several times.
TERMS_KEPT = 32

# Of so many scores one is looked at first.
SAMPLED = 16

# Where a term stands in fewer passages, it is not worth asking whether they can still matter.
COMMON = 10_000

# Beyond what sums of the same numbers in another order differ by.
ROUNDING = 1e-9

# No score is lower, but 0.
LEAST = float(np.nextafter(0.0, 1.0))

_Numbers = npt.NDArray[np.float64]


def rarity(total: int, having: int) -> float:
    """The inverse document frequency of a term that `having` of all passages have."""
    return math.log1p((total - having + 0.5) / (having + 0.5))


def length_norms(lengths: _Numbers, mean: float) -> _Numbers:
    """By what the counts of terms in texts of some lengths are divided; 1 at the mean length."""
    return 1 - LENGTH_SHARE + LENGTH_SHARE / mean * lengths


def saturated(frequencies: _Numbers) -> _Numbers:
    """What normalised frequencies are worth: more of the same counts less and less."""
    return (SATURATION + 1) * frequencies / (frequencies + SATURATION)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of all passages, with the length norm of each."""

    norms: _Numbers

    @classmethod
    def of(cls, lengths: _Numbers) -> _Field:
        return cls(length_norms(lengths, max(float(lengths.sum()) / max(1, len(lengths)), 1e-9)))

    def frequencies(self, rows: npt.NDArray[np.integer], counts: _Numbers) -> _Numbers:
        """The normalised frequencies of a term that stands so often in each of the rows."""
        return counts / self.norms.take(rows)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of the generation that have a term, and how often each field has it; None for a
    field that never has. `having` counts the rows by field.
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
    """The words of one generation."""

    def __init__(self, parts: Sequence[tuple[Postings, Rows]], passages: int) -> None:
        """`parts` are segments, each with the row in the generation of each of its rows, -1 for
        one that is not live.
        """
        self._parts = parts
        self._are_whole = [bool((rows >= 0).all()) for _, rows in parts]
        self._passages = passages
        lengths = np.zeros((passages, 2))
        for postings, rows in parts:
            lengths[rows[rows >= 0]] = postings.lengths[rows >= 0]
        self._text, self._context = _Field.of(lengths[:, TEXT]), _Field.of(lengths[:, CONTEXT])
        self._terms: Recent[str, _Found] = Recent(TERMS_KEPT)
        # What passages really get for a term at most, of common terms that were asked for.
        self._reached: dict[str, float] = {}

    def search(
        self,
        terms: Sequence[str],
        count: int,
        needed: Sequence[str] = (),
        among: npt.NDArray[np.bool_] | None = None,
    ) -> list[tuple[int, float]]:
        """Rows and scores of the best matches of any of the terms, all `needed` terms in them.

        `among` marks the rows that are searched, by default all; scores are the same either way.
        Equal scores are ordered by row. Rare terms come first; once the others together cannot
        lift a passage among the best any more, they are looked up only where they can matter, as
        in Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995).
        """
        found = sorted(map(self._found, dict.fromkeys(terms)), key=lambda term: len(term.rows))
        # The passages with one term that so many have tell what is enough, and are soon looked
        # through. Where only some are searched, they would tell of others.
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
        # Those that are as good as so many with a rare term are few among all.
        least = _least(total.take(telling.rows), count) if telling else 0.0
        hits = np.flatnonzero(total >= max(least, LEAST))
        if count < len(hits):
            hits = hits[total[hits] >= _least(total[hits], count)]
        best = hits[np.argsort(-total[hits], kind="stable")][:count]
        return list(zip(best.tolist(), total[best].tolist(), strict=True))

    def document_frequency(self, term: str) -> int:
        """In how many passages the term occurs, their context not counted."""
        return self._found(term).having[TEXT]

    def occurs(self, term: str) -> bool:
        """Whether the term is in any passage or its context."""
        return len(self._found(term).rows) > 0

    def _add(self, total: _Numbers, term: _Found, matter: npt.NDArray[np.bool_] | None) -> None:
        """Adds what a term contributes, to all passages that have it or to those that matter."""
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
        np.add.at(total, rows, scores)  # sooner than by an index on both sides
        if matter is None and len(rows) >= COMMON:
            self._reached[term.term] = float(scores.max())

    def _most(self, term: _Found) -> float:
        """What no passage gets more than for a term."""
        most = rarity(self._passages, term.having[TEXT]) * (SATURATION + 1)
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
    """The lowest of the `count` highest scores; 0 where there are not so many."""
    if not 0 < count <= len(scores):
        return 0.0
    if len(scores) > SAMPLED * count:
        # One that some more of them reach than are wanted, as far as a sample can tell.
        sample = scores[::SAMPLED]
        place = max(0, len(sample) - 2 * count // SAMPLED - SAMPLED)
        likely = scores[scores >= np.partition(sample, place)[place]]
        if len(likely) >= count:
            scores = likely
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
