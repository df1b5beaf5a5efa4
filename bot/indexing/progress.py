"""The speed of an index run, and its remaining time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ..types import ProgressListener, SyncProgress

# An earlier estimate would fluctuate too much.
SHOWN_AFTER_SECONDS = 3.0


def paced(
    listener: ProgressListener, clock: Callable[[], float] = time.monotonic
) -> ProgressListener:
    """Wraps a listener so that each step includes the average speed of its stage.

    `clock` returns seconds. The measurement starts with the second step, to exclude loading the
    model.
    """
    begun: SyncProgress | None = None
    at = 0.0

    def tell(step: SyncProgress) -> None:
        nonlocal begun, at
        now = clock()
        if begun is None or begun.stage != step.stage or begun.done == 0 or step.done < begun.done:
            begun, at = step, now
        passed, done = now - at, step.done - begun.done
        if passed < SHOWN_AFTER_SECONDS or done == 0:
            listener(step)
            return
        rate = done / passed
        listener(replace(step, rate=rate, seconds_left=(step.total - step.done) / rate))

    return tell
