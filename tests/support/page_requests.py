"""Requests of the page to the routes of the chat."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.testclient import TestClient


def post(client: TestClient, path: str, *, tab: int, **values: Any) -> Any:
    """What one of the page's routes replies to a page in a numbered tab."""
    reply = client.post(f"/pincite/{path}", json={"tab": f"{tab:032x}", **values})
    return reply.raise_for_status().json()


def ask(client: TestClient, question: str = "", key: str = "", *, tab: int, **values: Any) -> Any:
    """The question and the answer as HTML; without a key a new one is drawn."""
    key = key or secrets.token_hex(16)
    return post(client, "ask", tab=tab, question=question, key=key, **values)
