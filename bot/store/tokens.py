"""Vectors of word pieces at four bits a number.

Packed vectors keep a median cosine of .99 to the full ones (tests/test_store.py) at an eighth of
the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..types import Spans, Vectors

# Codes 1 to 15 stand for -7 to 7 sevenths of a vector's largest number.
LEVELS = 7
ZERO = 8

# Both numbers of every packed byte, seen as one number of eight bytes, so that unpacking is one
# lookup a byte.
_PAIRS: npt.NDArray[np.float64] = (
    (np.stack(np.divmod(np.arange(256), 16), axis=1) - ZERO).astype(np.float32).view(np.float64)
).ravel()


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a passage: packed vectors, shape (pieces, bytes), and spans in its text.

    The span of a piece of the headings, which are embedded with the passage, is (-1, -1).
    """

    codes: npt.NDArray[np.uint8]
    spans: Spans


def pack(vectors: Vectors) -> npt.NDArray[np.uint8]:
    """Vectors, shape (pieces, dimension), as two numbers a byte; an odd dimension is padded."""
    if vectors.shape[1] % 2:
        vectors = np.pad(vectors, ((0, 0), (0, 1)))
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), 1e-9)
    codes = (np.rint(vectors / largest * LEVELS) + ZERO).astype(np.uint8)
    packed: npt.NDArray[np.uint8] = (codes[:, 0::2] << 4) | codes[:, 1::2]
    return packed


def unpack(codes: npt.NDArray[np.uint8], dimension: int) -> Vectors:
    """Unit vectors, shape (pieces, dimension), as near to the packed ones as four bits allow."""
    vectors: Vectors = np.take(_PAIRS, codes).view(np.float32)[:, :dimension]
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= np.maximum(lengths, 1e-9)[:, None]
    return vectors


def unpacked(passages: Sequence[Pieces], dimension: int) -> tuple[Vectors, list[Spans]]:
    """Unit vectors of the pieces of some passages, one passage after the other, and the spans of
    each.
    """
    codes = [pieces.codes for pieces in passages if len(pieces.codes)]
    spans = [pieces.spans for pieces in passages]
    if not codes:
        return np.empty((0, dimension), dtype=np.float32), spans
    return unpack(np.concatenate(codes), dimension), spans
