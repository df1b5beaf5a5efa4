"""Which blocks of a web page belong to its main content, as trafilatura sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..types import BlockKind
from .looks import Look, likeness
from .prose import list_marker

if TYPE_CHECKING:
    from trafilatura.settings import Document as Extract

_WORDS_IN_A_ROW = 4
_FAMILIAR_SHARE = 0.5
"""Share of a block's rows of words that must occur in the main content.

Less than all, as trafilatura drops notes, images and links from within paragraphs.
"""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class MainContent:
    """The main content of a page: its pieces of text, and every few words in a row."""

    pieces: frozenset[str]
    rows: frozenset[tuple[str, ...]]

    def holds(self, look: Look) -> bool:
        """True when the block is a piece of the main content, or most of its words are in it."""
        text = look.text.removeprefix(list_marker(look.text).lstrip())
        if likeness(text) in self.pieces:
            return True
        rows = list(_rows_of_words(text))
        familiar = sum(row in self.rows for row in rows)
        return bool(rows) and familiar >= _FAMILIAR_SHARE * len(rows)


def main_content(extract: Extract) -> MainContent:
    """The main content in what trafilatura has extracted from a page."""
    texts = ["".join(element.itertext()) for element in extract.body.iter()]
    pieces = frozenset(map(likeness, texts)) - {""}
    return MainContent(pieces, frozenset(_rows_of_words(extract.text or "")))


def in_main_content(looks: Sequence[Look], content: MainContent) -> list[bool]:
    """For each block whether it belongs to the main content.

    Lists of questions do, and so does what trafilatura tends to lose in the midst of it:
    tables, code, paragraphs, and the heading above a block that belongs.
    """
    inside = [look.in_faq or content.holds(look) for look in looks]
    places = [place for place, is_inside in enumerate(inside) if is_inside]
    for place in range(places[-1] - 1, -1, -1) if places else ():
        look, below = looks[place], looks[place + 1]
        is_amid = place > places[0]
        if inside[place]:
            continue
        if look.kind is BlockKind.HEADING:
            # Above the first block, a heading over another one is the name of the site.
            inside[place] = inside[place + 1] and (is_amid or below.kind is not BlockKind.HEADING)
        elif is_amid and not look.furniture:
            is_between = inside[place + 1] and look.is_good
            inside[place] = is_between or look.kind in (BlockKind.CODE, BlockKind.TABLE)
    return inside


def _rows_of_words(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return (
        tuple(words[start : start + _WORDS_IN_A_ROW])
        for start in range(len(words) - _WORDS_IN_A_ROW + 1)
    )
