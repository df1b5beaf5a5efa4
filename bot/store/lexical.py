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

from .postings import HEADING, TEXT, TITLE, Column, Counts, Postings, Rows
from .recent import Recent

# A word in the headings above a passage, or in a title, says less than one of its own.
HEADING_BOOST = 0.3

# How fast more of the same word stops to count, and how much the length of a text counts.
SATURATION = 1.2
LENGTH_SHARE = 0.75

# Terms whose postings are at hand: those of a few questions, each asked for several times.
TERMS_KEPT = 32

# Scores of whole sources for single terms that are at hand: most questions are asked in words that
# others have, too. So many, and no more of them than fit so much memory.
MOST_SOURCE_SCORES = 1 << 12
SOURCE_SCORES_BYTES = 32 << 20

# Of so many scores one is looked at first.
SAMPLED = 16

# Where a term stands in fewer passages, it is not worth asking whether they can still matter.
COMMON = 10_000

# Beyond what sums of the same numbers in another order differ by.
ROUNDING = 1e-9

# No score is lower, but 0.
LEAST = float(np.nextafter(0.0, 1.0))

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of all passages or sources: how many there are, and what the length of each adds
    to the count of a term that is half as good as any number of it.
    """

    total: int
    lengths: _Numbers

    @classmethod
    def of(cls, lengths: _Numbers) -> _Field:
        mean = max(float(lengths.sum()) / max(1, len(lengths)), 1e-9)
        shares = 1 - LENGTH_SHARE + LENGTH_SHARE / mean * lengths
        return cls(len(lengths), SATURATION * shares)

    def most(self, having: int) -> float:
        """What no score of a term reaches that stands in so many passages or sources."""
        return math.log1p((self.total - having + 0.5) / (having + 0.5)) * (SATURATION + 1)

    def scores(self, rows: npt.NDArray[np.integer], counts: _Numbers, having: int) -> _Numbers:
        """BM25 of a term that stands so often in each of the rows, and in `having` in all."""
        halves: _Numbers = self.lengths.take(rows)
        halves += counts
        np.divide(counts, halves, out=halves)
        halves *= self.most(having)
        return halves


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
        """`counts` has shape (3, rows)."""
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

    def __init__(
        self, parts: Sequence[tuple[Postings, Rows]], source_of: npt.NDArray[np.int32], sources: int
    ) -> None:
        """`parts` are segments, each with the row in the generation of each of its rows, -1 for
        one that is not live; `source_of` gives the number of each row's source.
        """
        self._parts = parts
        self._are_whole = [bool((rows >= 0).all()) for _, rows in parts]
        self._source_of = source_of
        self._sources = sources
        lengths = np.zeros((len(source_of), 3))
        for postings, rows in parts:
            lengths[rows[rows >= 0]] = postings.lengths[rows >= 0]
        self._text, self._heading = _Field.of(lengths[:, TEXT]), _Field.of(lengths[:, HEADING])
        self._whole_text = _Field.of(self._by_source(source_of, lengths[:, TEXT]))
        self._title = _Field.of(self._by_source(source_of, lengths[:, TITLE]))
        self._terms: Recent[str, _Found] = Recent(TERMS_KEPT)
        # Two numbers at most for each source.
        kept = SOURCE_SCORES_BYTES // (16 * max(1, sources))
        self._source_scores: Recent[str, tuple[_Numbers, ...]] = Recent(
            min(max(kept, 1), MOST_SOURCE_SCORES)
        )
        # What passages really get for a term at most, of common terms that were asked for.
        self._reached: dict[str, float] = {}

    def search(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows and scores of the best matches of any of the terms, all `needed` terms in them.

        Equal scores are ordered by row. Rare terms come first; once the others together cannot
        lift a passage among the best any more, they are looked up only where they can matter, as
        in Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995).
        """
        found = sorted(map(self._found, dict.fromkeys(terms)), key=lambda term: len(term.rows))
        # The passages with one term that so many have tell what is enough, and are soon looked
        # through.
        telling = next((term for term in found if len(term.rows) >= count), None)
        most = [self._most(term) for term in found]
        given, left = 0.0, sum(most)
        total = np.zeros(len(self._source_of))
        least, before = 0.0, telling
        for term, bound in zip(found, most, strict=True):
            matter: npt.NDArray[np.bool_] | None = None
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

    def search_sources(self, terms: Sequence[str]) -> _Numbers:
        """The scores of all sources, by their numbers; 0 for one that has none of the terms."""
        total = np.zeros(self._sources)
        distinct = dict.fromkeys(terms)
        scores = self._source_scores.get(
            distinct, lambda missing: {term: self._score_sources(term) for term in missing}
        )
        for term in distinct:
            for of_field in scores[term]:
                total += of_field
        return total

    def document_frequency(self, term: str) -> int:
        """In how many passages the term occurs, headings and titles not counted."""
        return self._found(term).having[TEXT]

    def occurs(self, term: str) -> bool:
        """Whether the term is in any passage, heading or title."""
        return len(self._found(term).rows) > 0

    def _add(self, total: _Numbers, term: _Found, matter: npt.NDArray[np.bool_] | None) -> None:
        """Adds what a term contributes, to all passages that have it or to those that matter."""
        chosen = None if matter is None else np.flatnonzero(matter.take(term.rows))
        rows = term.rows if chosen is None else term.rows.take(chosen)
        scores: _Numbers | None = None
        for field, column, boost in (
            (self._text, TEXT, 1.0),
            (self._heading, HEADING, HEADING_BOOST),
        ):
            having = term.columns[column]
            if having is not None:
                counts = having if chosen is None else having.take(chosen)
                found = field.scores(rows, counts.astype(np.float64), term.having[column])
                found *= boost
                scores = found if scores is None else scores + found
        if scores is None:
            return
        np.add.at(total, rows, scores)  # sooner than by an index on both sides
        if matter is None and len(rows) >= COMMON:
            self._reached[term.term] = float(scores.max())

    def _most(self, term: _Found) -> float:
        """What no passage gets more than for a term."""
        text = self._text.most(term.having[TEXT]) if term.having[TEXT] else 0.0
        heading = self._heading.most(term.having[HEADING]) if term.having[HEADING] else 0.0
        return min(text + HEADING_BOOST * heading, self._reached.get(term.term, math.inf))

    def _found(self, term: str) -> _Found:
        return self._terms.get([term], lambda _: {term: self._find(term)})[term]

    def _find(self, term: str) -> _Found:
        all_rows: list[Rows] = [np.empty(0, dtype=np.int32)]
        all_counts: list[Counts] = [np.empty((3, 0), dtype=np.uint16)]
        for (postings, rows), is_whole in zip(self._parts, self._are_whole, strict=True):
            own, counts = postings.find(term)
            moved = rows.take(own)
            if not is_whole:
                live = moved >= 0
                moved, counts = moved[live], counts[live]
            all_rows.append(moved)
            all_counts.append(counts.T)
        return _Found.of(term, np.concatenate(all_rows), np.concatenate(all_counts, axis=1))

    def _score_sources(self, term: str) -> tuple[_Numbers, ...]:
        """What a term gives each source for its text, and for its title."""
        found = self._found(term)
        sources = self._source_of.take(found.rows)
        scored = []
        for field, column, boost in (
            (self._whole_text, TEXT, 1.0),
            (self._title, TITLE, HEADING_BOOST),
        ):
            counts = found.counts(column)
            if counts is not None:
                by_source = self._by_source(sources, counts)
                having = np.flatnonzero(by_source)
                scores = np.zeros(self._sources)
                scores[having] = boost * field.scores(having, by_source[having], len(having))
                scored.append(scores)
        return tuple(scored)

    def _by_source(self, sources: npt.NDArray[np.integer], values: _Numbers) -> _Numbers:
        return np.bincount(sources, values, self._sources).astype(np.float64, copy=False)


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
