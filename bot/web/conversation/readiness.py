"""Loads the model in the background, so that the page appears before the model is ready."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...api.faults import message_of, public_message

if TYPE_CHECKING:
    from ...engine import Engine

# Anyone can trigger a retry by asking, and loading takes seconds of processor time.
_RETRY_SECONDS = 5.0


class Readiness:
    """Says whether the engine can answer; `fault` holds the error message if loading failed."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._settled = threading.Event()
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed_at = clock()
        self._last_error: str | None = None
        # Separate from `fault`, which the page shows until the next check.
        self._gone: str | None = None
        self.fault: str | None = None

    @property
    def is_settled(self) -> bool:
        """True once loading has succeeded or failed."""
        return self._settled.is_set()

    def start(self) -> None:
        """Begin loading without waiting for it."""
        # Not a daemon thread: one that wakes in torch after interpreter shutdown aborts the
        # process.
        self._thread = threading.Thread(target=self._load, name="pincite-warm-up")
        self._thread.start()

    def wait(self) -> None:
        """Block until loading has succeeded or failed; after a failure, a question raises the same
        error.
        """
        self._settled.wait()

    def finish(self) -> None:
        """Wait for the loading thread, if it was started."""
        if self._thread is not None:
            self._thread.join()

    def obstacle(self) -> str | None:
        """Returns why questions cannot be answered now; None if they can.

        The cause may be gone, such as a missing index that has been built since. It is checked
        again, at the earliest five seconds after the last failure.
        """
        if not self.is_settled:
            return "The model is being loaded."
        # While another thread checks, report the last known state.
        if self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self.fault or self._gone

    def _load(self) -> None:
        self.fault = self._failure_of(self._engine.warm_up)
        # The loaded objects stay for good. Freezing them spares later garbage collections, which
        # run while readers wait, from scanning them.
        gc.collect()
        gc.freeze()
        self._settled.set()

    def _look(self) -> None:
        is_failing = (self.fault or self._gone) is not None
        if is_failing and self._clock() - self._failed_at < _RETRY_SECONDS:
            return
        if self.fault is not None:
            self.fault = self._failure_of(self._engine.warm_up)
        if self.fault is None:
            self._gone = self._failure_of(self._engine.live)

    def _failure_of(self, step: Callable[[], object]) -> str | None:
        """Runs a step; returns its error as a public message, or None. A repeated error is not
        logged again.
        """
        try:
            step()
        except Exception as error:
            self._failed_at = self._clock()
            before, self._last_error = self._last_error, repr(error)
            return message_of(error) if before == self._last_error else public_message(error)
        self._last_error = None
        return None
