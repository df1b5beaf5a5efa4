"""How far a passage has the words, names and figures of a question."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hits import make_match

from bot.answering.question.coverage import (
    Name,
    best,
    coverage,
    least_met,
    name_distance,
    names,
    rarest_missing,
)
from bot.retrieval.queries import rarity
from bot.text.terms import terms


def test_rarity_by_hand() -> None:
    frequency = {"zinc": 1, "metal": 10}

    weights = rarity(["zinc", "metal", "unheard"], lambda term: frequency.get(term, 0), 10)

    assert weights == pytest.approx(
        {
            "zinc": math.log(1 + 9.5 / 1.5),
            "metal": math.log(1 + 0.5 / 10.5),
            "unheard": math.log(1 + 10.5 / 0.5),
        }
    )


@pytest.mark.parametrize(
    ("found", "share"),
    [
        (set(), 0.0),
        ({"zinc"}, 0.75),
        ({"metal", "other"}, 0.25),
        ({"zinc", "metal"}, 1.0),
    ],
)
def test_coverage_by_hand(found: set[str], share: float) -> None:
    assert coverage({"zinc": 3.0, "metal": 1.0}, found) == share


def test_a_question_without_terms_is_not_covered() -> None:
    assert coverage({}, {"zinc"}) == 0.0
    assert coverage({"zinc": 0.0}, {"zinc"}) == 0.0


def test_the_best_is_the_first_of_equals() -> None:
    assert best([0.1, 0.7, 0.7]) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how much zinc is there?", []),
        # The first word is capitalised whatever it is.
        ("Zinc or lead?", []),
        ("How much zinc has Mongolia?", ["Mongolia"]),
        ("USGS figures of 2018?", ["USGS", "2018"]),
        ("Did The Diplomat write in May 2025?", ["Diplomat", "2025"]),
    ],
)
def test_names_and_figures_of_a_question(question: str, expected: list[str]) -> None:
    words = list(re.finditer(r"\w+", question))

    found = names(question, [word.span() for word in words])

    assert [words[name.pieces[0]][0] for name in found] == expected
    assert [name.terms for name in found] == [tuple(terms(word)) for word in expected]


def test_a_name_is_unmet_as_far_as_neither_its_terms_nor_its_pieces_are_there() -> None:
    asked = [Name(("mongolia",), (0,)), Name(("jose", "fernandez"), (1, 2))]
    cosines = np.array([[0.25, 0.1], [0.5, 0.75], [0.0, 0.25]], dtype=np.float32)

    assert name_distance(asked, cosines, {"mongolia", "jose", "fernandez"}) == 0.0
    assert name_distance(asked, cosines, {"mongolia", "fernandez"}) == 0.5 * (1 - 0.5)
    assert name_distance(asked, cosines, {"jose", "fernandez"}) == 0.75
    assert name_distance([], cosines, set()) == 0.0
    assert name_distance(asked, np.empty((3, 0), dtype=np.float32), set()) == 1.0


def test_a_figure_is_met_as_it_stands_or_not_at_all() -> None:
    figures = [Name(("47",), (0,)), Name(("e18",), (0,))]
    alike = np.array([[0.9]], dtype=np.float32)

    assert [name_distance([one], alike, {"46", "e"}) for one in figures] == [1.0, 1.0]
    assert [name_distance([one], alike, {"47", "e18"}) for one in figures] == [0.0, 0.0]


def test_the_rarest_term_that_is_missing_by_hand() -> None:
    weights = {"mongolia": 4.0, "nickel": 3.0, "mine": 1.0}

    assert rarest_missing(weights, {"mongolia", "mine"}) == 0.75
    assert rarest_missing(weights, {"mine"}) == 1.0
    assert rarest_missing(weights, weights) == 0.0
    assert rarest_missing({}, {"mine"}) == 0.0


def test_the_word_that_is_met_worst_is_that_of_the_best_sentence() -> None:
    # Three pieces: one is a word, the other two are one; the second sentence is the best.
    match = replace(
        make_match([(0, 5), (6, 9)], [1.0, 0.0]),
        context_interactions=np.array([0.5, 0.75], dtype=np.float32),
        context_pieces=np.array([[1, 0.75], [1, 0.25], [1, 0.5]], dtype=np.float32),
    )

    assert least_met([(0,), (1, 2)], match) == 0.375
    assert least_met([(0,)], match) == 0.75
    # Of a question of function words alone, all pieces are one.
    assert least_met([], match) == 0.5
    # What is unlike any word there is met by nothing.
    unlike = replace(match, context_pieces=-match.context_pieces)
    assert least_met([(0,), (1, 2)], unlike) == 0.0


def test_no_word_is_met_where_there_is_no_sentence() -> None:
    match = replace(make_match([], []), context_pieces=np.empty((2, 0), dtype=np.float32))

    assert least_met([(0,), (1,)], match) == 0.0
