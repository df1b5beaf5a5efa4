"""Several processes that embed passages: each on its share of the processor, or its own device."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import TypeAlias

from ..errors import EncoderError
from ..types import Encoded

Compute: TypeAlias = Callable[[list[str]], list[Encoded]]

# Batches that each process has before it: one that it computes, one that waits for it.
_AHEAD = 2

# What the process of a worker was given, and what it has made of it.
_maker: Callable[[], Compute] | None = None
_compute: Compute | None = None


def encoded_by_workers(
    makers: Sequence[Callable[[], Compute]], batches: Iterable[list[str]]
) -> Iterator[list[Encoded]]:
    """The batches in their order, each computed by what one of the makers makes in its process.

    Makers are called in processes of their own, one each, and so must be picklable. Raises
    EncoderError when a process ends before its time, and what a maker or computing raises.
    """
    shares = _shares(len(makers))
    pools = [
        ProcessPoolExecutor(1, get_context("spawn"), _prepare, (maker, share))
        for maker, share in zip(makers, shares, strict=True)
    ]
    waiting: deque[Future[list[Encoded]]] = deque()
    try:
        for number, batch in enumerate(batches):
            waiting.append(pools[number % len(pools)].submit(_encode, batch))
            if len(waiting) == _AHEAD * len(pools):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise EncoderError(
            "a process that embeds passages has ended, for want of memory perhaps. What is "
            "embedded is kept: run pincite index again, with fewer --workers."
        ) from error
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _shares(count: int) -> list[list[int]]:
    """Cores for each process, none of them in two shares as long as there are enough."""
    cores = sorted(os.sched_getaffinity(0))
    return [cores[at::count] or [cores[at % len(cores)]] for at in range(count)]


def _prepare(maker: Callable[[], Compute], cores: list[int]) -> None:
    """Called in the new process, before it imports what sizes its threads by the cores."""
    global _maker
    os.sched_setaffinity(0, cores)
    _maker = maker
    # Killed, the parent could not tell it to end.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _encode(texts: list[str]) -> list[Encoded]:
    global _compute
    if _compute is None:
        assert _maker is not None
        _compute = _maker()
    return _compute(texts)
