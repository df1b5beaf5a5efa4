"""What formats with escapes can smuggle into a text, taken out before it can do harm."""

from __future__ import annotations

import re

_CONTROLS = {
    code: " " if chr(code).isspace() else None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\n\t"
}
_SURROGATE = re.compile("[\ud800-\udfff]")


def cleaned(text: str) -> str:
    """`text` without control characters; its newlines all line feeds, U+FFFD for half characters.

    Half of a surrogate pair can be written as an escape, but is in no valid Unicode text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return _SURROGATE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """`text`, cleaned, with a single blank for all white space and none around it."""
    # What can be printed has neither, and nearly every text can.
    return " ".join((text if text.isprintable() else cleaned(text)).split())
