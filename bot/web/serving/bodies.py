"""The bodies of requests: read whole, broken off, and handed on once they were read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


def too_long(limit: int) -> str:
    """What whoever sends more than `limit` bytes is told."""
    return f"More than {limit:,} bytes are not accepted here."


def limited(receive: Receive, limit: int) -> Receive:
    """`receive` that breaks off a body which is longer than announced or allowed."""
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
    """The body; None for one of more than `limit` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was already read, once more; then whatever comes next."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
