"""Removes characters that text cannot hold, which come from escapes or damage in a file."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?|[\v\f]")
_CONTROLS = {
    code: " " if chr(code).isspace() else None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\n\t"
}


def storable(text: str) -> str:
    """Returns `text` with line feeds for all line ends and no control characters.

    A pair of surrogates becomes the character that it encodes, a lone surrogate U+FFFD.
    """
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LINE_ENDS.sub("\n", paired).translate(_CONTROLS)


def one_line(text: str) -> str:
    """Returns `text`, made storable, with white space collapsed to single blanks and trimmed."""
    # Printable text needs no cleaning, and nearly all text is printable.
    return " ".join((text if text.isprintable() else storable(text)).split())


def lettered(text: str) -> int:
    """Returns the number of words that contain a letter."""
    return sum(any(map(str.isalpha, word)) for word in text.split())
