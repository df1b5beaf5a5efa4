"""How fast an index run goes, and how long it will take still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ..types import ProgressListener, SyncProgress

# A guess from less than this would jump about.
SHOWN_AFTER_SECONDS = 3.0


def paced(
    listener: ProgressListener, clock: Callable[[], float] = time.monotonic
) -> ProgressListener:
    """A listener that tells another one each step with the pace of its stage so far.

    `clock` gives seconds. Loading the model is no part of the pace: it begins with the second step.
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
