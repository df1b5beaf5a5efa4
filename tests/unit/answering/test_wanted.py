"""What kind of answer a question wants."""

from __future__ import annotations

import pytest

from bot.answering.spans.candidates import Unit
from bot.answering.spans.wanted import Doing, Family, wanted
from bot.text.terms import terms


@pytest.mark.parametrize(
    ("question", "family"),
    [
        ("Who leads it?", Family.WHO),
        ("Which company built it?", Family.WHO),
        ("Where is it kept?", Family.WHERE),
        ("What time does it leave?", Family.WHEN),
        ("What does it cost?", Family.FIGURE),
        ("Is it in service?", Family.WHETHER),
        ("Who is Anna Petrova?", None),
        ("Thanks. Who is Anna Petrova?", None),
        ("¿Who is Anna?", None),
        # Capitals that could be divided in very many ways.
        (f"Who is {'A' * 2_000} x", Family.WHO),
        (f"Who is {'Aa ' * 600} x", Family.WHO),
        ("Where does it rank?", None),
        ("Why is it blue?", None),
        ("zinc price", None),
    ],
)
def test_the_family_of_a_question(question: str, family: Family | None) -> None:
    found = wanted(question)

    assert (found and found.family) == family


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("How many mines are there?", {Unit.COUNT}),
        ("How many tons were dug?", {Unit.MASS}),
        ("How often does it run?", {Unit.RATE}),
        ("How much does it weigh?", {Unit.MASS}),
        ("How much does a ticket cost?", {Unit.MONEY}),
        ("How deep is it?", {Unit.LENGTH, Unit.TIME}),
        ("What share of it is sold?", {Unit.PERCENT}),
    ],
)
def test_the_units_of_a_question(question: str, units: set[Unit]) -> None:
    found = wanted(question)

    assert found is not None
    assert found.units == units


@pytest.mark.parametrize(
    ("question", "verb", "doing"),
    [
        ("Who founded the company?", "founded", Doing.DOER),
        ("Who was it founded by?", "founded", Doing.DOER),
        ("Who was elected?", "elected", Doing.DONE_TO),
        ("Whom did they elect?", "", Doing.DONE_TO),
        ("Who?", "", Doing.UNKNOWN),
    ],
)
def test_the_part_of_the_one_asked_for(question: str, verb: str, doing: Doing) -> None:
    found = wanted(question)

    assert found is not None
    assert (found.verb, found.doing) == (frozenset(terms(verb)), doing)
