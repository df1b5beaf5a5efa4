"""Questions of a conversation are answered once, in their order, and for their tab alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from page_requests import ask, post
from programs_site import ORIGIN
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.web import build_app
from bot.web.conversation.chat import CONCURRENT_QUESTIONS


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url=ORIGIN) as client:
        yield client


def shown(client: TestClient, *, tab: int) -> Any:
    """The exchanges that a page shows which opens the conversation of a tab."""
    return post(client, "conversation/shown", tab=tab)["exchanges"]


def test_a_question_is_answered_and_followed_up(client: TestClient, engine: FakeEngine) -> None:
    ask(client, "How much chromium is there?", tab=1)
    second = ask(client, "And the other chromium?", tab=1)
    third = ask(client, tab=1, alone=True)
    ask(client, "chromium elsewhere", tab=2)

    history = engine.histories[-3]
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[0].content == "How much chromium is there?"
    assert history[1].content.startswith("The region is rich in ores")
    assert "About" in second["answer"]
    assert "asked on its own" in third["question"]
    assert [one["number"] for one in shown(client, tab=1)] == [0, 1, 2]
    assert shown(client, tab=1)[1:] == [second, third]
    assert engine.histories[-1] == ()


def test_what_is_sent_again_under_its_key_is_asked_once(
    client: TestClient, engine: FakeEngine
) -> None:
    key = "0123456789abcdef" * 2
    asked = len(engine.histories)
    replies = [ask(client, "How much chromium?", key, tab=10) for _ in range(3)]
    alone = [ask(client, key=key[::-1], tab=10, alone=True) for _ in range(2)]
    assert len(engine.histories) == asked + 2
    assert replies[0] == replies[1] == replies[2]
    assert alone[0] == alone[1]
    assert shown(client, tab=10) == [replies[0], alone[0]]

    # It is a key to one conversation.
    ask(client, "How much chromium?", key, tab=11)
    assert len(engine.histories) == asked + 3


@pytest.mark.parametrize("key", ["0", "0" * 31 + "A", '"><script>' + "0" * 22, "0" * 32 + "\n", 7])
def test_a_key_that_no_page_draws_is_refused(client: TestClient, key: Any) -> None:
    asked = {"tab": "c" * 32, "key": key, "question": "How much chromium?"}
    assert client.post("/pincite/ask", json=asked).status_code == 422


@pytest.fixture
def slow(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Slow questions are answered when it is set."""
    slow = threading.Event()
    monkeypatch.setattr(engine, "slow", slow)
    yield slow
    slow.set()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Returns once something is so."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_questions_of_a_conversation_are_answered_in_their_order(
    client: TestClient, engine: FakeEngine, slow: threading.Event
) -> None:
    def under_way() -> list[str]:
        told = post(client, "conversation/shown", tab=80)["under_way"]
        return [one["question"] for one in told]

    with ThreadPoolExecutor() as people:
        first = people.submit(ask, client, "A slow question", "a" * 32, tab=80)
        wait_until(lambda: under_way() == ["A slow question"])
        second = people.submit(ask, client, "How much chromium?", "b" * 32, tab=80)
        wait_until(lambda: under_way() == ["A slow question", "How much chromium?"])
        # Another tab that shows the conversation waits for the same answer.
        again = people.submit(ask, client, "A slow question", "a" * 32, tab=80)
        assert shown(client, tab=80) == []
        slow.set()
        assert again.result(30) == first.result(30)
        assert second.result(30)["number"] == 1

    assert under_way() == []
    assert [one["key"] for one in shown(client, tab=80)] == ["a" * 32, "b" * 32]


def test_a_question_is_answered_though_its_page_goes_away(slow: threading.Event) -> None:
    async def leave() -> list[Any]:
        app = build_app(FakeEngine().as_engine)
        transport = httpx.ASGITransport(app)
        asked = {"tab": "d" * 32, "key": "e" * 32, "question": "How much chromium?"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
        ):
            asking = asyncio.create_task(client.post("/pincite/ask", json=asked))
            await asyncio.sleep(0)
            told: dict[str, Any] = {"under_way": [], "exchanges": []}
            while not told["under_way"] and not told["exchanges"]:
                reply = await client.post("/pincite/conversation/shown", json={"tab": "d" * 32})
                told = reply.json()
            asking.cancel()
            while not told["exchanges"]:
                reply = await client.post("/pincite/conversation/shown", json={"tab": "d" * 32})
                told = reply.json()
        return [one["key"] for one in told["exchanges"]]

    assert asyncio.run(leave()) == ["e" * 32]


def test_more_questions_than_may_wait_are_refused(
    client: TestClient, engine: FakeEngine, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.conversation.chat.WAITING_QUESTIONS", 0)
    asked = len(engine.histories)
    with ThreadPoolExecutor(CONCURRENT_QUESTIONS) as people:
        for tab in range(30, 30 + CONCURRENT_QUESTIONS):
            people.submit(ask, client, "A slow question", tab=tab)
        wait_until(lambda: len(engine.histories) == asked + CONCURRENT_QUESTIONS)
        # Other requests do not wait for answers.
        assert shown(client, tab=40) == []
        more = {"tab": "f" * 32, "key": "0" * 32, "question": "How much chromium?"}
        assert client.post("/pincite/ask", json=more).status_code == 503
        slow.set()
    assert client.post("/pincite/ask", json=more).status_code == 200


def test_another_name_is_another_conversation(client: TestClient, engine: FakeEngine) -> None:
    ask(client, "chromium", tab=3)
    assert shown(client, tab=5) == []
    ask(client, "chromium", tab=5)

    assert engine.histories[-1] == ()
    assert len(shown(client, tab=3)) == 1


def test_errors_are_shown_and_leave_no_trace(
    client: TestClient, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    invalid = ask(client, "an unacceptable question", tab=4)["answer"]
    crash = ask(client, "crash please", tab=4)["answer"]
    ask(client, "chromium", tab=4)

    assert "That did not work" in invalid
    assert "<b>" not in invalid
    assert "a secret detail" not in crash
    assert "a secret detail" in caplog.text
    assert engine.histories[-1] == ()


def test_an_empty_question_changes_nothing(client: TestClient) -> None:
    for values in ({"question": "  \n "}, {"alone": True}):
        asked = {"tab": f"{13:032x}", "key": "0" * 32, **values}
        assert client.post("/pincite/ask", json=asked).status_code == 422
    assert shown(client, tab=13) == []


def test_a_tab_whose_name_could_be_guessed_shares_nothing(client: TestClient) -> None:
    for name in ("", "1", "g" * 32):
        asked = {"tab": name, "key": "0" * 32, "question": "chromium"}
        assert client.post("/pincite/ask", json=asked).status_code == 200
        reply = client.post("/pincite/conversation/shown", json={"tab": name})
        assert reply.json()["exchanges"] == []
