"""Questions of the corpus near one that was asked, with vectors worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from word_encoder import WordEncoder

import bot
from bot.types import CarriedTurn, Verdict

Write = Callable[[Mapping[str, str]], None]

FAQ = """# Metals

What is zinc?

Zinc is a metal that is bluish and zinc rusts slowly.

Is lead like uranium?

Lead is like uranium in that lead is heavy.

Zinc and copper?

Zinc and copper are mined together in many places.
"""
REPORT = """# Copper report

## Copper prices

Copper is sold by the tonne, and copper is dear.

## Uranium

Uranium is heavy, and uranium is sold in drums.
"""


@pytest.fixture
def asking(engine: bot.Engine, write: Write) -> bot.Engine:
    write({"faq.md": FAQ, "report.md": REPORT})
    engine.sync()
    return engine


def test_questions_come_before_headings_and_nearest_first(asking: bot.Engine) -> None:
    answer = asking.ask("What is zinc?", k=1)
    assert [quote.text[:13] for quote in answer.quotes] == ["What is zinc?"]

    # Axes zinc, lead, copper, uranium and the rest. The question is (1, 0, 0, 0, 2) / √5;
    # "Zinc and copper?" (1, 0, 1, 0, 1) / √3 has 3 / √15 = .77 to it, "Is lead like uranium?"
    # (0, 1, 0, 1, 2) / √6 has 4 / √30 = .73, the headings "Metals" and "Copper report" 2 / √5 = .89
    # and 2 / √10 = .63; "Uranium" has nothing in common with it.
    assert asking.related(answer, 2) == ("Zinc and copper?", "Is lead like uranium?")
    assert asking.related(answer, 1) == ("Zinc and copper?",)
    assert "Uranium" not in asking.related(answer, 20)


def test_what_the_answer_quotes_comes_last(asking: bot.Engine) -> None:
    answer = asking.ask("What is zinc?", k=2)
    assert [quote.text.split("?")[0] for quote in answer.quotes] == [
        "What is zinc",
        "Zinc and copper",
    ]
    assert asking.related(answer, 2) == ("Is lead like uranium?", "Zinc and copper?")


def test_what_was_asked_before_is_left_out(asking: bot.Engine) -> None:
    answer = asking.ask("What is zinc?")
    found = asking.related(answer, leave=("ZINC  and copper",))
    assert found[0] == "Is lead like uranium?"
    assert "Zinc and copper?" not in found


def test_each_is_answered_and_asked_once(
    asking: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asking.ask("What is zinc?")
    asked: list[str] = []
    ask = asking._asker.ask

    def refuse_lead(generation, question, history, k):  # type: ignore[no-untyped-def]
        asked.append(question)
        answer = ask(generation, question, history, k)
        return replace(answer, verdict=Verdict.UNANSWERED) if "lead" in question else answer

    monkeypatch.setattr(asking._asker, "ask", refuse_lead)
    found = asking.related(answer)
    assert not any("lead" in question for question in found)
    assert asked[:2] == ["Is lead like uranium?", "Zinc and copper?"]

    before = len(asked)
    assert asking.related(answer) == found
    assert len(asked) == before


def test_beside_a_refusal_questions_are_of_use_however_far(asking: bot.Engine) -> None:
    # The question has no word in common with any line, the cosines are 0.
    answer = replace(asking.ask("chromium february"), quotes=())

    assert asking.related(replace(answer, verdict=Verdict.ANSWERED)) == ()
    assert asking.related(replace(answer, verdict=Verdict.UNANSWERED)) == (
        "Is lead like uranium?",
        "What is zinc?",
        "Zinc and copper?",
    )


def test_a_follow_up_is_read_with_the_question_before_it(asking: bot.Engine) -> None:
    answer = asking.ask("Why?")
    alone = asking.related(replace(answer, verdict=Verdict.UNANSWERED, quotes=()), 1)
    carried = replace(
        answer,
        verdict=Verdict.UNANSWERED,
        quotes=(),
        context=(CarriedTurn(0, "lead lead lead"),),
    )
    assert asking.related(carried, 1) == ("Is lead like uranium?",)
    assert len(alone) == 1


def test_the_same_line_of_two_sources_is_offered_once(engine: bot.Engine, write: Write) -> None:
    write({"a.md": FAQ, "b.md": FAQ + "\nWhat is copper?\n\nCopper is red.\n"})
    engine.sync()
    found = engine.related(engine.ask("What is zinc?"), 10)
    assert len(found) == len(set(found))
    assert found.count("Is lead like uranium?") == 1


def test_an_index_without_passages_offers_nothing(engine: bot.Engine, write: Write) -> None:
    write({"a.xyz": "Zinc."})
    engine.sync()
    assert engine.related(engine.ask("What is zinc?")) == ()


def test_a_new_generation_is_asked_anew(
    asking: bot.Engine, write: Write, encoder: WordEncoder
) -> None:
    answer = asking.ask("What is zinc?")
    assert "Is lead like uranium?" in asking.related(answer)
    write({"faq.md": FAQ.replace("Is lead like uranium?", "Is lead like chromium?")})
    asking.sync()
    assert "Is lead like uranium?" not in asking.related(answer)
