"""The process that reads files within limits of time and memory; `bounded` starts it.

It reads requests from standard input one after another, and exits when the input ends or its parent
is gone. A parser that exceeds a limit stops this process only.
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
    """Reports that it is ready, then answers requests.

    A request is a JSON frame (suffix, keep_boilerplate, ocr, seconds) followed by the file. Reports
    each page that OCR has read; each page has its own timeout.
    """
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    _limit(resource.RLIMIT_CORE, 0)
    # Forbid writing files, and keep the output of parsers out of the answers.
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

        # The default action of SIGALRM ends the process, whatever code is running.
        signal.alarm(seconds)
        if languages:
            request["ocr"] = Ocr(languages, report_page)
        outcome, content = _read(data, **request)
        signal.alarm(0)
        send(answers, outcome, content)


def _limit(what: int, wanted: int) -> None:
    """Limits a resource to `wanted`, or to the system's own limit if that is lower."""
    _, most = resource.getrlimit(what)
    bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(what, (bound, bound))


def _read(data: bytes, suffix: str, keep_boilerplate: bool, **ocr: Ocr) -> tuple[bytes, bytes]:
    """Returns the outcome ("document" or "refused") and the document or the reason."""
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
    except Exception as error:  # a bug in a reader must not stop the other files
        reason = f"its reader failed ({type(error).__name__}: {error}). Convert it to text."
    return b"refused", reason.encode("utf-8", "replace")


if __name__ == "__main__":
    main()
