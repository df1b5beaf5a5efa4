"""Fusion of the scores of both searches."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.retrieval.search import fuse


def test_fusion_by_hand() -> None:
    fused = fuse({1: 0.8, 2: 0.4}, {2: 10.0, 3: 5.0}, 0.6)

    assert fused == {
        1: pytest.approx(0.6),
        2: pytest.approx(0.6 * 0.5 + 0.4),
        3: pytest.approx(0.4 * 0.5),
    }


@pytest.mark.parametrize(
    ("dense", "lexical", "expected"),
    [
        ({}, {}, {}),
        ({1: 0.0}, {}, {1: 0.0}),
        ({1: -0.5, 2: 0.5}, {}, {1: 0.0, 2: 0.6}),
        ({1: -0.5}, {1: 2.0}, {1: 0.4}),
        ({}, {1: 2.0, 2: 1.0}, {1: 0.4, 2: 0.2}),
    ],
)
def test_fusion_of_scores_that_are_missing_or_negative(
    dense: Mapping[int, float], lexical: Mapping[int, float], expected: Mapping[int, float]
) -> None:
    assert fuse(dense, lexical, 0.6) == pytest.approx(expected)


def test_the_weight_of_the_cosine_decides() -> None:
    dense, lexical = {1: 0.9, 2: 0.3}, {1: 1.0, 2: 4.0}

    assert fuse(dense, lexical, 1.0) == pytest.approx({1: 1.0, 2: 1 / 3})
    assert fuse(dense, lexical, 0.0) == pytest.approx({1: 0.25, 2: 1.0})
