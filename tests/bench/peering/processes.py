"""A driver in a process of its own, told what to do in JSON lines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from time import perf_counter
from types import TracebackType
from typing import Any

DRIVING = Path(__file__).parent / "driving.py"


class DriverFailed(Exception):
    """A step failed, or took too long; says which and why."""


class DriverProcess:
    """A product's process from its start to its end; `patience` is in seconds a step.

    Its standard error is appended to `log`.
    """

    def __init__(
        self,
        command: list[str],
        variables: Mapping[str, str],
        log: Path,
        patience: float,
    ) -> None:
        self._patience = patience
        self._late = False
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        with log.open("a", encoding="utf-8") as errors:
            self.began = perf_counter()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env=dict(variables),
            )

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return perf_counter() - self.began

    def tell(self, step: str, **arguments: Any) -> tuple[Any, float]:
        """What a step gives, and the seconds that it took within the process.

        Raises DriverFailed.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = Timer(self._patience, self._give_up)
        timer.start()
        try:
            self._process.stdin.write(json.dumps({"step": step, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            raise DriverFailed(f"{step}: {self._end()}")
        try:
            reply = json.loads(line)
        except ValueError:
            raise DriverFailed(f"{step}: what came is no reply: {line[:80]!r}") from None
        if "error" in reply:
            raise DriverFailed(f"{step}: {reply['error'].splitlines()[0]}")
        return reply["value"], float(reply["seconds"])

    def close(self) -> None:
        """Ends the process, kindly at first."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
            self._process.wait(timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> DriverProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _end(self) -> str:
        status = self._process.wait()
        if self._late:
            return f"no reply within {self._patience:g} seconds"
        return f"the process ended with status {status}; {self._log} says why"
