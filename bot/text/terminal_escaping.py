"""Makes untrusted text safe for a terminal: escapes control and reordering characters.

Nothing is dropped from the text.
"""

from __future__ import annotations

import json
import re
from typing import Any

# C0 and C1 controls except tab and newline; marks that reorder text; lone surrogates.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

# Many line readers also split at these two characters.
UNSAFE_IN_JSON = re.compile(f"{UNPRINTABLE.pattern}|[\u2028\u2029]")


def printable(text: str) -> str:
    """Returns the text with every character that could control a terminal escaped."""
    return UNPRINTABLE.sub(escaped, text)


def one_line(text: str) -> str:
    """As `printable`, for names: also escapes newlines and tabs."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def json_line(value: Any) -> str:
    """Returns readable one-line JSON that is safe to print."""
    return UNSAFE_IN_JSON.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


def escaped(match: re.Match[str]) -> str:
    """Returns a character as a source-code escape."""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
