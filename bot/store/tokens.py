"""Vectors of word pieces at four bits a number, memory-mapped and read for a few passages at once.

Packed vectors keep a median cosine of .99 to the full ones (tests/test_store.py) at an eighth of
the size. The files are plain NumPy arrays and are never unpickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import IndexDamaged
from ..types import Spans, Vectors
from .layout import REPAIR

CODES, SPANS, STARTS = "pieces.npy", "piece_spans.npy", "piece_starts.npy"

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


def write_pieces(passages: Sequence[Pieces], folder: Path) -> None:
    """Writes the pieces of all passages in row order; raises OSError."""
    width = max((pieces.codes.shape[1] for pieces in passages), default=0)
    counts = [len(pieces.codes) for pieces in passages]
    codes = [np.empty((0, width), np.uint8), *(p.codes for p in passages if len(p.codes))]
    spans = [np.empty((0, 2), np.int32), *(p.spans for p in passages)]
    np.save(folder / CODES, np.concatenate(codes), allow_pickle=False)
    np.save(folder / SPANS, np.concatenate(spans), allow_pickle=False)
    np.save(folder / STARTS, np.cumsum([0, *counts], dtype=np.int64), allow_pickle=False)


class PieceIndex:
    """The word pieces of one generation."""

    def __init__(self, folder: Path) -> None:
        try:
            # Plain arrays over the mapped files: slices of a memmap are several times as slow.
            codes = np.load(folder / CODES, mmap_mode="r", allow_pickle=False)
            spans = np.load(folder / SPANS, mmap_mode="r", allow_pickle=False)
            self._codes, self._spans = codes.view(np.ndarray), spans.view(np.ndarray)
            self._starts = np.load(folder / STARTS, allow_pickle=False)
            if not self._is_sound():
                raise ValueError("their files disagree")
        except Exception as error:  # NumPy has no one error for a header that was altered
            raise IndexDamaged(f"{folder}: word pieces are damaged ({error}). {REPAIR}") from error

    def __len__(self) -> int:
        return len(self._starts) - 1

    def pieces(self, row: int) -> Pieces:
        """The packed word pieces of a passage."""
        part = slice(int(self._starts[row]), int(self._starts[row + 1]))
        return Pieces(self._codes[part], self._spans[part])

    def _is_sound(self) -> bool:
        """Whether the arrays are of the types and sizes that `write_pieces` gives them."""
        count = len(self._codes)
        return (
            (self._codes.dtype, self._codes.ndim) == (np.uint8, 2)
            and (self._spans.dtype, self._spans.shape) == (np.int32, (count, 2))
            and (self._starts.dtype, self._starts.ndim) == (np.int64, 1)
            and (self._starts[0], self._starts[-1]) == (0, count)
            and bool((np.diff(self._starts) >= 0).all())
        )
