"""Dense vectors in FAISS: exact search by inner product of unit vectors, which is the cosine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from ..errors import IndexDamaged
from ..types import Vectors
from .layout import REPAIR


def write_vectors(vectors: Vectors, file: Path) -> None:
    """Writes unit vectors, shape (passages, dimension), in row order; raises OSError."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:  # how FAISS reports a failed write
        raise OSError(f"FAISS cannot write {file.name}: {error}") from error
    if file.stat().st_size < vectors.nbytes:  # a failure to close the file is only printed
        raise OSError(f"FAISS cannot write {file.name} whole")


class VectorIndex:
    """The vectors of one generation."""

    def __init__(self, file: Path) -> None:
        try:
            self._index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(f"{file} is not a readable FAISS index. {REPAIR}") from error
        self._file = file

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    def search(self, question: Vectors, count: int) -> list[tuple[int, float]]:
        """Rows and cosines of the nearest passages of one question vector, shape (dimension,)."""
        count = min(count, len(self))
        if not count:
            return []
        cosines, rows = self._index.search(question[np.newaxis, :], count)
        if rows.min() < 0:  # FAISS leaves out what is no number
            raise IndexDamaged(f"{self._file} holds vectors that are no numbers. {REPAIR}")
        return [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows, shape (rows, dimension)."""
        if not rows:
            return np.empty((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found
