"""The word pieces of a text that carry meaning, and how much each of a question's pieces counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

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


def content_words(
    text: str, spans: Sequence[Span]
) -> Iterator[tuple[Sequence[str], tuple[int, ...]]]:
    """The terms of each word that carries meaning, and the places of its word pieces."""
    for word in WORD.finditer(text):
        inside = tuple(
            at
            for at, (start, end) in enumerate(spans)
            if word.start() <= start and end <= word.end()
        )
        if inside and (found := terms(word[0])):
            yield found, inside


def piece_weights(question: str, encoded: Encoded, rarity: Mapping[str, float]) -> Vectors:
    """The weight of each word piece of a question, shape (pieces,), summing to 1.

    A word weighs as much as its term is rare, shared by its pieces. Equal weights for a question
    that has no term at all.
    """
    weights = np.zeros(len(encoded.spans), dtype=np.float32)
    for found, inside in content_words(question, encoded.spans):
        weights[list(inside)] = max(rarity.get(term, 0.0) for term in found) / len(inside)
    total = float(weights.sum())
    if total == 0:
        return np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32)
    return weights / np.float32(total)
