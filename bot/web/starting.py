"""The page until the chat itself answers: importing Gradio alone takes seconds.

It takes the address from the first moment on, says how far the start has come, and turns into the
chat by itself. It asks for no password and by no name, so that nothing of the corpus is in it, the
names of files included.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from ..types import ProgressListener, SyncProgress
from .languages import chosen
from .wording import spoken_script, translated

PROGRESS_PATH = "/pincite/starting"

_POLL_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 5


@contextmanager
def starting_page(listener: socket.socket) -> Iterator[ProgressListener]:
    """Answers at a listening socket while the block runs; tell it how an index run stands."""
    server = _Server(listener)
    thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="pincite-starting")
    thread.start()
    try:
        yield server.observe
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        # Of its own, for closing the server closes it.
        self.socket = listener.dup()
        self.progress: SyncProgress | None = None

    def observe(self, progress: SyncProgress) -> None:
        self.progress = progress


class _Handler(BaseHTTPRequestHandler):
    timeout = _LONGEST_WAIT_SECONDS

    def do_GET(self) -> None:  # the name that the base class wants
        if self.path.partition("?")[0] == "/":
            self._page()
        elif self.path == PROGRESS_PATH:
            self._send(200, "application/json", json.dumps(self._progress()))
        else:
            self._busy()

    def do_POST(self) -> None:  # likewise
        self._busy()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the command."""

    def version_string(self) -> str:
        return "pincite"

    def _page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        language = chosen({name.lower(): value for name, value in self.headers.items()})
        page = translated("starting.html", language)
        page = page.replace("<!-- spoken -->", spoken_script(language)).replace(
            "LANGUAGE", language.tag
        )
        page = page.replace("<script", f'<script nonce="{nonce}"').replace("NONCE", nonce)
        policy = (
            f"default-src 'none'; connect-src 'self'; script-src 'nonce-{nonce}'; img-src data:;"
            f" style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'"
        )
        self._send(200, "text/html", page, policy)

    def _progress(self) -> dict[str, Any] | None:
        server = self.server
        progress = server.progress if isinstance(server, _Server) else None
        if progress is None:
            return None
        return {"stage": progress.stage, "done": progress.done, "total": progress.total}

    def _busy(self) -> None:
        self._send(503, "application/json", json.dumps({"error": "pincite is starting."}))

    def _send(self, status: int, kind: str, text: str, policy: str = "default-src 'none'") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)
