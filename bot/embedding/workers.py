"""Embeds passages in several processes, each with its share of the cores or its own device."""

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

# Batches in flight per process: one being computed and one waiting.
_AHEAD = 2

# The maker passed to this worker process, and the function that it returned.
_maker: Callable[[], Compute] | None = None
_compute: Compute | None = None


def encoded_by_workers(
    makers: Sequence[Callable[[], Compute]], batches: Iterable[list[str]]
) -> Iterator[list[Encoded]]:
    """Yields the encoded batches in order.

    Each maker is called in its own process, so it must be picklable, and returns the function that
    computes batches there. Raises EncoderError if a process ends early, and the errors of makers
    and of computing.
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
    """Divides the cores among processes, without overlap if there are enough."""
    cores = sorted(os.sched_getaffinity(0))
    return [cores[at::count] or [cores[at % len(cores)]] for at in range(count)]


def _prepare(maker: Callable[[], Compute], cores: list[int]) -> None:
    """Initialises the new process before imports size their thread pools by the cores."""
    global _maker
    os.sched_setaffinity(0, cores)
    _maker = maker
    # A killed parent cannot tell the worker to end.
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
