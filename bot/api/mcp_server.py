"""Serves the MCP server: to one program over pipes, or to many over HTTP beside the chat."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ..errors import PinciteError
from .mcp_tools import mcp_server
from .service import Service

if TYPE_CHECKING:
    from ..engine import Engine


def serve_pipes(engine: Engine) -> None:
    """Serves standard input and output until the input ends.

    Everything else that this process prints from now on goes to standard error.
    """
    # The protocol gets its own descriptor, and descriptor 1 stays redirected. The SDK would restore
    # standard output at the end, when text printed by libraries may still be buffered.
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    server = mcp_server(Service(engine))

    async def serve() -> None:
        async with stdio_server(stdout=anyio.wrap_file(protocol)) as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    warming_up = threading.Thread(target=_warm_up, args=(engine,), name="pincite-warm-up")
    warming_up.start()
    try:
        anyio.run(serve)
    finally:
        # At interpreter exit, executors reject the work that this thread submits.
        warming_up.join()


def _warm_up(engine: Engine) -> None:
    # The first question raises the same error and reports it to the client.
    with suppress(PinciteError):
        engine.warm_up()


class McpEndpoint:
    """A stateless ASGI application at one address: one reply per request."""

    def __init__(self, server: Server[Any]) -> None:
        self._server = server
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers requests while the block runs."""
        # The SDK's own check of Host and Origin stays off: the guard has already made it.
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a POST. Without sessions there is no stream to open and nothing to delete."""
        if scope["method"] != "POST":
            refusal = PlainTextResponse("MCP is spoken by POST here.", 405, {"Allow": "POST"})
            await refusal(scope, receive, send)
        elif self._manager is None:
            await PlainTextResponse("Not serving.", 503)(scope, receive, send)
        else:
            await self._manager.handle_request(scope, receive, send)
