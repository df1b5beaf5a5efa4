"""The chat is idle without questions; tested in an event loop with a simulated clock."""

from __future__ import annotations

import asyncio
import html
import json
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import gradio as gr
import httpx
import pytest
from web_fakes import FakeEngine

from bot.web import build_app
from bot.web.conversation.chat import CONCURRENT_QUESTIONS
from bot.web.conversation.queueing import paced

ORIGIN = "http://127.0.0.1:7860"
MINUTE, HOUR = 60.0, 3600.0
ANSWER = "30.07 percent"

T = TypeVar("T")


class SkippingSelector(selectors.DefaultSelector):
    """Counts how often the loop wakes; while `skipping`, time passes without waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.skipping = False
        self.skipped = 0.0
        self.wakes = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.wakes += 1
        if not self.skipping or timeout is None:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self.skipped += timeout
        return ready


class SkippingLoop(asyncio.SelectorEventLoop):
    """An hour in which nothing happens passes at once."""

    def __init__(self) -> None:
        self.skipping = SkippingSelector()
        super().__init__(self.skipping)

    def time(self) -> float:
        return super().time() + self.skipping.skipped


async def rest(seconds: float) -> int:
    """Lets idle time pass; returns how often the loop woke meanwhile."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    selector = loop.skipping
    before, selector.skipping = selector.wakes, True
    await asyncio.sleep(seconds)
    selector.skipping = False
    return selector.wakes - before


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(work())


class Program:
    """Asks as `gradio_client` does."""

    def __init__(self, client: httpx.AsyncClient, event: int) -> None:
        self._client = client
        self._event = event

    async def ask(self, question: str, number: int = 0) -> str:
        """The answer to a question, asked in the session of that number."""
        session = f"session {number}"
        content = {
            "data": [question, None, "[]", "{}"],
            "fn_index": self._event,
            "session_hash": session,
        }
        joined = await self._client.post("/gradio_api/queue/join", json=content)
        joined.raise_for_status()
        stream = await self._client.get("/gradio_api/queue/data", params={"session_hash": session})
        lines = [line[6:] for line in stream.text.splitlines() if line.startswith("data: ")]
        completed = [one for one in map(json.loads, lines) if one["msg"] == "process_completed"]
        assert [one["success"] for one in completed] == [True]
        return html.unescape(json.dumps(completed[0]["output"]["data"]))


@asynccontextmanager
async def chat() -> AsyncIterator[Program]:
    app = build_app(FakeEngine().as_engine)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client,
    ):
        while not (await client.get("/pincite/state")).json()["ready"]:
            await asyncio.sleep(0.01)
        config = (await client.get("/config")).json()
        (event,) = (item["id"] for item in config["dependencies"] if item["api_name"] == "ask")
        yield Program(client, event)


def test_an_idle_chat_hardly_wakes() -> None:
    async def idle() -> tuple[int, str, int]:
        async with chat() as program:
            return await rest(MINUTE), await program.ask("chromium"), await rest(MINUTE)

    before, shown, after = run(idle)

    # Gradio checks once a second for ended sessions.
    assert before < 3 * MINUTE
    assert ANSWER in shown
    assert after < 3 * MINUTE


def test_gradio_itself_does_not_rest() -> None:
    """If this fails, `bot.web.conversation.queueing` is no longer needed."""

    async def idle() -> int:
        with gr.Blocks(analytics_enabled=False) as blocks:
            gr.Textbox()
        blocks.run_startup_events()
        return await rest(MINUTE)

    assert run(idle) > 100 * MINUTE


def test_questions_after_idle_hours_are_answered() -> None:
    async def ask() -> list[str]:
        shown = []
        async with chat() as program:
            for number in range(3):
                await rest(HOUR)
                shown.append(await program.ask(f"chromium in field {number}", number))
        return shown

    for number, shown in enumerate(run(ask)):
        assert f"chromium in field {number}" in shown
        assert ANSWER in shown


def test_more_questions_at_once_than_are_answered_at_once_are_all_answered() -> None:
    numbers = range(3 * CONCURRENT_QUESTIONS)

    async def ask() -> list[str]:
        async with chat() as program:
            await rest(HOUR)
            asked = [program.ask(f"chromium in field {number}", number) for number in numbers]
            return await asyncio.gather(*asked)

    for number, shown in zip(numbers, run(ask), strict=True):
        assert f"chromium in field {number}" in shown
        assert ANSWER in shown


async def steps(done: list[str]) -> None:
    """Ends by itself at the third step."""
    try:
        for number in range(3):
            done.append(f"step {number}")
            await asyncio.sleep(0.001)
    finally:
        done.append("end")


@pytest.mark.parametrize("pauses", [0, 1, 2])
def test_what_is_paced_waits_for_each_pause_and_ends_when_it_is_cancelled(pauses: int) -> None:
    async def pace() -> None:
        done: list[str] = []
        gates = asyncio.Semaphore(pauses)

        async def work() -> None:
            await paced(steps(done), gates.acquire)

        working = asyncio.create_task(work())
        await rest(MINUTE)
        assert done == [f"step {number}" for number in range(pauses + 1)]

        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert done[-1] == "end"

    run(pace)


def test_what_is_paced_ends_by_itself() -> None:
    async def pace() -> None:
        done: list[str] = []
        await paced(steps(done), asyncio.Semaphore(3).acquire)
        assert done == ["step 0", "step 1", "step 2", "end"]

    run(pace)
