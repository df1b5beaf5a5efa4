"""The nearest vectors are found with their cosines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.errors import IndexDamaged
from bot.store.folder.vectors import VectorIndex, write_vectors
from bot.types import Vectors

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_the_nearest_vectors_with_their_cosines(tmp_path: Path) -> None:
    vectors: Vectors = np.array([[0, 1], [0.6, 0.8], [1, 0]], dtype=np.float32)
    write_vectors(vectors, tmp_path / "vectors")

    index = VectorIndex(tmp_path / "vectors")

    rows, cosines = index.search(np.array([1, 0], dtype=np.float32), 2)
    assert rows.tolist() == [2, 1]
    assert cosines.tolist() == [1.0, pytest.approx(0.6)]
    assert index.search(np.array([1, 0], dtype=np.float32), 10)[0].tolist() == [2, 1, 0]
    assert index.vectors([2, 0]).tolist() == [[1, 0], [0, 1]]
    assert index.vectors([]).shape == (0, 2)


def test_an_index_of_no_vectors(tmp_path: Path) -> None:
    write_vectors(np.empty((0, 2), dtype=np.float32), tmp_path / "vectors")

    index = VectorIndex(tmp_path / "vectors")

    assert (len(index), index.dimension) == (0, 2)
    rows, cosines = index.search(np.array([1, 0], dtype=np.float32), 5)
    assert rows.tolist() == cosines.tolist() == []


def test_vectors_that_are_no_numbers_are_damage(tmp_path: Path) -> None:
    write_vectors(np.array([[np.nan, 0], [1, 0]], dtype=np.float32), tmp_path / "vectors")

    with pytest.raises(IndexDamaged, match="--rebuild"):
        VectorIndex(tmp_path / "vectors").search(np.array([1, 0], dtype=np.float32), 2)
