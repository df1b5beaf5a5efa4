"""Index runs started from the page: one at a time, in the background, visible to all readers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ...api.faults import public_message
from ...errors import SyncCancelled
from ...types import SyncProgress, SyncReport

if TYPE_CHECKING:
    from ...engine import Engine


@dataclass(frozen=True, slots=True)
class SyncState:
    """The progress or the outcome of the latest index run; `run` counts the runs from 1."""

    phase: Literal["never", "running", "finished", "stopped", "failed"] = "never"
    run: int = 0
    progress: SyncProgress | None = None
    report: SyncReport | None = None
    fault: str | None = None


class Synchroniser:
    """Runs `Engine.sync` in a thread while the engine keeps answering questions.

    A request during a run causes one further run after it. So a file that is added after the corpus
    was listed is still indexed.
    """

    def __init__(self, engine: Engine, on_end: Callable[[str], None] = lambda _: None) -> None:
        """`on_end` is called with the phase in which each run ends."""
        self._engine = engine
        self._on_end = on_end
        self._lock = threading.Lock()
        self._state = SyncState()
        self._wanted: bool | None = None
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> SyncState:
        """The current state."""
        return self._state

    def request(self, *, rebuild: bool = False) -> None:
        """Start a run, or schedule one after the current run."""
        with self._lock:
            self._wanted = rebuild or bool(self._wanted)
            if self._state.phase == "running":
                return
            self._state = SyncState("running", run=self._state.run + 1)
            # Not a daemon thread: one that wakes in torch after interpreter shutdown aborts the
            # process.
            self._thread = threading.Thread(target=self._work, name="pincite-sync")
            self._thread.start()

    def stop(self) -> None:
        """Ask the current run to stop; the index in use stays unchanged."""
        with self._lock:
            self._wanted = None
            self._cancel.set()

    def finish(self) -> None:
        """Stop the current run and wait for it. Call this when no further run will be requested."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._wanted is None:
                    if self._state.phase == "running":
                        self._state = replace(self._state, phase="stopped", progress=None)
                    return
                rebuild, self._wanted = self._wanted, None
                self._cancel.clear()
            outcome = self._run(rebuild)
            self._on_end(outcome.phase)
            with self._lock:
                if self._wanted is None:
                    self._state = outcome
                    return

    def _run(self, rebuild: bool) -> SyncState:
        state = replace(self._state, progress=None)
        try:
            report = self._engine.sync(
                rebuild=rebuild, progress=self._observe, cancelled=self._cancel.is_set
            )
        except SyncCancelled:
            return replace(state, phase="stopped")
        except Exception as error:
            return replace(state, phase="failed", fault=public_message(error))
        return replace(state, phase="finished", report=report)

    def _observe(self, progress: SyncProgress) -> None:
        self._state = replace(self._state, progress=progress)
