"""Reads, limits and replays the bodies of requests."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


def too_long(limit: int) -> str:
    """Returns the error message for a body of more than `limit` bytes."""
    return f"More than {limit:,} bytes are not accepted here."


def limited(receive: Receive, limit: int) -> Receive:
    """Returns a `receive` that raises HTTPException 413 once the body exceeds `limit` bytes."""
    received = 0

    async def receive_some() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, too_long(limit))
        return message

    return receive_some


async def whole_body(receive: Receive, limit: int) -> bytes | None:
    """Reads the whole body; returns None if it has more than `limit` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Returns a `receive` that gives a body already read, then the messages that follow it."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
