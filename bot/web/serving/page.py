"""Turns Gradio's page into pincite's: adds the frame around the conversation and a strict script
policy.

Gradio inserts `head=` content by script after it has started, and rewrites `css=`. This middleware
edits the HTML before it is sent. So header, source pane and styles are there at the first paint,
and each inline script gets the nonce that the policy requires.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..rendering.languages import Language, chosen
from ..rendering.page_text import STATIC, spoken_script, translated
from .proxies import own_path_of

_FOREIGN_META = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>')
_LANGUAGE = re.compile(r'(<html\b[^>]*?\blang=")[^"]*')
_SCRIPT = re.compile(r"<script(?=[\s>])")


def content_policy(nonce: str | None = None) -> str:
    """Returns a content-security policy: nothing from other origins, and no inline script without
    `nonce`.
    """
    scripts = "script-src 'self'" if nonce is None else f"script-src 'self' 'nonce-{nonce}'"
    return (
        f"default-src 'self'; {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )


class PageDressing:
    """ASGI middleware that inserts the frame into the page at `/`."""

    def __init__(self, app: ASGIApp, *, traits: Sequence[str] = ()) -> None:
        """`traits` are classes for the page's body that describe the chat from the first paint."""
        self._app = app
        self._traits = traits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the page; pass every other reply through."""
        if scope["type"] != "http" or own_path_of(scope) != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()
        nonce = secrets.token_urlsafe(16)
        language = chosen(Headers(scope=scope))

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                page = dress(body.decode("utf-8"), nonce, language, self._traits)
                await _send_page(start, page, nonce, send)

        await self._app(_uncompressed(scope), receive, collect)


async def _send_page(start: Message, page: str, nonce: str, send: Send) -> None:
    body = page.encode()
    headers = MutableHeaders(scope=start)
    headers["Content-Length"] = str(len(body))
    headers["Content-Security-Policy"] = content_policy(nonce)
    headers["Cache-Control"] = "no-store"
    await send(start)
    await send({"type": "http.response.body", "body": body})


def dress(page: str, nonce: str, language: Language, traits: Sequence[str] = ()) -> str:
    """Returns Gradio's page with our head and frame.

    Both are in `language`, every script gets the nonce, and the body gets `traits` as classes.
    """
    page = _FOREIGN_META.sub("", page)
    page = _LANGUAGE.sub(rf"\g<1>{language.tag}", page, count=1)
    # This script must come first: Gradio reads the browser's language while it loads.
    page = page.replace("<head>", f"<head>{spoken_script(language)}", 1)
    # All other addresses in the page are relative and so also work below a path.
    page = page.replace('href="/manifest.json"', 'href="manifest.json"', 1)
    page = page.replace("<body", f'<body class="{" ".join(traits)}"', 1)
    page = page.replace("</head>", f"{_part('page/head.html')}</head>", 1)
    page = page.replace("<gradio-app", f"{translated('page/frame.html', language)}<gradio-app", 1)
    return _SCRIPT.sub(f'<script nonce="{nonce}"', page)


@cache
def _part(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _uncompressed(scope: Scope) -> Scope:
    headers = [
        (name, value) for name, value in Headers(scope=scope).raw if name != b"accept-encoding"
    ]
    return {**scope, "headers": headers}
