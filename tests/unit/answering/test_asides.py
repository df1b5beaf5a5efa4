"""What a document hides, and comments on it: found, but not ahead of what it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from bot.answering.asides import asides_below, is_aside
from bot.retrieval.ranking import sigmoid
from bot.store import GenerationReader
from bot.types import COMMENTS, Hit, Passage


def hit_of(row: int, logit: float, locator: str = "sheet Fares, row 2", section: str = "") -> Hit:
    passage = Passage(f"p{row}", "s", 0, 9, "Ferry: 7 ", (section,) if section else (), locator)
    return Hit(row, passage, 0.0, 0.0, sigmoid(logit))


def ranked(*hits: Hit, alike: bool = True) -> list[int]:
    vectors = np.ones((len(hits), 1)) if alike else np.eye(len(hits))
    generation = SimpleNamespace(vectors=lambda rows: vectors[: len(rows)])
    found = asides_below(cast(GenerationReader, generation), hits)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    return [hit.row for hit in found]


@pytest.mark.parametrize(
    ("locator", "section", "expected"),
    [
        ("hidden sheet Old fares, row 2", "", True),
        ("hidden sheet Old fares, rows 2–4", "", True),
        ("hidden slide 3, notes", "", True),
        ("sheet Fares, hidden row 4", "", True),
        ("sheet Fares, hidden rows 4–9", "", True),
        ("sheet Fares, row 2–sheet Fares, hidden row 4", "", False),
        ("sheet Fares, rows 2–4", "Hidden costs", False),
        ("paragraph 5", COMMENTS, True),
    ],
)
def test_an_aside_is_known_by_its_place(locator: str, section: str, expected: bool) -> None:
    assert is_aside(hit_of(0, 0.0, locator, section).passage) is expected


def test_an_aside_gives_way_to_a_text_that_tells_of_the_same() -> None:
    hidden = "hidden sheet Old fares, row 2"
    assert ranked(hit_of(0, 0.8, hidden), hit_of(1, 0.7)) == [1, 0]
    assert ranked(hit_of(0, 0.8, "paragraph 5", COMMENTS), hit_of(1, 0.7)) == [1, 0]
    assert ranked(hit_of(0, 0.8, hidden), hit_of(1, 0.7), alike=False) == [0, 1]
    assert ranked(hit_of(0, 2.8, hidden), hit_of(1, 0.7)) == [0, 1]


def test_asides_and_texts_keep_their_order_among_themselves() -> None:
    hidden = "hidden sheet Old fares, row 2"
    assert ranked(hit_of(0, 0.9), hit_of(1, 0.8), hit_of(2, 0.8)) == [0, 1, 2]
    assert ranked(hit_of(0, 0.9, hidden), hit_of(1, 0.8, hidden)) == [0, 1]
    mixed = (hit_of(0, 0.9, hidden), hit_of(1, 0.8, hidden), hit_of(2, 0.5), hit_of(3, 0.4))
    assert ranked(*mixed) == [2, 0, 1, 3]
    many = [hit_of(row, 1.0 - row / 100) for row in range(30)]
    assert ranked(hit_of(99, 1.1, hidden), *many) == [0, 99, *range(1, 30)]
    assert ranked(*many, hit_of(99, 0.5, hidden)) == [*range(30), 99]
