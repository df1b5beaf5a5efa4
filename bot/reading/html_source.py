"""Web pages from bytes to a tree of elements, wherever they are found: a file, a book, a mail."""

from __future__ import annotations

import re
from dataclasses import replace

from ..errors import ReadError
from .decoding import Decoded, decode
from .parsing import Element, parsing

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
"""Bytes from the start of a page within which it must declare its encoding."""

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """The source of a page, whose surroundings may have `declared` an encoding; it may itself.

    Raises ReadError for what is not text.
    """
    own = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    decoded = decode(data, declared or (own.group(1).decode() if own else None))
    return replace(decoded, text=_XML_DECLARATION.sub("", decoded.text))


def parse_page(source: str) -> Element:
    """The root of a page. Raises ReadError for one that is nested absurdly."""
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(huge_tree=False, remove_pis=True)
    with parsing("HTML"):
        root = document_fromstring(source, parser=parser)
    if any("depth" in entry.message for entry in parser.error_log):
        raise ReadError("nested too deeply for a web page. Save it from a browser and try again.")
    return root
