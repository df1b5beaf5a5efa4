"""A question that points back leans on the earlier turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from highlighted_texts import lit_texts
from hits import make_evidence
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.prepared_question import prepare
from bot.retrieval import ranking
from bot.types import CarriedTurn, Turn

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

HISTORY = (
    Turn("user", "Where in Poland is zinc mined?"),
    Turn("assistant", "Zinc is mined in Poland, at Olkusz."),
)


@pytest.fixture
def mines(engine: bot.Engine, write: Write) -> bot.Engine:
    write({"a.txt": "Lead is mined in Poland.", "b.txt": "Zinc is mined in Poland."})
    engine.sync()
    return engine


def test_a_question_that_points_back_leans_on_earlier_turns(mines: bot.Engine) -> None:
    alone = mines.ask("Is it mined in Poland?", k=2)
    leaned = mines.ask("Is it mined in Poland?", k=2, history=HISTORY)

    assert alone.context == ()
    assert [quote.source.title for quote in alone.quotes] == ["a", "b"]
    assert leaned.context == (CarriedTurn(0, HISTORY[0].content),)
    assert [quote.source.title for quote in leaned.quotes] == ["b", "a"]
    assert leaned.question == "Is it mined in Poland?"


def test_the_context_can_be_dropped(mines: bot.Engine) -> None:
    alone = mines.ask("Is it mined in Poland?")
    dropped = mines.ask("Is it mined in Poland?", history=HISTORY, ignore_context=True)

    assert replace(dropped, timings=alone.timings) == alone


def test_a_question_that_stands_on_its_own_is_not_swayed(mines: bot.Engine) -> None:
    alone = mines.ask("Which lead is mined in Poland?")
    after = mines.ask("Which lead is mined in Poland?", history=HISTORY)

    assert replace(after, timings=alone.timings) == alone
    assert after.quotes[0].source.title == "a"


def test_a_question_of_pronouns_alone_is_measured_by_what_it_leans_on(mines: bot.Engine) -> None:
    found = mines.ask("Where is it?", history=HISTORY)

    assert found.quotes[0].source.title == "b"
    assert lit_texts(found, mines)[0] == ["Zinc is mined in Poland."]


def test_a_question_leans_on_the_one_before_where_that_finds_much_more(
    mines: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=9.0))
    history = (Turn("user", "Zinc of Poland"), Turn("assistant", "Zinc is mined in Poland."))

    # Of copper and chromium the texts have nothing; of lead they have a passage.
    helped = mines.ask("Which copper, which chromium?", history=history)
    alone = mines.ask("Which lead is mined in Poland?", history=history)

    assert helped.context == (CarriedTurn(0, "Zinc of Poland"),)
    assert alone.context == ()


def test_only_as_much_is_carried_as_the_encoder_reads_with_the_question(
    mines: bot.Engine,
) -> None:
    encoder = WordEncoder(MINERALS, max_tokens=9)
    history = [Turn("user", "Who mines tin in Peru?"), Turn("user", "And who mines zinc?")]
    generation, settings = mines.live(), mines.settings

    def leaned(question: str) -> list[int]:
        return [
            turn.turn
            for turn in prepare(generation, encoder, settings, question, history).follow_up_turns
        ]

    assert leaned("And lead?") == [1]
    assert leaned("And who mines all of the lead there?") == []
    assert [turn.turn for turn in mines.ask("And lead?", history=history).context] == [0, 1]


def test_a_number_of_the_question_before_is_not_asked_for_again(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Well 47 has zinc. Well 48 has lead."})
    engine.sync()
    history = [Turn("user", "What has well 47?")]

    asked = prepare(
        engine.live(), WordEncoder(MINERALS), engine.settings, "And what has well 48?", history
    )
    leaning = prepare(engine.live(), WordEncoder(MINERALS), engine.settings, "And why?", history)

    assert [name.terms for name in asked.names] == [("48",)]
    assert [one.is_named("Well 48") for one in asked.identifiers] == [True]
    assert [name.terms for name in leaning.names] == [("47",)]
    assert [one.is_named("Well 47") for one in leaning.identifiers] == [True]
