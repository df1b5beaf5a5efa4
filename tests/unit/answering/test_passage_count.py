"""How many passages an answer shows, and which questions are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hits import make_evidence

import bot
from bot.answering.selecting import WORTH_SHOWING
from bot.errors import QuestionError
from bot.retrieval import ranking

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.fixture
def eight(engine: bot.Engine, write: Write) -> bot.Engine:
    """Eight different passages about zinc, and one about lead."""
    names = "alpha beta gamma delta epsilon zeta eta theta".split()
    write({f"{name}.txt": f"Zinc {name}." for name in names})
    write({"lead.txt": "Lead omega."})
    engine.sync()
    return engine


@pytest.mark.parametrize(("k", "count"), [(1, 1), (2, 2), (8, 8), (9, 9), (1_000, 9)])
def test_k_asks_for_exactly_so_many_passages(eight: bot.Engine, k: int, count: int) -> None:
    found = eight.ask("zinc", k=k)

    assert [quote.rank for quote in found.quotes] == list(range(1, count + 1))
    assert [citation.number for citation in found.citations] == list(range(1, count + 1))
    scores = [quote.score for quote in found.quotes]
    assert scores == sorted(scores, reverse=True)


def test_without_k_only_passages_worth_showing(
    eight: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", -4.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(lexical=8.0))

    found = eight.ask("zinc")

    assert len(found.quotes) == eight.settings.passages_shown == 5
    only = eight.ask("lead omega")
    assert [quote.text for quote in only.quotes] == ["Lead omega."]
    second = eight.ask("lead omega", k=2).quotes[1]
    assert second.score < WORTH_SHOWING * only.quotes[0].score


@pytest.mark.parametrize("k", [0, -1, 1_001])
def test_k_has_bounds(eight: bot.Engine, k: int) -> None:
    with pytest.raises(QuestionError, match=rf"k is {k}; it must be from 1 to 1,000\."):
        eight.ask("zinc", k=k)


@pytest.mark.parametrize(
    ("question", "message"),
    [("", "the question is empty"), (" \n\t", "the question is empty"), ("z" * 2_001, "2,001")],
)
def test_questions_that_are_none(eight: bot.Engine, question: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        eight.ask(question)


@pytest.mark.parametrize(
    "question", ["zinc \ud800", "\x00zinc", "z" * 2_000, "( ) \" ' * : ^ ~ AND OR NOT zinc", "😀"]
)
def test_odd_questions_are_only_words(eight: bot.Engine, question: str) -> None:
    found = eight.ask(question, k=3)

    assert len(found.quotes) == 3
    assert found.question == question.replace("\ud800", "?")


def test_the_same_question_has_the_same_answer(eight: bot.Engine) -> None:
    first, second = (eight.ask("zinc and lead", k=9) for _ in range(2))

    assert replace(first, timings=second.timings) == second
    assert 0 <= first.timings.encode + first.timings.search <= first.timings.total
