"""Text from sources and questions as HTML that the chat shows character for character.

The chat's message component runs Markdown, LaTeX and an HTML sanitizer over what it is given.
Escaping HTML alone would leave `**`, `$` and `[a](b)` to the other two, so every ASCII character
that is not a letter or a digit becomes a numeric character reference: only the browser's HTML
parser, which comes last, turns it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeGuard

from ...answering.presentation import Stretch, stretches
from ...text.terminal_escaping import escaped
from ...types import Span

# A blank between two visible characters is the one ASCII blank that nothing interprets.
_SPECIAL = re.compile(r"[^A-Za-z0-9 \u0080-\U0010ffff]|(?<!\S) | (?!\S)")


# Controls, and marks that would let a name turn what stands around it.
_MISLEADING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def named(text: str) -> str:
    """The name of a file or source with such characters written as escapes: it is to be seen for
    what it is, and unlike a quote it need not read back as itself.
    """
    return _MISLEADING.sub(escaped, text)


def is_web_address(url: str | None) -> TypeGuard[str]:
    """True for the addresses that may become a link: a document can claim any other scheme."""
    return url is not None and url.lower().startswith(("http://", "https://"))


def verbatim(text: str) -> str:
    """`text` as character references; shown under `white-space: pre-wrap` it equals itself."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)


def highlighted(text: str, start: int, spans: Iterable[Span], words: Span | None = None) -> str:
    """`text`, which begins at offset `start` of its source, with `spans` of the source marked and
    the `words` that answer marked more strongly.
    """
    lit = _joined(text, start, spans)
    return "".join(map(_stretch_html, stretches(text, start, lit, words)))


def _joined(text: str, start: int, spans: Iterable[Span]) -> list[Span]:
    """Spans with nothing but blanks between them as one, or a white slit would divide them."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if joined and not text[max(0, joined[-1][1] - start) : max(0, begin - start)].strip():
            begin, last = joined.pop()
            end = max(end, last)
        joined.append((begin, end))
    return joined


def well_formed(text: str) -> str:
    """`text` without lone surrogates, which JSON admits but UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _stretch_html(stretch: Stretch) -> str:
    words = f"<strong>{verbatim(stretch.words)}</strong>" if stretch.words else ""
    html = f"{verbatim(stretch.before)}{words}{verbatim(stretch.after)}"
    return f"<mark>{html}</mark>" if stretch.is_lit else html
