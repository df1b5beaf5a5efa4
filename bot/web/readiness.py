"""Loading the model in the background, so that the page is up before it."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from ..programs.faults import told

if TYPE_CHECKING:
    from ..engine import Engine


class Readiness:
    """Whether the engine can answer at once; a failure is kept to be shown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled = threading.Event()
        self._retrying = threading.Lock()
        self._thread: threading.Thread | None = None
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
        """Why questions are not answered at this moment; None when they are."""
        if not self.is_settled:
            return "The model is being loaded."
        if self.fault is not None and self._retrying.acquire(blocking=False):
            # What stood in the way may be gone: an index that has been built since, for one.
            try:
                self.fault = self._attempt()
            finally:
                self._retrying.release()
        if self.fault is not None:
            return self.fault
        try:
            self._engine.live()
        except Exception as error:
            return told(error)
        return None

    def _load(self) -> None:
        self.fault = self._attempt()
        # What is loaded stays: garbage is not looked for in it again and again while people wait.
        gc.collect()
        gc.freeze()
        self._settled.set()

    def _attempt(self) -> str | None:
        try:
            self._engine.warm_up()
        except Exception as error:
            return told(error)
        return None
