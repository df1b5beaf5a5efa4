"""The word pieces of a text that carry meaning, and how much each of a question's pieces counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from .terms import STOP_WORDS, words
from .types import Span, Vectors

WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(STOP_WORDS)

# The terms of a word, and the places of its word pieces.
ContentWord: TypeAlias = tuple[tuple[str, ...], tuple[int, ...]]


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
    text: str, spans: Sequence[Span], language: str | None = None
) -> Iterator[ContentWord]:
    """The terms of each word that carries meaning, and the places of its word pieces."""
    for (first, last), found in words(text, language):
        inside = tuple(
            at for at, (start, end) in enumerate(spans) if first <= start and end <= last
        )
        if inside:
            yield found, inside


def piece_weights(
    content: Iterable[ContentWord], pieces: int, rarity: Mapping[str, float]
) -> Vectors:
    """The weight of each of the word pieces of a question, shape (pieces,), summing to 1.

    A word weighs as much as its term is rare, shared by its pieces. Equal weights for a question
    that has no term at all.
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
