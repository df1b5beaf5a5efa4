"""Serves the chat. It binds the address first, so that a failure shows before anything loads."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ServeError
from ...types import ProgressListener
from .hosts import is_loopback
from .proxies import Proxies
from .starting import starting_page
from .tls import server_context
from .users import read_users, users_file

if TYPE_CHECKING:
    from ...api.metrics import Metrics
    from ...engine import Engine

# An open page keeps its connection open, so waiting for connections to close would never end.
_SECONDS_TO_FINISH = 2


def serve(
    engine: Engine,
    *,
    host: str,
    port: int,
    read_only: bool = False,
    auth: tuple[str, str] | None = None,
    prepare: Callable[[ProgressListener], None] | None = None,
    on_listening: Callable[[str], None] | None = None,
    on_ready: Callable[[str], None] | None = None,
    metrics: Metrics | None = None,
) -> None:
    """Serve the chat until interrupted.

    A starting page shows the progress at once, and `on_listening` is called with its address. Then
    `prepare` updates the index and reports its progress. `on_ready` is called with the address once
    the chat itself answers there.

    `auth` and the users file of the settings define the logins.

    Raises what `prepare` raises; SettingsError for a users file or a certificate that cannot be
    used; ServeError if the address cannot be bound, or if other machines can reach it and no login
    is required.
    """
    settings = engine.settings
    users = users_file(settings.users)
    _check_access(host, auth, users)
    tls = server_context(settings.tls_cert, settings.tls_key)
    proxies = Proxies(settings.trusted_proxies, settings.root_path)
    # The interpreter also waits for threads, but before that it stops executors from taking work,
    # and the threads then fail.
    with _listen(host, port) as listener, ExitStack() as ending:
        address = _address(host, listener.getsockname()[1], tls) + settings.root_path
        with starting_page(listener, proxies, tls) as progress:
            if on_listening is not None:
                on_listening(address)
            if prepare is not None:
                prepare(progress)
            import uvicorn

            from .app import build_app

            app = build_app(
                engine,
                host=host,
                read_only=read_only,
                auth=auth,
                users=users,
                metrics=metrics,
                ending=ending,
            )

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started and on_ready is not None:
                    on_ready(address)

        config = uvicorn.Config(
            app,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ssl_context_factory=(lambda *_: tls) if tls else None,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_no_cancelling)
        ending.callback(_wait_for_requests)
        Server(config).run(sockets=[listener])


def _check_access(host: str, auth: tuple[str, str] | None, users: Path | None) -> None:
    """Raises SettingsError for an unusable users file, ServeError if other machines need no login
    or if no login is possible.
    """
    if users is not None and not read_users(users) and auth is None:
        raise ServeError(f"{users} names nobody, so nobody could log in: pincite user add NAME")
    if users is None and auth is None and not is_loopback(host):
        raise ServeError(
            f"Other machines can reach {host}, and anyone there could read the documents. Add"
            " somebody who may (pincite user add NAME), give --auth NAME:PASSWORD (or set"
            " PINCITE_AUTH), or serve on --host 127.0.0.1."
        )


def _is_no_cancelling(record: logging.LogRecord) -> bool:
    """False for the log record of a request that was cancelled because the server stops."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def _wait_for_requests() -> None:
    """Waits for the worker threads in which FastAPI and Gradio run synchronous functions.

    They are asked to stop when the event loop stops, but the loop does not wait for them.
    """
    for thread in threading.enumerate():
        if thread.name == "AnyIO worker thread":
            thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is in use already; choose another with --port."
        elif error.errno in (errno.EACCES, errno.EPERM):
            message = f"Port {port} may not be used by this account; choose one above 1023."
        else:
            message = f"Cannot listen on {host}:{port} ({error.strerror}); choose another --host."
        raise ServeError(message) from error


def _address(host: str, port: int, tls: ssl.SSLContext | None) -> str:
    scheme = "http" if tls is None else "https"
    shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"
