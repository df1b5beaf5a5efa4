"""The main content of a web page, as extracted by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .looks import likeness

if TYPE_CHECKING:
    from trafilatura.settings import Document as Extract

_WORDS_IN_A_ROW = 4
_FAMILIAR_SHARE = 0.5
"""The share of a block's word sequences that must occur in the main content.

It is less than 1 because trafilatura drops notes, images and links from within paragraphs."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class MainContent:
    """The main content of a page: its pieces of text, and all sequences of a few words."""

    pieces: frozenset[str]
    rows: frozenset[tuple[str, ...]]

    def holds(self, text: str) -> bool:
        """True if `text` is a piece of the main content, or most of its words are in it."""
        if all(likeness(line) in self.pieces for line in text.split("\n")):
            return True
        rows = list(_rows_of_words(text))
        familiar = sum(row in self.rows for row in rows)
        return bool(rows) and familiar >= _FAMILIAR_SHARE * len(rows)


def main_content(extract: Extract) -> MainContent:
    """Returns the main content that trafilatura has extracted from a page."""
    texts = ["".join(element.itertext()) for element in extract.body.iter()]
    pieces = frozenset(map(likeness, texts)) - {""}
    return MainContent(pieces, frozenset(_rows_of_words(extract.text or "")))


def _rows_of_words(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return (
        tuple(words[start : start + _WORDS_IN_A_ROW])
        for start in range(len(words) - _WORDS_IN_A_ROW + 1)
    )
