"""A corpus of several publishers, one of them with a hostile name."""

from __future__ import annotations

HOSTILE = "<b>Bold</b> **press** \u202eagency"
QUESTION = "When was the dialogue launched?"


def source(title: str, publisher: str, date: str, text: str) -> str:
    """Writes a document with front matter."""
    return f"---\ntitle: {title}\npublisher: {publisher}\ndate: {date}\n---\n\n{text}\n"


FILES = {
    "state.md": source(
        "State", "State Department", "2024-02-08", "The dialogue was launched in February 2024."
    ),
    "lead.md": source(
        "Lead", "State Department", "2021", "## What is lead?\n\nLead is a heavy metal."
    ),
    "diplomat.md": source(
        "Diplomat", "The Diplomat", "2023", "The dialogue was launched in February 2023."
    ),
    "press.md": source(
        "Press", HOSTILE, "2022-05", "The dialogue was launched in February 2022 by zinc."
    ),
    "undated.txt": "The dialogue was launched in February 2021, says a note without a date.\n",
}
