"""A login to the chat, and its header."""

from __future__ import annotations

import base64

NAME, PASSWORD = "ada", "pass:wörd"

# The users of a file of users, with their passwords.
WORDS = {"ada": "pass:wörd", "bob": "another one"}


def basic(name: str, password: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}
