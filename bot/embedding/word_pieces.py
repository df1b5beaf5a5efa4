"""Selects the word pieces that carry meaning and weights the pieces of a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from ..text.terms import STOP_WORDS, words
from ..types import Span, Vectors

WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(STOP_WORDS)

# The terms of a word, and the indices of its word pieces.
ContentWord: TypeAlias = tuple[tuple[str, ...], tuple[int, ...]]


def content_pieces(text: str, spans: Sequence[Span]) -> list[int]:
    """Returns the indices of word pieces that carry meaning: no punctuation, no function words.

    They are about half of all pieces; the rest would double the size of the index.
    """
    return [
        at
        for at, (start, end) in enumerate(spans)
        if text[start:end].lower() not in _STOP_WORDS and WORD.search(text, start, end)
    ]


def content_words(
    text: str, spans: Sequence[Span], language: str | None = None
) -> Iterator[ContentWord]:
    """Yields the terms of each word that carries meaning, with the indices of its word pieces."""
    for (first, last), found in words(text, language):
        inside = tuple(
            at for at, (start, end) in enumerate(spans) if first <= start and end <= last
        )
        if inside:
            yield found, inside


def piece_weights(
    content: Iterable[ContentWord], pieces: int, rarity: Mapping[str, float]
) -> Vectors:
    """Returns the weight of each word piece of a question, shape (pieces,), summing to 1.

    Rarer terms weigh more, and a word's pieces share its weight. A question without terms gets
    equal weights.
    """
    weights = np.zeros(pieces, dtype=np.float32)
    for found, inside in content:
        places = list(inside)
        weight = max(rarity.get(term, 0.0) for term in found) / len(inside)
        weights[places] = np.maximum(weights[places], weight)
    total = float(weights.sum())
    if total == 0:
        return np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32)
    return weights / np.float32(total)
