"""BM25 with Milvus: its own function proposes passages, and their scores are recomputed.

Milvus takes its statistics from a part of the data, so its scores are approximate. The scores of
its proposals are recomputed from the terms of the passages and the statistics of the whole
generation, as in `bot.store.folder.lexical`, so that both stores rank alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...text.remembered import Recent
from ..folder.lexical import CONTEXT_WEIGHT, length_norms, rarity, saturated
from .connection import MOST_HITS, Connection
from .packing import coded, joined
from .schema import Parts
from .statistics import Lengths, mean_of

# Proposals from each field, as a multiple of the passages wanted.
PROPOSED = 4

TERMS_KEPT = 50_000
_Numbers = npt.NDArray[np.float64]


class LexicalSearch:
    """The words of one generation in Milvus."""

    def __init__(
        self, connection: Connection, parts: Parts, lengths: Lengths, passages: int
    ) -> None:
        self._connection = connection
        self._parts = parts
        self._lengths = lengths
        self._passages = passages
        self._frequencies: Recent[str, int] = Recent(TERMS_KEPT)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Returns the number of texts with each term, 0 for a term that occurs only in contexts.

        Skips unknown terms.
        """
        found = self._frequencies.get(terms, self._fetched)
        return {term: count for term, count in found.items() if count >= 0}

    def search(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = (), condition: str = ""
    ) -> list[tuple[int, float]]:
        """Returns rows and scores of the best matches of any of the terms.

        Every match contains all `needed` terms and meets the `condition`, if there is one. Ties are
        ordered by row.
        """
        known = self.frequencies(terms)
        if not known or len(self.frequencies(needed)) < len(set(needed)):
            return []
        found = self._proposed(joined(list(known)), count, needed, condition)
        rows = np.array(sorted(found), dtype=np.int64)
        fields = [
            (words, length_norms(np.array(list(map(len, words)), dtype=np.float64), mean), weight)
            for words, mean, weight in (
                ([found[row][0] for row in rows.tolist()], self._mean(self._lengths.texts), 1.0),
                (
                    [found[row][1] for row in rows.tolist()],
                    self._mean(self._lengths.context),
                    CONTEXT_WEIGHT,
                ),
            )
        ]
        total = np.zeros(len(rows))
        for term, having in known.items():
            frequencies = np.zeros(len(rows))
            for words, norms, weight in fields:
                frequencies += weight * _counted(words, coded(term)) / norms
            total += rarity(self._passages, having) * saturated(frequencies)
        texts = fields[0][0]
        for term in dict.fromkeys(needed):
            total[_counted(texts, coded(term)) == 0] = 0.0
        hits = np.flatnonzero(total > 0)
        best = hits[np.argsort(-total[hits], kind="stable")][:count]
        return list(zip(rows[best].tolist(), total[best].tolist(), strict=True))

    def _mean(self, length: int) -> float:
        return mean_of(length, self._passages)

    def _proposed(
        self, text: str, count: int, needed: Sequence[str], condition: str
    ) -> dict[int, tuple[list[str], list[str]]]:
        """Returns the terms of text and context of the passages that Milvus proposes, by row."""
        count = min(PROPOSED * count, self._passages)
        # If all can be requested in one call, it is faster to filter them here.
        chosen = dict.fromkeys(needed) if self._passages > MOST_HITS else ()
        conditions = [f"text_match(terms, '{coded(term)}')" for term in chosen]
        conditions += [condition] if condition else []
        condition = " and ".join(conditions)
        found = {}
        for field in ("terms_bm25", "context_bm25"):
            hits = self._connection.search(
                self._parts.passages, field, text, count, ["row", "terms", "context"], condition
            )
            for _, row in hits:
                found[int(row["row"])] = row["terms"].split(), row["context"].split()
        return found

    def _fetched(self, terms: list[str]) -> dict[str, int]:
        """Returns the number of texts with each term, -1 for an unknown term."""
        by_code = {coded(term): term for term in terms}
        found = dict.fromkeys(terms, -1)
        for row in self._connection.get(self._parts.terms, list(by_code), ["term", "texts"]):
            found[by_code[row["term"]]] = int(row["texts"])
        return found


def _counted(texts: Sequence[Sequence[str]], term: str) -> _Numbers:
    return np.array([words.count(term) for words in texts], dtype=np.float64)
