"""What is searched of a text where signs within its words stand in the way.

Ligatures such as "ﬁ" and the shapes of Arabic letters are their letters; soft hyphens and signs
without width are nothing, and neither are the raised numbers of notes. What is quoted stays as it
is.
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
    """`text` as it is searched."""
    return text if text.isascii() else _SIGN.sub(_fold, text)


def folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """`text` as it is searched, and the offset in `text` for each of its own, the end included."""
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
