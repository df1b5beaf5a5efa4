"""Gradio's queue, but idle while there are no questions.

Gradio polls for questions a thousand times a second and for progress a hundred times a second,
which permanently takes several hundredths of a core. No setting avoids it: a longer polling
interval would delay every question.
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
        """Start the loops in the running event loop."""
        self._pushed = asyncio.Event()
        super().start()  # type: ignore[no-untyped-call]

    async def push(self, *args: Any, **keywords: Any) -> Any:
        """Add a question to the queue and wake the loops."""
        try:
            return await super().push(*args, **keywords)
        finally:
            self._pushed.set()

    async def start_processing(self) -> None:
        """Pass each question to its function until the event loop ends."""
        await paced(super().start_processing(), self._work)

    async def start_progress_updates(self) -> None:
        """Send the progress of running questions until the event loop ends."""
        await paced(super().start_progress_updates(), self._work)

    async def _work(self) -> None:
        """Return as soon as a question waits or is being answered."""
        while not (len(self) or self.get_active_worker_count()):
            self._pushed.clear()
            await self._pushed.wait()


def rest_between_questions(blocks: gr.Blocks, *, max_size: int, concurrency_limit: int) -> None:
    """Replace the queue of the blocks with a `RestingQueue`; `Blocks.queue` cannot make one.

    `max_size` is how many questions may wait. `concurrency_limit` is how many run at once for an
    event that sets no limit itself.
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
    """Run a coroutine; after each of its awaits, also await `pause` before it continues."""
    with closing(steps):
        for waited in steps.__await__():
            yield waited
            yield from pause().__await__()
