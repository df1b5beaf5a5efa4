"""The process that reads files, within bounds of time and memory; `bounded` starts it.

It reads one request after another from standard input and ends when that does, or when its parent
is gone. A parser that takes too long or too much memory takes nothing down but this process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

from ...errors import ReadError
from ..pdf.scans import Ocr
from ..registry import read_document
from .exchange import PAGE, READY, receive, send, to_json

LARGEST_TEXT = 50_000_000


def main() -> None:
    """Says that it is ready, then answers requests: a frame of JSON (suffix, keep_boilerplate,
    ocr, seconds), then the file. It tells of every page that OCR has read, which has its own time.
    """
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    _limit(resource.RLIMIT_CORE, 0)
    # Nothing is to be written, and what a parser prints must not end up among the answers.
    _limit(resource.RLIMIT_FSIZE, 0)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    send(answers, READY)
    while True:
        try:
            request = json.loads(receive(sys.stdin.buffer))
            data = receive(sys.stdin.buffer)
        except EOFError:
            return
        seconds, languages = request.pop("seconds"), request.pop("ocr")

        def report_page(done: int, total: int, seconds: int = seconds) -> None:
            signal.alarm(seconds)
            send(answers, PAGE, f"{done} {total}".encode())

        # Its default action ends the process, whatever code is running.
        signal.alarm(seconds)
        if languages:
            request["ocr"] = Ocr(languages, report_page)
        outcome, content = _read(data, **request)
        signal.alarm(0)
        send(answers, outcome, content)


def _limit(what: int, wanted: int) -> None:
    """Bounds a resource, by less than is wanted where the system allows no more."""
    _, most = resource.getrlimit(what)
    bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(what, (bound, bound))


def _read(data: bytes, suffix: str, keep_boilerplate: bool, **ocr: Ocr) -> tuple[bytes, bytes]:
    """What came of it ("document" or "refused"), and the document or the reason."""
    try:
        document = read_document(data, suffix, keep_boilerplate, **ocr)
        if len(document.text) > LARGEST_TEXT:
            raise ReadError(
                f"holds {len(document.text):,} characters of text, more than {LARGEST_TEXT:,}. "
                "Split it into several files."
            )
        return b"document", to_json(document)
    except ReadError as error:
        reason = str(error)
    except MemoryError:
        reason = "needs more memory to be read than is allowed. Split it, or convert it to text."
    except Exception as error:  # a fault of ours, which must not stop the other files
        reason = f"its reader failed ({type(error).__name__}: {error}). Convert it to text."
    return b"refused", reason.encode("utf-8", "replace")


if __name__ == "__main__":
    main()
