"""Vectors of texts, and the protocols of the models that compute them."""

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
    """The vectors of a text.

    `vector` has unit length and shape (dimension,). `tokens` holds one unit vector per word piece,
    shape (pieces, token dimension). `spans` holds the span of each piece in the text. Both are
    empty for a model without word pieces.
    """

    vector: Vectors
    tokens: Vectors
    spans: tuple[Span, ...]


class Reranker(Protocol):
    """Scores passages by reading each one together with the question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Returns how well each text answers the question, in [0, 1]."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors that are compared by inner product."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights: equal fingerprints give comparable vectors."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a text's vector."""
        ...

    @property
    def languages(self) -> frozenset[str] | None:
        """The ISO 639-1 codes of the languages that the model knows; None for all languages."""
        ...

    @property
    def max_tokens(self) -> int:
        """The maximum number of word pieces read from a text, without special ones."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of word pieces of each text, without special ones."""
        ...

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Yields the vectors of passages in the order of `texts`."""
        ...

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Returns the vectors of questions, which some models prompt differently from passages."""
        ...


@runtime_checkable
class CopyingEncoder(Protocol):
    """An encoder that keeps a copy of its model in the index. The copy encodes only questions."""

    def keep_copy(self, *, anew: bool = False) -> None:
        """Makes the copy if there is no valid one, or always if `anew`; raises OSError."""
        ...

    def copy_fault(self, fingerprint: str) -> str | None:
        """Why questions to the model with this fingerprint don't use a copy; None if they do."""
        ...
