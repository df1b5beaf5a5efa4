"""Dense vectors in FAISS: search by inner product of unit vectors, which is the cosine.

Small indexes compare every vector with the question. Large indexes compare the vectors of the
nearest lists: an inverted file over clusters, as in Jégou, Douze and Schmid, "Product Quantization
for Nearest Neighbor Search" (2011), with numbers of eight bits. Enough lists are read to reach the
wanted recall, which is measured when the file is written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
import numpy.typing as npt

from ...errors import IndexDamaged
from ...types import Vectors
from .approximation import Approximation
from .layout import REPAIR

_Rows: TypeAlias = npt.NDArray[np.int64]

# The number of lists as a multiple of the square root of the number of vectors, and the training
# settings. Higher values read faster at equal recall, but training takes too long.
LISTS = 4
TRAINED_ON = 30
ITERATIONS = 6

# The number of nearest passages to find, and of candidates to retrieve for them. Comparing the full
# vectors corrects the errors of eight bits.
NEAREST = 10
LOOKED_THROUGH = 100


def write_vectors(vectors: Vectors, file: Path) -> None:
    """Writes unit vectors, shape (passages, dimension), in row order; raises OSError."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    _write(index, file)
    if file.stat().st_size < vectors.nbytes:  # FAISS only prints an error on close
        raise OSError(f"FAISS cannot write {file.name} whole")


def write_clustered(
    vectors: Vectors, questions: Vectors, file: Path, recall: float
) -> Approximation:
    """Writes unit vectors, shape (passages, dimension), in row order, for approximate search.

    `questions`, shape (questions, dimension), are sample questions; search must find at least the
    share `recall` of their nearest passages. Raises OSError.
    """
    lists = max(1, round(LISTS * math.sqrt(len(vectors))))
    dimension = vectors.shape[1]
    # For unit vectors, one range for all dimensions is as good as one per dimension, and faster to
    # read.
    index: Any = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, faiss.ScalarQuantizer.QT_8bit_uniform,
        faiss.METRIC_INNER_PRODUCT, False,
    )  # fmt: skip
    index.cp.niter, index.cp.min_points_per_centroid = ITERATIONS, 1
    step = max(1, len(vectors) // (TRAINED_ON * lists))
    index.train(np.ascontiguousarray(vectors[::step]))
    index.add(vectors)
    _write(index, file)
    if file.stat().st_size < len(vectors) * index.sa_code_size():
        raise OSError(f"FAISS cannot write {file.name} whole")
    probes, found = _probes(index, lists, vectors, questions, recall)
    return Approximation(lists, probes, found, len(questions))


def _probes(
    index: faiss.Index, lists: int, vectors: Vectors, questions: Vectors, recall: float
) -> tuple[int, float]:
    """Returns the fewest lists to read for a recall, in steps of a quarter, and the recall."""
    wanted = min(NEAREST, len(vectors))
    _, truth = faiss.knn(questions, vectors, wanted, metric=faiss.METRIC_INNER_PRODUCT)
    probes, found = 0, -1
    while found < recall * truth.size and probes < lists:
        probes = min(probes + 1 + probes // 4, lists)
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = probes
        _, near = index.search(questions, LOOKED_THROUGH, params=parameters)
        found = sum(len(np.intersect1d(*pair)) for pair in zip(truth, near, strict=True))
    return probes, found / truth.size


def _write(index: faiss.Index, file: Path) -> None:
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:  # how FAISS reports a failed write
        raise OSError(f"FAISS cannot write {file.name}: {error}") from error


class Chosen:
    """The rows of a segment to search, as a mask.

    `is_filtered` says that rows were selected by topic or source. They may then be in any list, so
    all lists are read. Otherwise only removed rows are excluded.
    """

    def __init__(self, mask: npt.NDArray[np.bool_], *, is_filtered: bool = False) -> None:
        self.is_filtered = is_filtered
        self.count = int(mask.sum())
        # FAISS reads these bits without a copy, so they must stay alive.
        self._bits = np.packbits(mask, bitorder="little")
        self.selector = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))


class VectorIndex:
    """The vectors of one segment."""

    def __init__(self, file: Path, approximation: Approximation | None = None) -> None:
        """Opens what was written with `approximation`; raises IndexDamaged."""
        try:
            self._index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(f"{file} is not a readable FAISS index. {REPAIR}") from error
        self._file = file
        self._approximation = approximation
        if (approximation.lists if approximation else None) != getattr(self._index, "nlist", None):
            raise IndexDamaged(f"{file} is not the index that its manifest tells of. {REPAIR}")

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether every vector is compared and stored in full precision."""
        return self._approximation is None

    def search(
        self, question: Vectors, count: int, chosen: Chosen | None = None
    ) -> tuple[_Rows, Vectors]:
        """Returns rows and cosines of the passages nearest to a question vector, shape
        (dimension,).

        Searches all rows or the chosen ones; the nearest comes first. If the search is approximate,
        so are the cosines.
        """
        count = min(count, len(self) if chosen is None else chosen.count)
        if not count:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if self._approximation is None:
            parameters = faiss.SearchParameters()
        else:
            parameters = faiss.SearchParametersIVF()
            reads_all = chosen is not None and chosen.is_filtered
            how = self._approximation
            parameters.nprobe = how.lists if reads_all else how.probes
        parameters.sel = chosen.selector if chosen else None
        cosines, rows = self._index.search(question[np.newaxis, :], count, params=parameters)
        if self.is_exact and rows.min() < 0:  # FAISS skips NaN
            raise IndexDamaged(f"{self._file} holds vectors that are no numbers. {REPAIR}")
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Vectors:
        """Returns the stored vectors of some rows, shape (rows, dimension), for exact search."""
        if not len(rows):
            return np.empty((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found
