"""Vectors of word pieces at four bits a number.

Packed vectors keep a median cosine of .99 to the full ones (tests/test_store.py) at an eighth of
the size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..types import Spans, Vectors

# Codes 1 to 15 stand for -7 to 7 sevenths of a vector's largest number.
LEVELS = 7
ZERO = 8

# Packed vectors that are compared at a time: so many fit into the cache of one core.
AT_ONCE = 128

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
    vectors /= _lengths(vectors)[:, None]
    return vectors


def similarities(
    vectors: Vectors, codes: npt.NDArray[np.uint8], groups: npt.NDArray[np.int64]
) -> tuple[Vectors, Vectors]:
    """Cosines of all pairs of unit vectors and packed ones, shape (vectors, packed ones), and the
    sums of the packed ones by group, shape (groups, dimension), padded to an even dimension.

    `groups` gives the ascending number of each packed vector's group, from 0.
    """
    turned = np.zeros((2 * codes.shape[1], len(vectors)), dtype=np.float32)
    turned[: vectors.shape[1]] = vectors.T
    found = np.empty((len(codes), len(vectors)), dtype=np.float32)
    count = int(groups[-1]) + 1 if len(groups) else 0
    sums = np.zeros((count, 2 * codes.shape[1]), dtype=np.float32)
    # A few at a time and in the same place, which then stays in the processor's cache.
    room = np.empty((min(AT_ONCE, len(codes)), codes.shape[1]), dtype=np.float64)
    for begin in range(0, len(codes), AT_ONCE):
        some = codes[begin : begin + AT_ONCE]
        numbers = np.take(_PAIRS, some, out=room[: len(some)], mode="clip").view(np.float32)
        numbers /= _lengths(numbers)[:, None]
        np.matmul(numbers, turned, out=found[begin : begin + AT_ONCE])
        own = groups[begin : begin + AT_ONCE]
        starts = np.flatnonzero(np.diff(own, prepend=-1))
        sums[own[starts]] += np.add.reduceat(numbers, starts, axis=0)
    return found.T, sums


def _lengths(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.maximum(lengths, 1e-9)
