"""Packs texts, records and terms for Milvus: VARCHARs of at most 65,535 bytes of UTF-8."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any

# Characters of a part, at up to four bytes each.
PART = 16_000

# The maximum length of a VARCHAR in bytes, and of an array in elements.
LONGEST = 65_535
MOST = 4_096


def packed(value: Any) -> list[str]:
    """Packs a JSON value in parts; keeps lone surrogates, which UTF-8 cannot encode."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return in_parts(text)


def unpacked(parts: Iterable[str]) -> Any:
    """The JSON value that was packed; raises ValueError."""
    return json.loads("".join(parts))


def in_parts(text: str) -> list[str]:
    """A text in parts that Milvus can hold."""
    return [text[begin : begin + PART] for begin in range(0, len(text), PART)]


def packed_bytes(content: bytes) -> list[str]:
    """Bytes in parts."""
    return in_parts(base64.b64encode(content).decode("ascii"))


def unpacked_bytes(parts: Iterable[str]) -> bytes:
    """The bytes that were packed; raises ValueError."""
    return base64.b64decode("".join(parts), validate=True)


def coded(term: str) -> str:
    """Returns a term as one word of ASCII letters and digits, which Milvus' analyser keeps whole.

    Terms are lower-case, so that none can be mistaken for a coded one.
    """
    if term.isascii() and term.isalnum():
        return term
    return f"X{term.encode('utf-8', 'surrogatepass').hex()}"


def joined(terms: Sequence[str]) -> str:
    """Joins terms into a text from which a BM25 function produces the same terms."""
    return " ".join(map(coded, terms))
