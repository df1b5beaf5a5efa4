"""Runs Firefox behind a relay that answers one command itself.

Playwright sends `emulation.setMediaFeaturesOverride` for every profile, even if it overrides
nothing. Firefox 153 does not know the command and rejects it, so the relay answers it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

_LISTENING = re.compile(rb"(WebDriver BiDi listening on )(ws://\S+)")


def asks_for_nothing(command: dict[str, Any]) -> bool:
    """Whether a command overrides no media feature; one that does goes to Firefox, which rejects
    it.
    """
    if command["method"] != "emulation.setMediaFeaturesOverride":
        return False
    features: dict[str, Any] = command["params"]["features"]
    return set(features.values()) <= {None}


def relayed(address: str) -> Callable[[ServerConnection], Awaitable[None]]:
    """Returns a handler that relays messages between Playwright and Firefox at `address`."""

    async def answer(playwright: ServerConnection, firefox: ClientConnection) -> None:
        async for message in firefox:
            await playwright.send(message)
        await playwright.close()

    async def relay(playwright: ServerConnection) -> None:
        async with connect(f"{address}/session", max_size=None, compression=None) as firefox:
            answers = asyncio.create_task(answer(playwright, firefox))
            async for message in playwright:
                command = json.loads(message)
                if asks_for_nothing(command):
                    done = {"type": "success", "id": command["id"], "result": {}}
                    await playwright.send(json.dumps(done))
                else:
                    await firefox.send(message)
        await answers

    return relay


async def run(program: str, *arguments: str) -> int:
    """Runs Firefox until it ends, and replaces its address in the output by the relay's."""
    firefox = await asyncio.create_subprocess_exec(
        program, *arguments, stderr=asyncio.subprocess.PIPE
    )
    assert firefox.stderr is not None
    async for line in firefox.stderr:
        told = _LISTENING.search(line)
        if told:
            relay = relayed(told[2].decode())
            server = await serve(relay, "127.0.0.1", 0, max_size=None, compression=None)
            port = server.sockets[0].getsockname()[1]
            line = told[1] + f"ws://127.0.0.1:{port}\n".encode()
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(*sys.argv[1:])))
