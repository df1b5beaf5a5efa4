"""Characters that no text can hold, which escapes in a file or damage to it bring in."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?|[\v\f]")
_CONTROLS = {
    code: " " if chr(code).isspace() else None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\n\t"
}


def storable(text: str) -> str:
    """`text` with line feeds for all line ends, without control characters and lone surrogates.

    A pair of surrogates becomes the character that it stands for, half of one U+FFFD.
    """
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LINE_ENDS.sub("\n", paired).translate(_CONTROLS)


def one_line(text: str) -> str:
    """`text`, made storable, with a single blank for all white space and none around it."""
    # What can be printed has neither, and nearly every text can.
    return " ".join((text if text.isprintable() else storable(text)).split())


def lettered(text: str) -> int:
    """How many of its words have a letter."""
    return sum(any(map(str.isalpha, word)) for word in text.split())
