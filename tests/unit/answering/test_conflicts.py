"""Figures that differ between sources are reported as conflicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hits import conflicts_of
from mineral_reserves import RESERVES
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.comparing.conflicts import MOST_LOOKED_AT
from bot.types import Conflict, ConflictValue

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def values(*conflicts: Conflict) -> list[tuple[str, list[tuple[str, int]]]]:
    return [(c.about, [(value.text, value.citation) for value in c.values]) for c in conflicts]


@pytest.mark.parametrize(
    "question",
    [
        "How much chromium does Central Asia hold?",
        "What share of the world does Central Asia hold?",
    ],
)
def test_figures_that_differ_are_found(question: str) -> None:
    assert values(*conflicts_of(question, *RESERVES)) == [
        ("chromium", [("30.07 percent", 1), ("31 percent", 2)])
    ]


@pytest.mark.parametrize(
    "question", ["How much lead does Central Asia hold?", "How much zinc and titanium is there?"]
)
def test_figures_that_were_not_asked_for_are_left_out(question: str) -> None:
    assert conflicts_of(question, *RESERVES) == []


@pytest.mark.parametrize(
    ("left", "right", "about", "shown"),
    [
        (
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest $300 million in mines of Kazakhstan.",
            "in mines of Kazakhstan",
            ["$3 billion", "$300 million"],
        ),
        (
            "Kazakhstan produces 21,800 tonnes of uranium a year.",
            "Kazakhstan produces 22 thousand tonnes of uranium a year.",
            "tonnes of uranium a year",
            ["21,800", "22 thousand"],
        ),
        (
            "Kazakhstan has 40% of the uranium reserves.",
            "Kazakhstan has 43 per cent of uranium reserves.",
            "uranium reserves",
            ["40%", "43 per cent"],
        ),
        (
            "The 2018 report showed 384 occurrences of rare metals.",
            "The 2018 report showed 160 occurrences of rare metals.",
            "occurrences of rare metals",
            ["384", "160"],
        ),
    ],
)
def test_figures_that_differ_in_other_units(
    left: str, right: str, about: str, shown: list[str]
) -> None:
    expected = [(about, [(shown[0], 1), (shown[1], 2)])]

    assert values(*conflicts_of("What is reported?", left, right)) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(RESERVES[0], RESERVES[0], id="equal values"),
        pytest.param(
            "Kazakhstan has 1,200 zinc mines today.",
            "Kazakhstan has 1200 zinc mines today.",
            id="equal values, written differently",
        ),
        pytest.param(
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest $3,000 million in mines of Kazakhstan.",
            id="equal values on other scales",
        ),
        pytest.param(
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest €2.8 billion in mines of Kazakhstan.",
            id="other currencies",
        ),
        pytest.param(
            "China controls 60 percent of rare earth mining operations.",
            "China controls 85 percent of rare earth processing capacity.",
            id="other quantities",
        ),
        pytest.param(
            "China controls nearly 60 percent of rare earth mining operations, over 85 percent of "
            "processing capabilities, and 90 percent of permanent magnet production.",
            "China is the leader, controlling nearly 60 percent of rare earth mining operations "
            "and more than 85 percent of global processing capacity.",
            id="several quantities, the same values",
        ),
        pytest.param(
            "Kazakhstan has 12 zinc mines today.",
            "After years of war the ministry of Ukraine counted 15 zinc mines that stand idle now.",
            id="other statements",
        ),
        pytest.param(
            "Kazakhstan has 12 percent more zinc mines.",
            "Kazakhstan has 15 more zinc mines.",
            id="other units",
        ),
    ],
)
def test_what_is_no_conflict(left: str, right: str) -> None:
    assert conflicts_of("What is reported?", left, right) == []


def test_one_source_does_not_differ_with_itself() -> None:
    texts = ("Kazakhstan has 12 zinc mines today.", "Kazakhstan has 15 zinc mines today.")

    assert conflicts_of("zinc", *texts, sources="aa") == []
    assert values(*conflicts_of("zinc", *texts)) == [("zinc mines today", [("12", 1), ("15", 2)])]


def test_a_source_that_differs_from_very_many_copies_is_found() -> None:
    told = [f"The {name} works were rebuilt by their owners." for name in "abcdef"]
    copy = " ".join(["The region holds 31 percent of the chromium.", *told])
    sources = [f"s{at}" for at in range(MOST_LOOKED_AT // len(told) + 2)]
    texts = [copy] * (len(sources) - 1) + ["The region holds 38 percent of the chromium."]

    (conflict,) = conflicts_of("How much chromium?", *texts, sources=sources)

    assert [value.text for value in conflict.values] == [
        *["31 percent"] * (len(sources) - 1),
        "38 percent",
    ]


def test_three_sources_with_three_values_are_one_conflict() -> None:
    texts = [f"Kazakhstan has {number} zinc mines today." for number in (12, 15, 17, 12)]

    assert conflicts_of("zinc", *texts) == [
        Conflict(
            "zinc mines today",
            (
                ConflictValue("12", 1),
                ConflictValue("15", 2),
                ConflictValue("17", 3),
                ConflictValue("12", 4),
            ),
        )
    ]


def test_an_answer_sets_figures_side_by_side(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1], "c.txt": "Uranium glows."})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=0.0)
    engine.sync()

    found = engine.ask("How much chromium does Central Asia hold?")

    paths = {citation.number: citation.source.path for citation in found.citations}
    (conflict,) = found.conflicts
    assert conflict.about == "chromium"
    assert {paths[value.citation]: value.text for value in conflict.values} == {
        "corpus/a.txt": "30.07 percent",
        "corpus/b.txt": "31 percent",
    }
    assert [quote.citations for quote in found.quotes][:2] == [(1,), (2,)]


def test_a_refusal_reports_no_conflict(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1]})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=1.0)
    engine.sync()

    found = engine.ask("How much chromium does Central Asia hold?")

    assert not found.answered
    assert len(found.quotes) == 2
    assert found.conflicts == ()


def test_a_conflict_says_where_its_values_stand(
    engine: bot.Engine, write: Callable[[dict[str, str]], None], encoder: WordEncoder
) -> None:
    assert encoder.vocabulary == MINERALS
    write(
        {
            "a.md": "Much was said 🪨.\n\nThe dialogue was launched in February 2024 by zinc.\n",
            "b.md": "The dialogue was launched in February 2023 by zinc. It went on.\n",
        }
    )
    engine.sync()
    answer = engine.ask("When was the dialogue launched?")
    (conflict,) = answer.conflicts
    assert len(conflict.values) == 2
    sources = {citation.number: citation.source.id for citation in answer.citations}
    for value in conflict.values:
        text = engine.source(sources[value.citation]).text
        assert value.span is not None
        assert value.sentence is not None
        assert text[slice(*value.span)] == value.text
        sentence = text[slice(*value.sentence)]
        assert sentence.startswith("The dialogue was launched")
        assert sentence.endswith("by zinc.")
