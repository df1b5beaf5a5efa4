"""Late interaction: every word of a question looks for its best match among a passage's words.

The score of Khattab and Zaharia, "ColBERT" (2020), over the word pieces of the same encoder that
makes the passage vectors, each word of the question counting by how rare it is in the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .terms import STOP_WORDS, terms
from .types import Encoded, Span, Vectors

WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(STOP_WORDS)


def content_pieces(text: str, spans: Sequence[Span]) -> list[int]:
    """Places of the word pieces that carry meaning: no punctuation, no function word.

    They are about half of all pieces; the others would double the size of the index.
    """
    return [
        at
        for at, (start, end) in enumerate(spans)
        if text[start:end].lower() not in _STOP_WORDS and WORD.search(text, start, end)
    ]


def piece_weights(question: str, encoded: Encoded, rarity: Mapping[str, float]) -> Vectors:
    """The weight of each word piece of a question, shape (pieces,), summing to 1.

    A word weighs as much as its term is rare, shared by its pieces. Equal weights for a question
    that has no term at all.
    """
    weights = np.zeros(len(encoded.spans), dtype=np.float32)
    for word in WORD.finditer(question):
        inside = [
            at
            for at, (start, end) in enumerate(encoded.spans)
            if word.start() <= start and end <= word.end()
        ]
        found = terms(word[0])
        if inside and found:
            weights[inside] = max(rarity.get(term, 0.0) for term in found) / len(inside)
    total = float(weights.sum())
    if total == 0:
        return np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32)
    return weights / np.float32(total)


def interactions(cosines: Vectors, counts: npt.NDArray[np.int64], weights: Vectors) -> list[float]:
    """As `interaction`, of several passages at once: `cosines` has the pieces of one after the
    other, as many of each as `counts` says.
    """
    found = np.zeros(len(counts), dtype=np.float32)
    having = counts > 0
    if cosines.size:
        # A passage without pieces would be given the first of the next.
        begins = (counts.cumsum() - counts)[having]
        best = np.maximum.reduceat(cosines, begins, axis=1)
        found[having] = np.clip(weights @ best, 0.0, 1.0)
    scores: list[float] = found.tolist()
    return scores


def interaction(cosines: Vectors, weights: Vectors) -> float:
    """The weighted mean over the question's pieces of the best cosine each finds, in [0, 1]."""
    if not cosines.size:
        return 0.0
    return min(1.0, max(0.0, float(cosines.max(axis=1) @ weights)))
