"""Late interaction: finds the best match of each question word among a passage's words.

The score is that of Khattab and Zaharia, "ColBERT" (2020), over the word pieces of the encoder that
also makes the passage vectors. Whole passages and single sentences are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..store.tokens import Pieces, similarities
from ..types import Encoded, Spans, Vectors


class Cut(Protocol):
    """A passage split into sentences."""

    @property
    def sentences(self) -> Spans:
        """Sentence spans in the passage's text."""
        ...

    @property
    def asks(self) -> npt.NDArray[np.bool_]:
        """Which sentences are questions."""
        ...

    @property
    def bare(self) -> npt.NDArray[np.bool_]:
        """Which sentences are bare questions: no text below them may answer."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """A passage with its word pieces, divided into its context and its sentences.

    `sentences` are spans of the passage's text. `asks` marks questions. `bare` marks questions
    without text below them that may answer.
    """

    pieces: Pieces
    sentences: Spans
    asks: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Match:
    """How well a passage and each of its sentences match a query.

    `interaction` weights the query's words by rarity, `even_interaction` weights them equally.
    `cosines` has shape (pieces of the query, pieces of the passage), and `spans` are the spans of
    the passage's pieces in its text. By sentence: `sentences` are the spans, `asks` marks
    questions, `bare` marks bare questions, and `interactions` scores the sentence alone.
    `context_interactions` and `context_cosines` score the sentence together with the passage's
    context; `context_pieces`, shape (pieces of the query, sentences), is the best cosine of each
    piece there. A bare question states nothing: words that it repeats from the query count only in
    `cosines`.
    """

    interaction: float
    even_interaction: float
    cosines: Vectors
    spans: Spans
    sentences: Spans
    asks: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]
    interactions: Vectors
    context_interactions: Vectors
    context_cosines: Vectors
    context_pieces: Vectors

    def stated(self, text: str) -> str:
        """Returns the text of the passage without its bare questions."""
        spans = self.sentences[~self.bare].tolist()
        return " ".join(text[start:end] for start, end in spans) if self.bare.any() else text

    def best_statement(self, values: Vectors) -> float:
        """Returns the highest value among sentences that are not questions, if there are any."""
        return _highest(values[~self.asks]) if not self.asks.all() else _highest(values)

    def best_question(self, values: Vectors) -> float:
        """Returns the highest value among sentences that are questions; 0 without any."""
        return _highest(values[self.asks])


def bare_questions(asks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Marks questions that are last or that another question follows directly."""
    bare: npt.NDArray[np.bool_] = asks & np.append(asks[1:], True)
    return bare


def match(query: Encoded, weights: Vectors, passages: Sequence[Parts]) -> list[Match]:
    """Matches a query, given the weights of its word pieces, with each passage.

    The vector of a sentence is the mean of its word-piece vectors, which were computed in the
    context of the whole passage: Günther et al., "Late Chunking" (2024).
    """
    if not passages:
        return []
    counts = np.array([len(passage.pieces.spans) for passage in passages], dtype=np.int64)
    # Each passage has one group for its context and one for each sentence; groups may be empty.
    sizes = np.array([1 + len(passage.sentences) for passage in passages], dtype=np.int64)
    firsts = sizes.cumsum() - sizes
    groups = np.concatenate(
        [
            first + groups_of(passage.pieces.spans, passage.sentences)
            for first, passage in zip(firsts, passages, strict=True)
        ]
    )
    codes = np.concatenate([passage.pieces.codes for passage in passages])
    asked = np.concatenate((query.tokens, query.vector[None])) if len(query.tokens) else None
    if asked is None or not len(codes) or asked.shape[1] > 2 * codes.shape[1]:
        return [_unmatched(query, passage) for passage in passages]
    found, sums = similarities(asked, codes, groups)
    cosines = found[:-1]
    total = int(sizes.sum())
    best = best_by_group(cosines, groups, total)
    means = np.zeros((total, sums.shape[1]), dtype=np.float32)
    means[: len(sums)] = sums
    vector = np.zeros(means.shape[1], dtype=np.float32)
    vector[: len(query.vector)] = query.vector
    piece_ends = counts.cumsum()
    matches = []
    for passage, first, size, end, count in zip(
        passages, firsts, sizes, piece_ends, counts, strict=True
    ):
        with_context = means[first + 1 : first + size] + means[first]
        lengths = np.sqrt(np.einsum("ij,ij->i", with_context, with_context))
        matches.append(
            matched_by(
                weights,
                best[:, first : first + size],
                cosines[:, end - count : end],
                passage.pieces.spans,
                passage,
                with_context @ vector / np.maximum(lengths, 1e-9),
            )
        )
    return matches


def matched_by(
    weights: Vectors,
    best: Vectors,
    cosines: Vectors,
    spans: Spans,
    passage: Cut,
    context_cosines: Vectors | None = None,
) -> Match:
    """Builds the match of a query and a passage.

    `weights` are those of the query's pieces. `cosines` compare query and passage, and `best` has
    the best cosine by group: the context first, then each sentence. Without `context_cosines`,
    sentences in context score by their words alone.
    """
    best[:, 1:][:, passage.bare] = -1.0
    together = np.maximum(best[:, 1:], best[:, :1])
    whole = best.max(axis=1)
    in_context = _shares(weights @ together)
    return Match(
        interaction=_share(float(whole @ weights)) if len(spans) else 0.0,
        even_interaction=_share(float(whole.mean())) if len(spans) and len(whole) else 0.0,
        cosines=cosines,
        spans=spans,
        sentences=passage.sentences,
        asks=passage.asks,
        bare=passage.bare,
        interactions=_shares(weights @ best[:, 1:]),
        context_interactions=in_context,
        context_cosines=in_context
        if context_cosines is None
        else np.where(passage.bare, np.float32(0), context_cosines),
        context_pieces=together,
    )


def groups_of(spans: Spans, sentences: Spans) -> npt.NDArray[np.int64]:
    """Returns the group of each piece: 0 for the context, or the sentence number from 1."""
    starts = spans[:, 0]
    numbers = np.searchsorted(sentences[:, 0], starts, side="right")
    return np.where(starts < 0, 0, np.maximum(numbers, min(1, len(sentences))))


def best_by_group(cosines: Vectors, groups: npt.NDArray[np.int64], count: int) -> Vectors:
    """Returns the best cosine of each query piece in each group; -1 for an empty group."""
    best = np.full((len(cosines), count), -1.0, dtype=np.float32)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    best[:, groups[starts]] = np.maximum.reduceat(cosines, starts, axis=1)
    return best


def _unmatched(query: Encoded, passage: Parts) -> Match:
    """Returns the match if the query or the passage has no known word pieces."""
    none = np.zeros(len(passage.sentences), dtype=np.float32)
    cosines = np.zeros((len(query.tokens), len(passage.pieces.spans)), dtype=np.float32)
    spans = passage.pieces.spans
    pieces = np.full((len(query.tokens), len(none)), -1.0, dtype=np.float32)
    return Match(
        interaction=0.0,
        even_interaction=0.0,
        cosines=cosines,
        spans=spans,
        sentences=passage.sentences,
        asks=passage.asks,
        bare=passage.bare,
        interactions=none,
        context_interactions=none,
        context_cosines=none,
        context_pieces=pieces,
    )


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _shares(values: Vectors) -> Vectors:
    return np.clip(values, 0.0, 1.0)


def _highest(values: Vectors) -> float:
    return float(values.max(initial=0.0))
