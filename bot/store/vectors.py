"""Dense vectors in FAISS: exact search by inner product of unit vectors, which is the cosine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

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


class Chosen:
    """Some rows of a segment, given as a mask: those that are searched."""

    def __init__(self, mask: npt.NDArray[np.bool_]) -> None:
        self.count = int(mask.sum())
        # FAISS reads the bits where they are.
        self._bits = np.packbits(mask, bitorder="little")
        self.selector = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))


class VectorIndex:
    """The vectors of one segment."""

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

    def search(
        self, question: Vectors, count: int, chosen: Chosen | None = None
    ) -> list[tuple[int, float]]:
        """Rows and cosines of the passages nearest to one question vector, shape (dimension,).

        All rows are searched, or those that are chosen.
        """
        count = min(count, len(self) if chosen is None else chosen.count)
        if not count:
            return []
        parameters = faiss.SearchParameters()
        parameters.sel = chosen.selector if chosen else None
        cosines, rows = self._index.search(question[np.newaxis, :], count, params=parameters)
        if rows.min() < 0:  # FAISS leaves out what is no number
            raise IndexDamaged(f"{self._file} holds vectors that are no numbers. {REPAIR}")
        return [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows, shape (rows, dimension)."""
        if not len(rows):
            return np.empty((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found
