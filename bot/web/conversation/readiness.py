"""Loading the model in the background, so that the page is up before it."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...api.faults import message_of, public_message

if TYPE_CHECKING:
    from ...engine import Engine

# Anybody may ask, as often as they like, and loading takes seconds of a processor.
_RETRY_SECONDS = 5.0


class Readiness:
    """Whether the engine can answer at once; a failure to load is kept in `fault` to be shown."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._settled = threading.Event()
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed_at = clock()
        self._last_error: str | None = None
        # Apart from `fault`, which the page shows until the next look.
        self._gone: str | None = None
        self.fault: str | None = None

    @property
    def is_settled(self) -> bool:
        """True once the model is loaded, or could not be."""
        return self._settled.is_set()

    def start(self) -> None:
        """Begin loading without waiting for it."""
        # No daemon: one that wakes in torch after the interpreter's end aborts the process.
        self._thread = threading.Thread(target=self._load, name="pincite-warm-up")
        self._thread.start()

    def wait(self) -> None:
        """Return when loading has ended, well or badly: a question then meets the same error."""
        self._settled.wait()

    def finish(self) -> None:
        """Wait for the loading that was begun, if any."""
        if self._thread is not None:
            self._thread.join()

    def obstacle(self) -> str | None:
        """Why questions are not answered at this moment; None when they are.

        What stood in the way may be gone, such as an index that was missing and has been built:
        that is looked at again five seconds after the last failure at the earliest.
        """
        if not self.is_settled:
            return "The model is being loaded."
        # Who asks while somebody else looks is told what is known.
        if self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self.fault or self._gone

    def _load(self) -> None:
        self.fault = self._failure_of(self._engine.warm_up)
        # What is loaded stays: garbage is not looked for in it again and again while people wait.
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
        """What went wrong in a step, in words for everybody; logged unless it did so before."""
        try:
            step()
        except Exception as error:
            self._failed_at = self._clock()
            before, self._last_error = self._last_error, repr(error)
            return message_of(error) if before == self._last_error else public_message(error)
        self._last_error = None
        return None
