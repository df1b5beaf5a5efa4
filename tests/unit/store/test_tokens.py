"""Vectors of word pieces are packed at four bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.tokens import AT_ONCE, pack, similarities, unpack


def test_packing_by_hand() -> None:
    vectors = np.array([[1, 0, -1, 0.5], [-0.2, 0.2, 0.1, 0]], dtype=np.float32)

    packed = pack(vectors)

    # 7, 0, -7, 3.5 → 4 and -7, 7, 3.5 → 4, 0, each plus 8.
    assert packed.tolist() == [[0xF8, 0x1C], [0x1F, 0xC8]]
    assert packed.dtype == np.uint8
    expected = np.array([[7, 0, -7, 4], [-7, 7, 4, 0]]) / np.sqrt(114)
    np.testing.assert_allclose(unpack(packed, 4), expected, rtol=1e-6)


def test_an_odd_dimension_is_padded_and_comes_back() -> None:
    packed = pack(np.array([[0, 2, 0]], dtype=np.float32))

    assert packed.tolist() == [[0x8F, 0x88]]
    assert unpack(packed, 3).tolist() == [[0, 1, 0]]


def test_a_vector_of_zeros_and_no_vector_at_all() -> None:
    assert unpack(pack(np.zeros((1, 4), dtype=np.float32)), 4).tolist() == [[0, 0, 0, 0]]
    assert pack(np.empty((0, 4), dtype=np.float32)).shape == (0, 2)
    assert unpack(np.empty((0, 2), dtype=np.uint8), 4).shape == (0, 4)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_four_bits_keep_the_direction_of_a_vector(seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((20, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    restored = unpack(pack(vectors), 384)

    np.testing.assert_allclose(np.linalg.norm(restored, axis=1), 1, rtol=1e-5)
    cosines = (vectors * restored).sum(axis=1)
    # .98 and more in all but one of a thousand, whose largest number is far above the others.
    assert float(np.median(cosines)) >= 0.985
    assert float(cosines.min()) >= 0.96


@pytest.mark.parametrize("dimension", [7, 384])
@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE - 1])
def test_packed_vectors_are_compared_as_if_they_were_unpacked(count: int, dimension: int) -> None:
    numbers = np.random.default_rng(5)
    codes = pack(numbers.standard_normal((count, dimension), dtype=np.float32))
    vectors = numbers.standard_normal((3, dimension), dtype=np.float32)

    expected = vectors @ unpack(codes, dimension).T

    cosines, _ = similarities(vectors, codes, np.arange(count))
    np.testing.assert_allclose(cosines, expected, atol=1e-5)


@pytest.mark.parametrize("dimension", [7, 384])
@pytest.mark.parametrize("sizes", [[3, 0, AT_ONCE, 1, 0, 2 * AT_ONCE + 5, 2], [1], [AT_ONCE, 1]])
def test_packed_vectors_are_summed_by_group(sizes: list[int], dimension: int) -> None:
    numbers = np.random.default_rng(5)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    codes = pack(numbers.standard_normal((len(groups), dimension), dtype=np.float32))
    vectors = numbers.standard_normal((3, dimension), dtype=np.float32)

    _, sums = similarities(vectors, codes, groups)

    unpacked = unpack(codes, dimension)
    expected = np.stack([unpacked[groups == group].sum(axis=0) for group in range(len(sizes))])
    np.testing.assert_allclose(sums[:, :dimension], expected, atol=1e-4)
    # Padded with one zero to an even dimension.
    assert sums.shape == (len(sizes), dimension + dimension % 2)
    assert not sums[:, dimension:].any()


@settings(max_examples=50, deadline=None)
@given(
    axis=st.integers(0, 383),
    sign=st.sampled_from([1, -1]),
    length=st.floats(2**-10, 2**10, width=32),
)
def test_four_bits_keep_an_axis_exactly(axis: int, sign: int, length: float) -> None:
    vector = np.zeros((1, 384), dtype=np.float32)
    vector[0, axis] = sign * length

    restored = unpack(pack(vector), 384)

    assert np.flatnonzero(restored).tolist() == [axis]
    assert restored[0, axis] == sign
