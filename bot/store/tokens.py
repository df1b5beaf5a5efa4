"""Packs word-piece vectors into four bits a number.

Packed vectors keep a median cosine of .99 to the full ones (`tests/unit/store/`) at an eighth of
the size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..types import Spans, Vectors

# Codes 1 to 15 encode -7 to 7 sevenths of a vector's largest number.
LEVELS = 7
ZERO = 8

# Packed vectors to compare at a time: this many fit into the cache of one core.
AT_ONCE = 128

# Lookup table from a packed byte to both its numbers, viewed as one eight-byte number, so that
# unpacking takes one lookup per byte.
_PAIRS: npt.NDArray[np.float64] = (
    (np.stack(np.divmod(np.arange(256), 16), axis=1) - ZERO).astype(np.float32).view(np.float64)
).ravel()


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a passage: packed vectors, shape (pieces, bytes), and spans in its text.

    A word piece of the headings, which are embedded with the passage, has the span (-1, -1).
    """

    codes: npt.NDArray[np.uint8]
    spans: Spans


def pack(vectors: Vectors) -> npt.NDArray[np.uint8]:
    """Packs vectors, shape (pieces, dimension), two numbers per byte; pads an odd dimension."""
    if vectors.shape[1] % 2:
        vectors = np.pad(vectors, ((0, 0), (0, 1)))
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), 1e-9)
    codes = (np.rint(vectors / largest * LEVELS) + ZERO).astype(np.uint8)
    packed: npt.NDArray[np.uint8] = (codes[:, 0::2] << 4) | codes[:, 1::2]
    return packed


def unpack(codes: npt.NDArray[np.uint8], dimension: int) -> Vectors:
    """Returns unit vectors, shape (pieces, dimension), that approximate the original ones."""
    vectors: Vectors = np.take(_PAIRS, codes).view(np.float32)[:, :dimension]
    vectors /= _lengths(vectors)[:, None]
    return vectors


def similarities(
    vectors: Vectors, codes: npt.NDArray[np.uint8], groups: npt.NDArray[np.int64]
) -> tuple[Vectors, Vectors]:
    """Returns cosines of unit vectors with packed ones, and sums of the packed ones by group.

    The cosines have shape (vectors, packed ones). The sums have shape (groups, dimension), padded
    to an even dimension. `groups` has the group number of each packed vector, ascending from 0.
    """
    turned = np.zeros((2 * codes.shape[1], len(vectors)), dtype=np.float32)
    turned[: vectors.shape[1]] = vectors.T
    found = np.empty((len(codes), len(vectors)), dtype=np.float32)
    count = int(groups[-1]) + 1 if len(groups) else 0
    sums = np.zeros((count, 2 * codes.shape[1]), dtype=np.float32)
    # Small blocks in one reused buffer stay in the processor's cache.
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
