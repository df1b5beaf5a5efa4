"""Normalizes text for search where characters inside words would prevent a match.

Ligatures such as "ﬁ" and Arabic presentation forms become plain letters. Soft hyphens, zero-width
characters and superscript note numbers are removed. Quotes keep the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_RAISED = "[⁰¹²³⁴-⁹]"
_SIGN = re.compile(
    "[\ufb00-\ufdff\ufe70-\ufefc\u00ad\u2060\ufeff]"
    "|(?<=[A-Za-z\u00c0-\u024f\u0370-\u04ff])\u200b(?=[A-Za-z\u00c0-\u024f\u0370-\u04ff])"
    rf"|(?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?)”’\"»])){_RAISED}+(?:,{_RAISED}+)*"
)


def folded(text: str) -> str:
    """Returns `text` normalized for search."""
    return text if text.isascii() else _SIGN.sub(_fold, text)


def folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Returns the normalized text, and the offset in `text` of each character and of the end."""
    if text.isascii():
        return text, range(len(text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for sign in _SIGN.finditer(text):
        pieces += [text[at : sign.start()], _fold(sign)]
        places += range(at, sign.start())
        places += [sign.start()] * len(pieces[-1])
        at = sign.end()
    return "".join(pieces) + text[at:], [*places, *range(at, len(text) + 1)]


def _fold(sign: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", sign[0]) if "\ufb00" <= sign[0] < "\ufeff" else ""
