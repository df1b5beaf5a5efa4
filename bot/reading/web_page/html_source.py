"""Parses web pages into element trees, whether they come from a file, a book or a mail."""

from __future__ import annotations

import re
from dataclasses import replace

from ...errors import ReadError
from ..common.decoding import Decoded, decode
from ..common.parsing import Element, parsing

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
"""Bytes from the start of a page in which it must declare its encoding."""

_HEAD = re.compile(
    r"""\s+|<!--.*?-->|<!doctype[^>]*>|</?(?:html|head|meta|link|base)(?=[\s/>])[^>]*>"""
    r"""|<(title|script|style|noscript|template)(?=[\s/>]).*?</\1\s*>""",
    re.IGNORECASE | re.DOTALL,
)
"""One construct that may precede the body of a page."""

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """Decodes the source of a page; `declared` is the encoding stated outside it, if any.

    Otherwise uses the declaration in the page itself. Raises ReadError for data that is not text.
    """
    own = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    decoded = decode(data, declared or (own.group(1).decode() if own else None))
    return replace(decoded, text=_with_body(_XML_DECLARATION.sub("", decoded.text)))


def _with_body(source: str) -> str:
    """Adds the body tag if it is missing.

    Without it, the parser puts unknown elements into the head.
    """
    end = 0
    while match := _HEAD.match(source, end):
        end = match.end()
    if not source[end:] or source[end : end + 5].lower() == "<body":
        return source
    return f"{source[:end]}<body>{source[end:]}"


def parse_page(source: str) -> Element:
    """Returns the root of a page.

    Raises ReadError for a page that is nested too deeply or has an oversized element.
    """
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(huge_tree=False, remove_pis=True)
    with parsing("HTML"):
        root = document_fromstring(source, parser=parser)
    if any("depth" in entry.message for entry in parser.error_log):
        raise ReadError("nested too deeply for a web page. Save it from a browser and try again.")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError(
            "holds more text in one element than a web page has. Split it, or convert it to text."
        )
    return root
