"""A login to the chat, and its header."""

from __future__ import annotations

import base64

NAME, PASSWORD = "ada", "pass:wörd"


def basic(name: str, password: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}
