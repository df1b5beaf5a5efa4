"""Talk gets a reply, which is neither an answer nor a refusal."""

from __future__ import annotations

import pytest

import bot
from bot.types import Purpose, Talk, Verdict

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_talk_gets_a_reply_and_is_neither_an_answer_nor_a_refusal(mines: bot.Engine) -> None:
    answer = mines.ask("hello")

    assert (answer.purpose, answer.verdict, answer.notice) == (
        Purpose.TALK, Verdict.UNANSWERED, None
    )  # fmt: skip
    assert answer.reply is not None
    assert answer.reply.talk is Talk.GREETING
    assert answer.reply.sources == 3
    assert [holding.title for holding in answer.reply.holdings] == [
        "Copper report", "Lead report", "Zinc report"
    ]  # fmt: skip
