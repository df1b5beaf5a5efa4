"""Escapes text from sources and questions so that the chat shows it character for character.

The chat's message component runs Markdown, LaTeX and an HTML sanitizer over its input. Escaping
HTML alone would leave `**`, `$` and `[a](b)` to Markdown and LaTeX. So every ASCII character that
is not a letter or a digit becomes a numeric character reference, which only the browser's HTML
parser decodes, as the last step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeGuard

from ...answering.presentation import Stretch, stretches
from ...text.terminal_escaping import escaped
from ...types import Span

# Nothing interprets a single space between two visible characters.
_SPECIAL = re.compile(r"[^A-Za-z0-9 \u0080-\U0010ffff]|(?<!\S) | (?!\S)")


# Control characters, and directional marks with which a name could reorder the text around it.
_MISLEADING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def named(text: str) -> str:
    """Returns the name of a file or source with `_MISLEADING` characters written as escapes.

    The reader has to see what the name really is. Unlike a quote, the result need not read back as
    the original.
    """
    return _MISLEADING.sub(escaped, text)


def is_web_address(url: str | None) -> TypeGuard[str]:
    """True for HTTP and HTTPS addresses; no other scheme becomes a link.

    A document can claim a URL with any scheme.
    """
    return url is not None and url.lower().startswith(("http://", "https://"))


def verbatim(text: str) -> str:
    """Returns `text` as character references, which `white-space: pre-wrap` displays unchanged."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)


def highlighted(text: str, start: int, spans: Iterable[Span], words: Span | None = None) -> str:
    """Returns `text` as HTML with `spans` marked, and `words`, the answer, marked more strongly.

    `text` begins at offset `start` of its source; the spans are offsets in the source.
    """
    lit = _joined(text, start, spans)
    return "".join(map(_stretch_html, stretches(text, start, lit, words)))


def _joined(text: str, start: int, spans: Iterable[Span]) -> list[Span]:
    """Joins spans that only whitespace separates; otherwise a white gap would show between them."""
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
    """Returns `text` without lone surrogates, which JSON admits but UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _stretch_html(stretch: Stretch) -> str:
    words = f"<strong>{verbatim(stretch.words)}</strong>" if stretch.words else ""
    html = f"{verbatim(stretch.before)}{words}{verbatim(stretch.after)}"
    return f"<mark>{html}</mark>" if stretch.is_lit else html
