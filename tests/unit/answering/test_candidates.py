"""The parts of a sentence that may be the answer."""

from __future__ import annotations

import pytest

from bot.answering.spans.candidates import Trait, Unit, cells_of, dates, people, placed, places
from bot.answering.spans.figures import figures, nothings
from bot.answering.spans.wanted import Family, Part, wanted


def said(sentence: str, family: Family) -> list[str]:
    """The candidates of a sentence in reading order."""
    finders = {Family.WHO: people, Family.WHERE: places, Family.WHEN: dates,
               Family.FIGURE: figures, Family.WHETHER: nothings}  # fmt: skip
    cells = cells_of(sentence)
    found = placed(finders[family](sentence, cells), sentence, cells, 0)
    return [sentence[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("sentence", "family", "found"),
    [
        ("In September Dr Anna Petrova's team met.", Family.WHO, ["Anna Petrova"]),
        ("Leveraging Central Asia pays.", Family.WHO, ["Central Asia"]),
        ("Nobody asked the harbour master.", Family.WHO, ["Nobody", "the harbour master"]),
        ("Anna Petrova and Bob Lane met.", Family.WHO,
         ["Anna Petrova", "Anna Petrova and Bob Lane", "Bob Lane"]),
        ("Under Secretary for Growth, Energy, and the Environment", Family.WHO,
         ["Secretary"]),
        ("It lies in the net store by Clave.", Family.WHERE, ["the net store", "Clave"]),
        ("Item: ring | Place: ferry deck", Family.WHERE, ["ring", "ferry deck"]),
        ("It opens on Mondays at 9.30 am in late spring.", Family.WHEN,
         ["on Mondays", "9.30 am", "late spring"]),
        ("It weighs 8 kg, costs $5 and runs twice a day.", Family.FIGURE,
         ["8 kg", "$5", "twice a day"]),
        ("On the twelfth of May, in February 2024.", Family.WHEN,
         ["twelfth of May", "February 2024"]),
        ("On 3 May 2021 there were 7 of 9.", Family.FIGURE, ["7", "9"]),
        ("The York Times asked it three times, five times as often.", Family.FIGURE,
         ["three times", "five"]),
        ("Parking is free of charge.", Family.FIGURE, ["free of charge"]),
        ("Neither is ready yet.", Family.WHETHER, ["Neither"]),
    ],
)  # fmt: skip
def test_candidates_of_a_sentence(sentence: str, family: Family, found: list[str]) -> None:
    assert said(sentence, family) == found


def test_the_header_of_a_cell_tells_the_unit() -> None:
    sentence = "Ship: Orrin | length_m: 84"

    assert [(one.unit, sentence[one.start : one.end]) for one in figures(
        sentence, cells_of(sentence))] == [(Unit.LENGTH, "84")]  # fmt: skip


def test_the_part_of_a_date() -> None:
    found = [wanted(question) for question in ("In what year?", "On which day?", "When?")]

    assert [one and one.part for one in found] == [Part.YEAR, Part.DAY, None]


@pytest.mark.parametrize(
    ("said", "traits"),
    [
        ("on 3 May 2021", {Trait.DAY, Trait.YEAR}),
        ("on the twelfth of May", {Trait.DAY}),
        ("in May 2021", {Trait.YEAR}),
        ("in the 19th century", set()),
        ("at 9.30 am", {Trait.CLOCK}),
    ],
)
def test_what_a_date_tells(said: str, traits: set[Trait]) -> None:
    (found,) = dates(f"It came {said}.", [])

    assert found.traits == traits
