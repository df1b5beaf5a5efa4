"""Loading the model in the background, so that the page is up before it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .faults import told

if TYPE_CHECKING:
    from ..engine import Engine


class Readiness:
    """Whether the engine can answer at once; a failure is kept to be shown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled = threading.Event()
        self.fault: str | None = None

    @property
    def is_settled(self) -> bool:
        """True once the model is loaded, or could not be."""
        return self._settled.is_set()

    def start(self) -> None:
        """Begin loading without waiting for it."""
        threading.Thread(target=self._load, name="pincite-warm-up", daemon=True).start()

    def wait(self) -> None:
        """Return when loading has ended, well or badly: a question then meets the same error."""
        self._settled.wait()

    def _load(self) -> None:
        try:
            self._engine.warm_up()
        except Exception as error:
            self.fault = told(error)
        finally:
            self._settled.set()
