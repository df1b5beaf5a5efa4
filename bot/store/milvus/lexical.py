"""BM25 with Milvus: its own function proposes passages, and their scores are then computed anew.

Milvus takes its statistics from a part of the data, so that its scores are only near. Those of
what it proposes are computed from the terms of the passages and from the statistics of the whole
generation, as in `bot.store.lexical`, so that both stores rank alike.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..lexical import HEADING_BOOST
from ..recent import Recent
from .connection import MOST_HITS, Connection
from .packing import coded, joined
from .schema import Parts
from .statistics import TEXT, TITLE, Lengths, mean_of, saturated

# For each passage that is wanted, so many are proposed by each field.
PROPOSED = 4

# Up to so many sources, the scores of all are asked for at once.
SOURCES_AT_ONCE = 1_000

TERMS_KEPT = 50_000
# A question asks for its sources twice.
QUESTIONS_KEPT = 32

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TermFacts:
    """A term's number, and how many texts, headings, sources and titles have it."""

    number: int
    texts: int
    headings: int
    sources: int
    titles: int


class LexicalSearch:
    """The words of one generation in Milvus."""

    def __init__(
        self, connection: Connection, parts: Parts, lengths: Lengths, passages: int, sources: int
    ) -> None:
        self._connection = connection
        self._parts = parts
        self._lengths = lengths
        self._passages = passages
        self._sources = sources
        self._facts: Recent[str, TermFacts | None] = Recent(TERMS_KEPT)
        self._best: Recent[tuple[tuple[str, ...], int], dict[str, float]] = Recent(QUESTIONS_KEPT)

    def facts(self, terms: Sequence[str]) -> dict[str, TermFacts]:
        """What is known of some terms; those that stand nowhere are left out."""
        found = self._facts.get(terms, self._fetched)
        return {term: facts for term, facts in found.items() if facts is not None}

    def search(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows and scores of the best matches of any of the terms, all `needed` terms in them.

        Equal scores are ordered by row.
        """
        known = self.facts(terms)
        if not known or len(self.facts(needed)) < len(set(needed)):
            return []
        found = self._proposed(joined(list(known)), count, needed)
        rows = np.array(sorted(found), dtype=np.int64)
        texts = [found[row][0] for row in rows.tolist()]
        headings = [found[row][1] for row in rows.tolist()]
        total = np.zeros(len(rows))
        for column, boost, length in (
            (texts, 1.0, self._lengths.texts),
            (headings, HEADING_BOOST, self._lengths.headings),
        ):
            lengths = np.array([len(words) for words in column], dtype=np.float64)
            mean = mean_of(length, self._passages)
            for term, facts in known.items():
                having = facts.texts if column is texts else facts.headings
                counts = _counted(column, coded(term))
                rarity = _rarity(self._passages, having)
                total += boost * (rarity * saturated(counts, lengths, mean))
        for term in dict.fromkeys(needed):
            total[_counted(texts, coded(term)) == 0] = 0.0
        hits = np.flatnonzero(total > 0)
        best = hits[np.argsort(-total[hits], kind="stable")][:count]
        return list(zip(rows[best].tolist(), total[best].tolist(), strict=True))

    def search_sources(
        self, terms: Sequence[str], among: Collection[str] | None
    ) -> dict[str, float]:
        """The scores of whole sources that match: all, or those `among`."""
        if among is None or self._sources <= SOURCES_AT_ONCE:
            found = self._highest(terms, self._sources)
            return found if among is None else {id_: found[id_] for id_ in among if id_ in found}
        chosen = ", ".join(f"'{id_}'" for id_ in sorted(among))
        return self._scored(self._weights(terms), len(among), f"id in [{chosen}]")

    def best_source(self, terms: Sequence[str]) -> float:
        """The score of the source that matches best; 0 where none does."""
        count = self._sources if self._sources <= SOURCES_AT_ONCE else 1
        return max(self._highest(terms, count).values(), default=0.0)

    def _highest(self, terms: Sequence[str], count: int) -> dict[str, float]:
        key = tuple(terms), count
        fetched = self._best.get([key], lambda _: {key: self._scored(self._weights(terms), count)})
        return fetched[key]

    def _weights(self, terms: Sequence[str]) -> dict[int, float]:
        """What the occurrence of each term in a source's text or title adds to its score."""
        weights = {}
        for facts in self.facts(terms).values():
            for which, having, boost in (
                (TEXT, facts.sources, 1.0),
                (TITLE, facts.titles, HEADING_BOOST),
            ):
                if having:
                    rarity = _rarity(self._sources, having)
                    weights[2 * facts.number + which] = boost * rarity
        return weights

    def _scored(
        self, wanted: dict[int, float], count: int, condition: str = ""
    ) -> dict[str, float]:
        if not wanted:
            return {}
        hits = self._connection.search(
            self._parts.sources, "weights", wanted, count, ["id"], condition
        )
        return {row["id"]: score for score, row in hits if score > 0}

    def _proposed(
        self, text: str, count: int, needed: Sequence[str]
    ) -> dict[int, tuple[list[str], list[str]]]:
        """The terms of texts and headings of the passages that Milvus finds, by row."""
        count = min(PROPOSED * count, self._passages)
        # Where all can be asked for, it is faster to look through them here.
        chosen = dict.fromkeys(needed) if self._passages > MOST_HITS else ()
        condition = " and ".join(f"text_match(terms, '{coded(term)}')" for term in chosen)
        found = {}
        for field in ("terms_bm25", "headings_bm25"):
            hits = self._connection.search(
                self._parts.passages, field, text, count, ["row", "terms", "headings"], condition
            )
            for _, row in hits:
                found[int(row["row"])] = row["terms"].split(), row["headings"].split()
        return found

    def _fetched(self, terms: list[str]) -> dict[str, TermFacts | None]:
        by_code = {coded(term): term for term in terms}
        fields = ("number", "texts", "headings", "sources", "titles")
        rows = self._connection.get(self._parts.terms, list(by_code), ["term", *fields])
        found: dict[str, TermFacts | None] = dict.fromkeys(terms)
        for row in rows:
            found[by_code[row["term"]]] = TermFacts(*(int(row[field]) for field in fields))
        return found


def _counted(texts: Sequence[Sequence[str]], term: str) -> _Numbers:
    return np.array([words.count(term) for words in texts], dtype=np.float64)


def _rarity(total: int, having: int) -> float:
    return math.log1p((total - having + 0.5) / (having + 0.5))
