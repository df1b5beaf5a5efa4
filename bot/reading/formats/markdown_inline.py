"""Extracts the text of Markdown within a block: removes markup and keeps every line break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

# An unclosed comment or script extends to the end, as in a browser.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<unseen>script|style)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|</?(?P<tag>[a-z][\w-]*)[^>]*(?:>|\Z)"
    r"|<[!?][^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_LINE_BREAK = re.compile(r"[\r\n]")
_TAGS_INSIDE_WORDS = frozenset(
    "a abbr b big cite code del em font i ins kbd mark q s samp small span strike strong sub sup"
    " tt u var wbr".split()
)


def inline_text(token: Token) -> str:
    """Returns the text of an inline token, with as many lines as its source."""
    text = _render(token.children or (), token.content)
    # The parser drops line breaks inside a link's target; add them here.
    return text + "\n" * (token.content.count("\n") - text.count("\n"))


def html_text(html: str) -> str:
    """Returns the text between the tags of `html`, with as many lines as `html`."""
    pieces, end = [], 0
    for match in _MARKUP.finditer(html):
        pieces += [_unescape(html[end : match.start()]), _replacement(match)]
        end = match.end()
    pieces.append(_unescape(html[end:]))
    return "".join(pieces)


def _render(tokens: Sequence[Token], source: str) -> str:
    pieces = []
    cursor = 0
    for token in tokens:
        match token.type:
            case "text":
                # A line break here comes from an entity and would shift the lines.
                pieces.append(_LINE_BREAK.sub(" ", token.content))
            case "softbreak" | "hardbreak":
                pieces.append("\n")
            case "code_inline":
                code = _code_in_source(token.content, source, cursor)
                cursor = code.end() if code else cursor
                pieces.append(code.group() if code else token.content)
            case "html_inline":
                pieces.append(html_text(token.content))
            case "image":
                pieces.append(_render(token.children or (), token.content))
            case "footnote_ref":
                pieces.append(f"[{token.meta['label']}]")
    return "".join(pieces)


def _code_in_source(code: str, source: str, cursor: int) -> re.Match[str] | None:
    """Finds a code span in its source, where the parser has replaced line breaks with blanks."""
    words = map(re.escape, code.split(" "))
    return re.compile("[ \n]".join(words)).search(source, cursor)


def _replacement(match: re.Match[str]) -> str:
    line_breaks = "\n" * match.group().count("\n")
    tag = match.group("tag")
    return line_breaks or ("" if tag and tag.lower() in _TAGS_INSIDE_WORDS else " ")


def _unescape(text: str) -> str:
    """Returns `text` with entities decoded; no entity may add a line."""
    return "\n".join(_LINE_BREAK.sub(" ", unescape(line)) for line in text.split("\n"))
