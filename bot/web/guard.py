"""The one gate in front of every address: who asks, from where, for what, and how much of it.

Gradio serves a local notebook as willingly as a network; a folder of somebody's documents needs
more. Only the addresses that the page and programs use are open, so that whatever Gradio adds in a
later version (file proxies, monitoring, code editing) stays closed until somebody opens it here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..contract import error_json
from ..programs import API_PREFIX, MCP_PATH
from .access import Allowance, Credentials
from .collection import PREFIX, PREVIEW_PATH, UPLOAD_PATH
from .hosts import HostNames
from .keeping import RESTORING_PATH, SAVING_PATH
from .page import content_policy

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
# names, and keep for others what a proxy's header says; it is told neither.
_DESCRIPTIONS = frozenset({"/config", "/gradio_api/info"})
_SAFE_METHODS = frozenset({"GET", "HEAD"})

_SMALL_BODY = 64 * 1024
# Thirty exchanges as they are kept, and a long conversation to be saved as a file.
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
        credentials: Credentials | None = None,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._body_limits = {
            UPLOAD_PATH: upload_bytes,
            PREVIEW_PATH: upload_bytes,
            RESTORING_PATH: _RESTORED_BODY,
            SAVING_PATH: _SAVED_BODY,
        }
        self._credentials = credentials
        self._failures = Allowance(burst=_FAILED_LOGINS, seconds_each=_LOCKED_OUT_SECONDS)
        self._changes = Allowance(burst=_BURST, seconds_each=_REFILL_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a limited body and with security headers on the reply."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secure(scope["path"], message)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["path"] == ASK_PATH:
            event = await _read_event(receive)
            if isinstance(event, Refusal):
                refusal = event
            else:
                receive = _replay(event, receive)
        if refusal is not None:
            await _response(refusal, scope["path"])(scope, receive, send_secured)
            return
        if scope["path"] in _DESCRIPTIONS:
            scope = _bare(scope)
        await self._app(scope, _limited(receive, self._body_limit(scope)), send_secured)

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        if not self._hosts.accepts(headers.get("host", "")):
            return Refusal(421, "This server does not go by that name.")
        client = _client(scope)
        if self._credentials is not None:
            refusal = self._refuse_stranger(client, headers, self._credentials)
            if refusal is not None:
                return refusal
        if not is_open(scope["path"]):
            return Refusal(404, "There is nothing at this address.")
        if scope["method"] in _SAFE_METHODS:
            return None
        if scope["path"] in _DESCRIPTIONS:
            return Refusal(405, "There is only something to read here.", {"Allow": "GET, HEAD"})
        if not is_same_origin(headers):
            return Refusal(403, "Requests from other sites are refused.")
        if self._changes.is_spent(client):
            return _wait(self._changes.wait_seconds(client), "Too many requests.")
        self._changes.spend(client)
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._body_limit(scope):
            return _too_large(self._body_limit(scope))
        return None

    def _refuse_stranger(
        self, client: str, headers: Headers, credentials: Credentials
    ) -> Refusal | None:
        if self._failures.is_spent(client):
            return _wait(self._failures.wait_seconds(client), "Too many failed logins.")
        authorization = headers.get("authorization")
        if authorization is not None:
            if credentials.admit(authorization):
                return None
            self._failures.spend(client)
        challenge = {"WWW-Authenticate": 'Basic realm="pincite", charset="UTF-8"'}
        return Refusal(401, "A name and password are needed.", challenge)

    def _body_limit(self, scope: Scope) -> int:
        return self._body_limits.get(scope["path"], _SMALL_BODY)


def is_open(path: str) -> bool:
    """True for the addresses that the page and programs use."""
    return path in _OPEN_PATHS or path in _DESCRIPTIONS or path.startswith(_OPEN_FOLDERS)


def is_same_origin(headers: Headers) -> bool:
    """False when a browser says that another site's page makes this request.

    Programs other than browsers send neither header and are let through: nobody else's page
    can make them ask.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def _read_event(receive: Receive) -> bytes | Refusal:
    """The body of a Gradio event, let through only if its values are plain.

    Anything that looks like a file, in the value of any component, makes Gradio copy that path
    to its cache or fetch that address from the network. What was checked is written anew, so
    that no second parser can read it differently.
    """
    body = await _whole_body(receive, _SMALL_BODY)
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


def _bare(scope: Scope) -> Scope:
    """A request without parameters and without what a proxy in front would add."""
    headers = [item for item in scope["headers"] if not item[0].startswith((b"x-forw", b"forw"))]
    return {**scope, "query_string": b"", "headers": headers}


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


def _client(scope: Scope) -> str:
    address = scope.get("client")
    return str(address[0]) if address else ""


def _wait(seconds: int, reason: str) -> Refusal:
    return Refusal(429, f"{reason} Wait {seconds} s.", {"Retry-After": str(seconds)})


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"More than {limit:,} bytes are not accepted here.")


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive` that breaks off a body which is longer than announced or allowed."""
    received = 0

    async def receive_some() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, f"More than {limit:,} bytes are not accepted here.")
        return message

    return receive_some


async def _whole_body(receive: Receive, limit: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A body that was already read, once more; then whatever comes next."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
