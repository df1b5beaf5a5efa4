"""Hostile text made harmless for a terminal: no control sequence, no reordering, nothing lost."""

from __future__ import annotations

import json
import re
from typing import Any

# C0 and C1 controls but tab and newline; marks that reorder text; lone surrogates.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

# Many readers of lines also end one at these.
UNSAFE_IN_JSON = re.compile(f"{UNPRINTABLE.pattern}|[\u2028\u2029]")


def printable(text: str) -> str:
    """The text with every character that a terminal would obey written as an escape."""
    return UNPRINTABLE.sub(escaped, text)


def one_line(text: str) -> str:
    """The same for names: a newline or tab is an escape too."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def json_line(value: Any) -> str:
    """JSON on one line, readable, and as safe to print as plain text."""
    return UNSAFE_IN_JSON.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


def escaped(match: re.Match[str]) -> str:
    """A character as it is written in source code."""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
