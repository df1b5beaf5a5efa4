"""Texts, records and terms as Milvus can hold them: VARCHARs of at most 65,535 bytes of UTF-8."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any

# Characters of a part: four bytes each at most.
PART = 16_000

# The longest VARCHAR, in bytes, and the most of them that an array takes.
LONGEST = 65_535
MOST = 4_096


def packed(value: Any) -> list[str]:
    """A JSON value in parts; half a character, which UTF-8 has not, stays what it is."""
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
    """A term as one word of ASCII letters and digits, whatever Milvus' analyser makes of others.

    Terms are in lower case, so that none is taken for a coded one.
    """
    if term.isascii() and term.isalnum():
        return term
    return f"X{term.encode('utf-8', 'surrogatepass').hex()}"


def joined(terms: Sequence[str]) -> str:
    """Terms as a text from which a BM25 function makes the same terms again."""
    return " ".join(map(coded, terms))
