"""Reading in a process of its own, which bounds what a hostile or damaged file can cost."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import IO

from ..errors import ReadError
from ..types import Document
from .exchange import from_json, receive, send

SECONDS = 60
"""Time to read a file, and a second more for every `BYTES_A_SECOND`."""

BYTES_A_SECOND = 500_000

MEMORY_BYTES = 4 * 1024**3
"""Address space of the process that reads, its libraries included."""


class BoundedReader:
    """Reads files one after another in a process that is started when it is first needed.

    It may be called from any thread.
    """

    def __init__(self, seconds: int = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def read(self, data: bytes, suffix: str, keep_boilerplate: bool = False) -> Document:
        """As `bot.reading.read`; also raises ReadError for what takes too long or too much
        memory, and for what brings its parser down.
        """
        seconds = self._seconds + len(data) // BYTES_A_SECOND
        request = {"suffix": suffix, "keep_boilerplate": keep_boilerplate, "seconds": seconds}
        with self._lock:
            requests, answers = _pipes(self._started())
            try:
                send(requests, json.dumps(request).encode(), data)
                outcome, content = receive(answers), receive(answers)
            except (OSError, EOFError):
                raise ReadError(_why(self._ended(), seconds)) from None
        if outcome == b"refused":
            raise ReadError(content.decode())
        return from_json(content)

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        with self._lock:
            if self._process is not None:
                self._ended()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # The same package as here, wherever it is; one thread, for each reserves memory.
            paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bot.reading.worker", str(self._memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                    "OPENBLAS_NUM_THREADS": "1",
                },
            )
        return self._process

    def _ended(self) -> int:
        """Ends the process and returns what it ended with, before it was told to if it had."""
        assert self._process is not None
        process, self._process = self._process, None
        for stream in _pipes(process):
            try:
                stream.close()
            except OSError:
                continue  # what could not be sent is lost with the process
        try:
            return process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Where its requests go and its answers come from."""
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _why(status: int, seconds: int) -> str:
    if status == -signal.SIGALRM:
        return f"took longer than {seconds} s to read. Split it, or convert it to text."
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return f"brought its parser down ({how}). Open it in its program and save it anew."


reader = BoundedReader()
"""The one of this process."""

atexit.register(reader.close)
