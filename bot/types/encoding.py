"""Texts in vector space, and who brings them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from .documents import Span

Vectors: TypeAlias = npt.NDArray[np.float32]
Spans: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text in vector space.

    `vector` has unit length and shape (dimension,). `tokens` holds one unit vector a word piece,
    shape (pieces, token dimension), and `spans` where each piece stands in the text; a model
    without word pieces leaves both empty.
    """

    vector: Vectors
    tokens: Vectors
    spans: tuple[Span, ...]


class Reranker(Protocol):
    """Reads a question together with passages."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, in [0, 1]."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors that can be compared by their inner product."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights: equal fingerprints give comparable vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a text's vector."""
        ...

    @property
    def languages(self) -> frozenset[str] | None:
        """The ISO 639-1 codes of the languages whose meaning it knows; None for all of them."""
        ...

    @property
    def max_tokens(self) -> int:
        """Word pieces that are read of a text, special ones not counted."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        ...

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages, one after another in the order of `texts`."""
        ...

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Questions, which some models prompt in another way than passages."""
        ...


@runtime_checkable
class CopyingEncoder(Protocol):
    """An encoder that keeps a copy of its model in the index, for questions alone."""

    def keep_copy(self, *, anew: bool = False) -> None:
        """Makes the copy unless there is a sound one, or in any case `anew`; raises OSError."""
        ...

    def copy_fault(self, fingerprint: str) -> str | None:
        """Why questions to the model of a fingerprint go without a copy; None if they do not."""
        ...
