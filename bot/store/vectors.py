"""Dense vectors in FAISS: search by inner product of unit vectors, which is the cosine.

Every vector is compared with the question, or, in large indexes, those of the lists nearest to it:
an inverted file over clusters, as in Jégou, Douze and Schmid, "Product Quantization for Nearest
Neighbor Search" (2011), with numbers of eight bits. How many lists are read follows from how many
of the true neighbours are to be found, measured when the file is written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
import numpy.typing as npt

from ..errors import IndexDamaged
from ..types import Vectors
from .approximation import Approximation
from .layout import REPAIR

_Rows: TypeAlias = npt.NDArray[np.int64]

# Lists of an inverted file beside the square root of its vectors, and how they are trained: more
# of either is read faster and found no worse, and takes longer than it is worth.
LISTS = 4
TRAINED_ON = 30
ITERATIONS = 6

# The nearest passages that a search is to find, and those that it takes to find them: what eight
# bits confuse is put right when the vectors themselves are compared.
NEAREST = 10
LOOKED_THROUGH = 100


def write_vectors(vectors: Vectors, file: Path) -> None:
    """Writes unit vectors, shape (passages, dimension), in row order; raises OSError."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    _write(index, file)
    if file.stat().st_size < vectors.nbytes:  # a failure to close the file is only printed
        raise OSError(f"FAISS cannot write {file.name} whole")


def write_clustered(
    vectors: Vectors, questions: Vectors, file: Path, recall: float
) -> Approximation:
    """Writes unit vectors, shape (passages, dimension), in row order, to be searched approximately.

    `questions`, shape (questions, dimension), are those for which at least the share `recall` of
    the nearest passages is to be found. Raises OSError.
    """
    lists = max(1, round(LISTS * math.sqrt(len(vectors))))
    dimension = vectors.shape[1]
    # One range for all numbers is as good for unit vectors as one for each place, and read sooner.
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
    """The fewest lists to read for a recall, in steps of a quarter, and the recall."""
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
    """Some rows of a segment, given as a mask: those that are searched.

    `is_filtered` says that they were chosen by what they are about or come from: then they may lie
    in any of the lists, and all lists are read. Without it only what was removed is left out.
    """

    def __init__(self, mask: npt.NDArray[np.bool_], *, is_filtered: bool = False) -> None:
        self.is_filtered = is_filtered
        self.count = int(mask.sum())
        # FAISS reads the bits where they are.
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
        """Whether every vector is compared, and stored as it is."""
        return self._approximation is None

    def search(
        self, question: Vectors, count: int, chosen: Chosen | None = None
    ) -> tuple[_Rows, Vectors]:
        """Rows and cosines of the passages nearest to one question vector, shape (dimension,).

        All rows are searched, or those that are chosen; the nearest comes first. Where the search
        is approximate, the cosines are so too.
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
        if self.is_exact and rows.min() < 0:  # FAISS leaves out what is no number
            raise IndexDamaged(f"{self._file} holds vectors that are no numbers. {REPAIR}")
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows, shape (rows, dimension), where the search is exact."""
        if not len(rows):
            return np.empty((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found
