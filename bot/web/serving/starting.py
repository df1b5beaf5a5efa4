"""The page shown until the chat is ready: importing Gradio alone takes seconds.

It serves the chat's address from the start, shows the progress, and then loads the chat by itself.
It checks neither passwords nor host names, so it contains nothing from the corpus, not even file
names.
"""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast

from ...api.probes import PROBE_PATHS, probe_reply
from ...types import ProgressListener, SyncProgress
from ..rendering.languages import chosen
from ..rendering.page_text import spoken_script, translated
from .proxies import PREFIX_HEADER, Proxies

PROGRESS_PATH = "/pincite/starting"

_POLL_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 5


@contextmanager
def starting_page(
    listener: socket.socket, proxies: Proxies | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[ProgressListener]:
    """Serves the starting page on a listening socket while the block runs; yields a progress
    listener.
    """
    server = _Server(listener, proxies or Proxies(), tls)
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

    def __init__(
        self, listener: socket.socket, proxies: Proxies, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        # A duplicate, because closing the server closes its socket.
        self.socket = listener.dup()
        self.progress: SyncProgress | None = None
        self.proxies = proxies
        self._tls = tls

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accepts a connection. The TLS handshake happens at its first read, in its own thread."""
        connection, peer = super().get_request()
        if self._tls is None:
            return connection, peer
        return (
            self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False),
            peer,
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Prints the error, unless a visitor disconnected or does not speak TLS."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)

    def observe(self, progress: SyncProgress) -> None:
        self.progress = progress


class _Handler(BaseHTTPRequestHandler):
    timeout = _LONGEST_WAIT_SECONDS

    def do_GET(self) -> None:  # the name is set by the base class
        proxies = self._server.proxies
        asked, peer = self.path.partition("?")[0], str(self.client_address[0])
        path = proxies.own_path(asked, peer, self.headers.get(PREFIX_HEADER))
        if path == "/":
            self._page()
        elif path == "":
            self._send(308, "text/plain", "", Location=f"{proxies.root_path}/")
        elif path == PROGRESS_PATH:
            self._send(200, "application/json", json.dumps(self._progress()))
        elif path in PROBE_PATHS:
            status, state = probe_reply(path, "pincite is starting.")
            self._send(status, "application/json", json.dumps({"status": state}))
        else:
            self._busy()

    def do_HEAD(self) -> None:  # likewise
        self.do_GET()

    def do_POST(self) -> None:  # likewise
        self._busy()

    def log_message(self, format: str, *args: Any) -> None:
        """Does nothing: the terminal belongs to the command."""

    def version_string(self) -> str:
        return "pincite"

    def _page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        language = chosen({name.lower(): value for name, value in self.headers.items()})
        page = translated("page/starting.html", language)
        page = page.replace("<!-- spoken -->", spoken_script(language)).replace(
            "LANGUAGE", language.tag
        )
        page = page.replace("<script", f'<script nonce="{nonce}"').replace("NONCE", nonce)
        policy = (
            f"default-src 'none'; connect-src 'self'; script-src 'nonce-{nonce}'; img-src data:;"
            f" style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'"
        )
        self._send(200, "text/html", page, **{"Content-Security-Policy": policy})

    @property
    def _server(self) -> _Server:
        return cast(_Server, self.server)

    def _progress(self) -> dict[str, Any] | None:
        progress = self._server.progress
        if progress is None:
            return None
        return {"stage": progress.stage, "done": progress.done, "total": progress.total}

    def _busy(self) -> None:
        self._send(503, "application/json", json.dumps({"error": "pincite is starting."}))

    def _send(self, status: int, kind: str, text: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        fixed = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Retry-After": "1",
        }
        for name, value in (fixed | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
