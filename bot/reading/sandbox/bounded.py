"""Reads files in a separate process, which limits the damage of a hostile or broken file."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from ...errors import ReadError, ReaderUnavailable
from ...types import Document
from .. import MAY_BE_SCANS
from ..pdf.ocr import PAGE_SECONDS, require_ocr
from .exchange import PAGE, READY, from_json, receive, send

SECONDS = 60
"""Timeout for reading a file; each `BYTES_A_SECOND` bytes add one second."""

BYTES_A_SECOND = 500_000

STARTING_SECONDS = 60
"""Timeout for starting the process; generous because the machine may be busy."""

ENDING_SECONDS = 5

_SCANS_KEPT = 4
"""Number of OCR results to cache, because the same file is often read again."""

MEMORY_BYTES = 4 * 1024**3
"""Limit on the address space of the reading process, including its libraries."""


class BoundedReader:
    """Reads files one after another in a process that starts on first use.

    Safe to call from any thread.
    """

    def __init__(self, seconds: int = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        # OCR is slow, and adding a scan reads it three times: to preview, to add and to index it.
        self._scanned: dict[tuple[bytes, str, bool, str], Document] = {}

    def read(
        self,
        data: bytes,
        suffix: str,
        keep_boilerplate: bool = False,
        ocr: str = "",
        report_page: Callable[[int, int], None] = lambda done, total: None,
    ) -> Document:
        """Reads like `bot.reading.read`.

        Also raises ReadError for a file that takes too much time or memory or crashes its parser.
        Raises ReaderUnavailable when the process does not start; the file is not the cause. After
        each OCR page, calls the last argument with the pages done and the pages in total; an
        exception from that call stops the reading.
        """
        if not ocr or suffix.lower() not in MAY_BE_SCANS:
            return self._read(data, suffix, keep_boilerplate, "", report_page)
        require_ocr(ocr)
        asked = (hashlib.sha256(data).digest(), suffix, keep_boilerplate, ocr)
        if asked in self._scanned:
            return self._scanned[asked]
        document = self._read(data, suffix, keep_boilerplate, ocr, report_page)
        self._scanned[asked] = document
        for oldest in list(self._scanned)[:-_SCANS_KEPT]:
            self._scanned.pop(oldest, None)
        return document

    def _read(
        self,
        data: bytes,
        suffix: str,
        keep_boilerplate: bool,
        ocr: str,
        report_page: Callable[[int, int], None],
    ) -> Document:
        seconds = self._seconds + len(data) // BYTES_A_SECOND
        if ocr:
            # OCR reads a rotated page twice, and may have to wait for other pages.
            seconds = max(seconds, 3 * PAGE_SECONDS)
        request = {
            "suffix": suffix,
            "keep_boilerplate": keep_boilerplate,
            "ocr": ocr,
            "seconds": seconds,
        }
        with self._lock:
            requests, answers = _pipes(self._started())
            try:
                send(requests, json.dumps(request).encode(), data)
                outcome, content = receive(answers), receive(answers)
                while outcome == PAGE:
                    done, total = map(int, content.split())
                    report_page(done, total)
                    outcome, content = receive(answers), receive(answers)
            except (OSError, EOFError):
                raise ReadError(_why(self._ended(), seconds)) from None
            except BaseException:
                # Stop the process: the next file must not receive this file's answer.
                self._ended()
                raise
        if outcome == b"refused":
            raise ReadError(content.decode())
        return from_json(content)

    def close(self) -> None:
        """Stops the process; the next read starts a new one."""
        with self._lock:
            if self._process is not None:
                self._ended()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            with TemporaryFile() as complaints:
                try:
                    process = self._start(complaints)
                except OSError as error:
                    raise _unavailable(error.strerror or str(error)) from error
                try:
                    _await_ready(_pipes(process)[1])
                except (OSError, EOFError):
                    status = _end(process)
                    raise _unavailable(_last_line(complaints) or _how(status)) from None
                self._process = process
        return self._process

    def _start(self, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        # Import this copy of the package by the name of its folder, because an editable install
        # gives it another name. Use one thread, because each thread reserves memory.
        package = Path(__file__).parents[2]
        paths = [str(package.parent), os.environ.get("PYTHONPATH", "")]
        worker = f"{package.name}.reading.sandbox.worker"
        return subprocess.Popen(
            [sys.executable, "-P", "-m", worker, str(self._memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                "OPENBLAS_NUM_THREADS": "1",
            },
        )

    def _ended(self) -> int:
        assert self._process is not None
        process, self._process = self._process, None
        return _end(process)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Stops a process and returns its exit status, which may be from an earlier exit."""
    requests, answers = _pipes(process)
    # Closing its input makes the process exit. Keep its output open until then, or the process
    # would fail on a broken pipe.
    _close(requests)
    try:
        return process.wait(timeout=ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        _close(answers)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # unsent data is lost with the process


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Returns the stream for requests and the stream of answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _await_ready(answers: IO[bytes]) -> None:
    """Waits until the process is ready; raises EOFError if it exits or times out."""
    if not select.select([answers], [], [], STARTING_SECONDS)[0]:
        raise EOFError
    if receive(answers, longest=len(READY)) != READY:
        raise EOFError


def _last_line(complaints: IO[bytes]) -> str:
    """Returns the last line of a Python traceback, which holds the error message."""
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _unavailable(reason: str) -> ReaderUnavailable:
    return ReaderUnavailable(
        f"the process that reads files does not start: {reason.rstrip('.')}. No file is to blame, "
        "and the index stays as it is. Check the installation and the limits on processes and "
        "memory (ulimit -a), then try again."
    )


def _why(status: int, seconds: int) -> str:
    if status == -signal.SIGALRM:
        return f"took longer than {seconds} s to read. Split it, or convert it to text."
    return f"brought its parser down ({_how(status)}). Open it in its program and save it anew."


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


reader = BoundedReader()
"""The reader shared by this process."""

atexit.register(reader.close)
