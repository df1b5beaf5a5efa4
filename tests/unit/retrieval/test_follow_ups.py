"""Which questions stand on their own, and which earlier ones the others may lean on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest

from bot.retrieval.follow_ups import (
    CARRIED_CHARACTERS,
    CARRIED_QUESTIONS,
    carried,
    depends_on_context,
)
from bot.types import CarriedTurn, Turn


@pytest.mark.parametrize(
    "question",
    [
        # continued
        "And zinc?",
        "and how much of the lead is exported to Europe?",
        "But why is chromium important for steel?",
        "So which country mines the most uranium?",
        "Or copper mines in Kazakhstan?",
        "What about lead?",
        "How about the uranium of Kazakhstan?",
        "What else does Kazakhstan export?",
        "Who else signed the treaty on minerals?",
        "  … and then the copper mines?",
        "Then what happened to the copper mines?",
        # nothing but a question word
        "Why?",
        "Why not?",
        "How so?",
        "How come?",
        "When?",
        "Where?",
        "Who?",
        "Which ones?",
        # pronouns
        "What does it cost to mine?",
        "Where are they mined in Kazakhstan?",
        "Who signed that treaty in Astana?",
        "What is their share of the world market?",
        "Is this mineral found in Ukraine?",
        "Are those reserves larger than the Chinese ones?",
        "How large are its reserves of uranium?",
        "Who is he and what is his role in the dialogue?",
        "Which countries trade the latter with China?",
        "What happened there in February?",
        "Is it exported from Kazakhstan?",
        "Is that true of uranium mines?",
        "What did Kazakhstan say about that?",
        "Why did that delay the shipment of ore?",
        "How much copper does the other one hold?",
        "What did Kazakhstan offer them for it?",
        # one word at most that says anything
        "zinc",
        "What is zinc?",
        "How much?",
        "???",
        "",
    ],
)
def test_questions_that_point_back(question: str) -> None:
    assert depends_on_context(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which minerals are critical for batteries?",
        "When was the C5+1 dialogue launched?",
        "How much chromium does Central Asia hold?",
        "Why is Kazakhstan important for uranium?",
        "Where is uranium mined in Kazakhstan?",
        "uranium Kazakhstan",
        # words that point forward, or to nothing
        "Is it true that Kazakhstan exports zinc?",
        "Is it true that Kazakhstan is rich in zinc?",
        "Is it correct that China controls rare earths?",
        "Isn't it the case that uranium prices rose?",
        "Was it possible to mine zinc in Ukraine?",
        "Is it possible that uranium prices fall?",
        "It is said that China limits exports. Which minerals?",
        "Are there uranium mines in Kazakhstan?",
        "How many zinc mines are there in Kazakhstan?",
        "Does Kazakhstan think that uranium prices will rise?",
        "What are the minerals that can be found in Ukraine?",
        "What is the name of the mine that flooded in Ukraine?",
        "Which former minister owns copper mines?",
        "What is another term for rare earths?",
        "Name one of the causes of the uranium boom.",
        # a name of its own, whose it is
        "What did Kazakhstan do with its uranium?",
        "Which ministers did President Tokayev bring along to his meeting?",
    ],
)
def test_questions_that_stand_on_their_own(question: str) -> None:
    assert not depends_on_context(question)


Role = Literal["user", "assistant"]


def turns(*contents: tuple[Role, str]) -> Sequence[Turn]:
    return [Turn(role, content) for role, content in contents]


def test_the_last_question_is_carried_and_no_answer() -> None:
    history = turns(
        ("user", "Tell me about copper mines."),
        ("assistant", "Copper is mined in Kazakhstan."),
        ("user", "Who mines zinc?"),
        ("assistant", "Zinc is mined in Poland."),
    )

    assert carried(history) == (CarriedTurn(2, "Who mines zinc?"),)


def test_a_question_is_carried_after_those_that_it_leans_on_itself() -> None:
    history = turns(
        ("user", "Who mines tin?"),
        ("assistant", "Bolivia."),
        ("user", "Who mines zinc?"),
        ("assistant", "Poland."),
        ("user", " And lead?\n"),
        ("assistant", "Sweden."),
    )

    assert carried(history) == (CarriedTurn(2, "Who mines zinc?"), CarriedTurn(4, "And lead?"))


def test_a_chain_of_questions_is_carried_as_far_as_its_last_ones() -> None:
    history = turns(*(("user", f"And metal {number}?") for number in range(9)))

    assert [turn.turn for turn in carried(history)] == [6, 7, 8]
    assert CARRIED_QUESTIONS == 3


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], []),
        ([("assistant", "Ask me about zinc.")], []),
        ([("user", ""), ("assistant", " ")], []),
        ([("user", "Who mines zinc?"), ("assistant", "Poland."), ("user", " \n")], [0]),
        ([("assistant", "Zinc is mined in Poland."), ("user", "Who mines zinc?")], [1]),
    ],
)
def test_what_is_empty_and_what_is_said_by_the_assistant_is_not_carried(
    history: list[tuple[Role, str]], expected: list[int]
) -> None:
    assert [turn.turn for turn in carried(turns(*history))] == expected


def test_the_beginning_of_a_long_question_is_carried() -> None:
    (turn,) = carried(turns(("user", "Zinc " * 20_000)))

    assert turn.text == ("Zinc " * 20_000)[:CARRIED_CHARACTERS].strip()
