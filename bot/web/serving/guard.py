"""The one gate in front of every address: who asks, from where, for what, and how much of it.

Gradio serves a local notebook as willingly as a network; a folder of somebody's documents needs
more. Only the addresses that the page and programs use are open, so that whatever Gradio adds in a
later version (file proxies, monitoring, code editing) stays closed until somebody opens it here.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...api import API_PREFIX, MCP_PATH
from ...api.probes import PROBE_PATHS
from ...export.answer_json import error_json
from ..routes.checking import CHECKING_PATH
from ..routes.collection import PREFIX, PREVIEW_PATH, UPLOAD_PATH
from ..routes.gaps import CLOSING_PATH
from ..routes.keeping import DRAWING_PATH, RESTORING_PATH, SAVING_PATH
from ..routes.notebook import NOTEBOOK_CHECKING_PATH, NOTEBOOK_SAVING_PATH
from .access import Allowance, Logins, counted_as
from .bodies import limited, replayed, too_long, whole_body
from .hosts import HostNames
from .page import content_policy
from .proxies import Proxies, own_path_of, peer_of

ASK_PATH = "/gradio_api/queue/join"

_OPEN_PATHS = frozenset(
    {
        "/",
        "/theme.css",
        "/manifest.json",
        "/favicon.ico",
        ASK_PATH,
        "/gradio_api/queue/data",
        # Asked again and again after a lost connection, until there is an answer.
        "/gradio_api/app_id",
        MCP_PATH,
    }
)
_OPEN_FOLDERS = ("/assets/", "/static/", f"{PREFIX}/", f"{API_PREFIX}/")

# What `gradio_client` reads before it asks. Gradio would load a saved state that a parameter
# names; it is told none.
_DESCRIPTIONS = frozenset({"/config", "/gradio_api/info"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_METHODS = frozenset({"GET", "HEAD"})

_SMALL_BODY = 64 * 1024
# All questions of a large cluster.
_CLOSED_BODY = 1024 * 1024
# Thirty exchanges as they are kept, and a long conversation to be saved or checked.
_RESTORED_BODY = 2 * 1024 * 1024
_SAVED_BODY = 16 * 1024 * 1024
_REFILL_SECONDS = 0.1
_BURST = 200
_FAILED_LOGINS = 5
_LOCKED_OUT_SECONDS = 60.0

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not let through."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Guard:
    """ASGI middleware that lets through what the page and programs ask for, and nothing else."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: HostNames,
        upload_bytes: int,
        logins: Logins | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        """`logins` is None where everybody may come in."""
        self._app = app
        self._hosts = hosts
        self._proxies = proxies or Proxies()
        self._body_limits = {
            UPLOAD_PATH: upload_bytes,
            PREVIEW_PATH: upload_bytes,
            RESTORING_PATH: _RESTORED_BODY,
            DRAWING_PATH: _RESTORED_BODY,
            SAVING_PATH: _SAVED_BODY,
            CHECKING_PATH: _SAVED_BODY,
            NOTEBOOK_CHECKING_PATH: _SAVED_BODY,
            NOTEBOOK_SAVING_PATH: _SAVED_BODY,
            CLOSING_PATH: _CLOSED_BODY,
        }
        self._logins = logins
        self._login = asyncio.Lock()
        # Of each client that has a login checked, or waits for that: how many.
        self._checks: Counter[str] = Counter()
        self._failures = Allowance(burst=_FAILED_LOGINS, seconds_each=_LOCKED_OUT_SECONDS)
        self._actions = Allowance(burst=_BURST, seconds_each=_REFILL_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a limited body and with security headers on the reply."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        received = Headers(scope=scope)
        scope = self._proxies.external(scope)
        path = own_path_of(scope)

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secure(path, message)
            await send(message)

        refusal = await self._refusal(scope, path, received)
        if refusal is None and path == ASK_PATH:
            event = await _read_event(receive)
            if isinstance(event, Refusal):
                refusal = event
            else:
                receive = replayed(event, receive)
        if refusal is not None:
            await _response(refusal, path)(scope, receive, send_secured)
            return
        if path in _DESCRIPTIONS:
            scope = {**scope, "query_string": b""}
        await self._app(scope, limited(receive, self._body_limit(path)), send_secured)

    async def _refusal(self, scope: Scope, path: str, received: Headers) -> Refusal | None:
        client = counted_as(peer_of(scope))
        reads = scope["method"] in _SAFE_METHODS
        if path in PROBE_PATHS and reads:
            return self._refuse_haste(client)
        headers = Headers(scope=scope)
        # Both: a page whose name points at this machine can write what a proxy here would write.
        for host in {received.get("host", ""), headers.get("host", "")}:
            if not self._hosts.accepts(host):
                return Refusal(421, "This server does not go by that name (see: allowed_hosts).")
        if self._logins is not None:
            refusal = await self._refuse_stranger(client, headers, self._logins)
            if refusal is not None:
                return refusal
        if not path:
            folder = f"{self._proxies.root_path}/"
            return Refusal(308, f"The chat is at {folder}.", {"Location": folder})
        if not is_open(path):
            return Refusal(404, "There is nothing at this address.")
        if reads:
            return None
        if path in _DESCRIPTIONS:
            return Refusal(405, "There is only something to read here.", {"Allow": "GET, HEAD"})
        if not is_same_origin(headers, scope["scheme"]):
            return Refusal(403, "Requests from other sites are refused.")
        refusal = self._refuse_haste(client)
        if refusal is not None:
            return refusal
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._body_limit(path):
            return _too_large(self._body_limit(path))
        return None

    async def _refuse_stranger(
        self, client: str, headers: Headers, logins: Logins
    ) -> Refusal | None:
        authorization = headers.get("authorization")
        if self._failures.is_spent(client):
            return self._locked_out(client)
        if authorization is not None:
            # Only without a check under way: of many guesses at once all would be compared with
            # what is remembered before the first of them has counted.
            if not self._checks[client] and logins.remembers(authorization):
                return None
            self._checks[client] += 1
            try:
                # One after another: each takes much memory.
                async with self._login:
                    if self._failures.is_spent(client):
                        return self._locked_out(client)
                    if await logins.admit(authorization):
                        return None
                    self._failures.spend(client)
            finally:
                self._checks[client] -= 1
                if not self._checks[client]:
                    del self._checks[client]
        challenge = {"WWW-Authenticate": 'Basic realm="pincite", charset="UTF-8"'}
        return Refusal(401, "A name and password are needed.", challenge)

    def _refuse_haste(self, client: str) -> Refusal | None:
        if self._actions.is_spent(client):
            return _wait(self._actions.wait_seconds(client), "Too many requests.")
        self._actions.spend(client)
        return None

    def _locked_out(self, client: str) -> Refusal:
        return _wait(self._failures.wait_seconds(client), "Too many failed logins.")

    def _body_limit(self, path: str) -> int:
        return self._body_limits.get(path, _SMALL_BODY)


def is_open(path: str) -> bool:
    """True for the addresses that the page and programs use."""
    if not path.isprintable():
        # Starlette's patterns end at a line break, so that Gradio would get what is not its own.
        return False
    return path in _OPEN_PATHS or path in _DESCRIPTIONS or path.startswith(_OPEN_FOLDERS)


def is_same_origin(headers: Headers, scheme: str) -> bool:
    """False when a browser says that another site's page makes this request.

    Programs other than browsers send neither header and are let through: nobody else's page
    can make them ask.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    named = _origin(origin)
    return named is not None and named == _origin(f"{scheme}://{headers.get('host', '')}")


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, name and port; None for what is no address."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None


async def _read_event(receive: Receive) -> bytes | Refusal:
    """The body of a Gradio event, let through only if its values are plain.

    Anything that looks like a file, in the value of any component, makes Gradio copy that path
    to its cache or fetch that address from the network. What was checked is written anew, so
    that no second parser can read it differently.
    """
    body = await whole_body(receive, _SMALL_BODY)
    if body is None:
        return _too_large(_SMALL_BODY)
    try:
        event = json.loads(body)
        values = event["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refusal(400, "Not an event of this page.")
    if not isinstance(values, list) or any(isinstance(item, dict | list) for item in values):
        return Refusal(400, "Events of this page carry plain values only.")
    return json.dumps(event).encode()


def _response(refusal: Refusal, path: str) -> Response:
    if path.startswith(f"{API_PREFIX}/"):
        content = error_json(refusal.message)
        return JSONResponse(content, refusal.status, dict(refusal.headers))
    return PlainTextResponse(refusal.message, refusal.status, dict(refusal.headers))


def _secure(path: str, start: Message) -> None:
    headers = MutableHeaders(scope=start)
    headers.update(_HEADERS)
    headers.setdefault("Content-Security-Policy", content_policy())
    if path.startswith(f"{PREFIX}/"):
        # Asked for again each time, so that an update never meets yesterday's script.
        headers.setdefault("Cache-Control", "no-cache")
    elif path.startswith(f"{API_PREFIX}/") or path == MCP_PATH:
        headers.setdefault("Cache-Control", "no-store")
    elif path.startswith("/assets/") and start["status"] == 200:
        # Gradio names these by their content; a refusal must not be remembered.
        headers.setdefault("Cache-Control", "private, max-age=31536000, immutable")


def _wait(seconds: int, reason: str) -> Refusal:
    return Refusal(429, f"{reason} Wait {seconds} s.", {"Retry-After": str(seconds)})


def _too_large(limit: int) -> Refusal:
    return Refusal(413, too_long(limit))
