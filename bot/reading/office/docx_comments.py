"""Reads the comments in a Word document, with their authors and the text they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...types import BlockKind
from ..common.assembly import Piece
from ..common.comments import Ranges, comment_text
from ..common.parsing import Element
from .docx_styles import WORD
from .docx_text import FALLBACK

_BEGINS = WORD + "commentRangeStart"
_ENDS = WORD + "commentRangeEnd"
_REFERENCE = WORD + "commentReference"
_NAME = WORD + "id"
_GONE = (WORD + "moveFrom", FALLBACK)


def docx_comments(
    comments: Element, about: Mapping[str, str], words_of: Callable[[Element], str]
) -> Iterator[Piece]:
    """Yields the non-empty comments, each as a paragraph."""
    for comment in comments.iter(WORD + "comment"):
        if words := words_of(comment):
            author = comment.get(WORD + "author") or comment.get(WORD + "initials") or ""
            text = comment_text(words, author, about=about.get(comment.get(_NAME) or "", ""))
            yield Piece(text, BlockKind.PARAGRAPH)


def commented(body: Element) -> Mapping[str, str]:
    """Returns the texts that comments refer to, by comment id.

    A comment at a point refers to its whole paragraph.
    """
    ranges = Ranges()
    points: dict[str, str] = {}
    known: tuple[Element, str] = (None, "")
    for element in body.iter(_BEGINS, _ENDS, _REFERENCE, WORD + "t", WORD + "p"):
        name = element.get(_NAME) or ""
        if element.tag == _BEGINS:
            ranges.begin(name)
        elif element.tag == _ENDS:
            ranges.end(name)
        elif element.tag == _REFERENCE:
            paragraph = next(element.iterancestors(WORD + "p"), None)
            if paragraph is not None:
                if paragraph is not known[0]:
                    known = paragraph, "".join(map(_shown, paragraph.iter(WORD + "t")))
                points[name] = known[1]
        elif ranges.is_open:
            ranges.add(" " if element.tag == WORD + "p" else _shown(element))
    return {**points, **{name: text for name, text in ranges.about.items() if text.strip()}}


def _shown(text: Element) -> str:
    """Returns the text of a run unless it is hidden or moved elsewhere."""
    run = text.getparent()
    if run.find(f"{WORD}rPr/{WORD}vanish") is not None:
        return ""
    return "" if next(text.iterancestors(*_GONE), None) is not None else text.text or ""
