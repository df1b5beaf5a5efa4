"""Gradio's queue, asleep while nobody asks.

Gradio looks for a question a thousand times a second, and a hundred times for progress to tell,
which takes several hundredths of a core for ever. There is no setting for it: a longer pause would
make every question wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import closing
from types import coroutine
from typing import Any

import gradio as gr
from gradio.queueing import Queue


class RestingQueue(Queue):
    """Runs Gradio's own loops, but only while a question waits or is being answered."""

    def start(self) -> None:
        """Start the loops, in the event loop that runs now."""
        self._pushed = asyncio.Event()
        super().start()  # type: ignore[no-untyped-call]

    async def push(self, *args: Any, **keywords: Any) -> Any:
        """Take in a question, and wake the loops."""
        try:
            return await super().push(*args, **keywords)
        finally:
            self._pushed.set()

    async def start_processing(self) -> None:
        """Give each question to its function, for as long as the event loop runs."""
        await paced(super().start_processing(), self._work)

    async def start_progress_updates(self) -> None:
        """Send the progress of what is under way, for as long as the event loop runs."""
        await paced(super().start_progress_updates(), self._work)

    async def _work(self) -> None:
        """Return as soon as a question waits or is being answered."""
        while not (len(self) or self.get_active_worker_count()):
            self._pushed.clear()
            await self._pushed.wait()


def rest_between_questions(blocks: gr.Blocks, *, max_size: int, concurrency_limit: int) -> None:
    """Give the blocks a queue that rests, in place of `Blocks.queue`, which can give no such one.

    `max_size` is how many questions may wait, and `concurrency_limit` how many of an event that
    names no limit are answered at once.
    """
    blocks._queue = RestingQueue(
        live_updates=True,
        concurrency_count=blocks.max_threads,
        update_intervals=1,
        max_size=max_size,
        blocks=blocks,
        default_concurrency_limit=concurrency_limit,
    )


@coroutine
def paced(
    steps: Coroutine[Any, Any, None], pause: Callable[[], Awaitable[None]]
) -> Generator[Any, Any, None]:
    """Run a coroutine, and after each of its waits wait for `pause`, too, before it goes on."""
    with closing(steps):
        for waited in steps.__await__():
            yield waited
            yield from pause().__await__()
