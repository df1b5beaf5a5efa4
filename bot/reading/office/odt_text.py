"""Extracts the visible text of a paragraph in an OpenDocument file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...types import BlockKind
from ..common.assembly import Piece
from ..common.characters import one_line
from ..common.left_out import HIDDEN
from ..common.metadata import clean
from ..common.parsing import Element
from .open_names import DRAW, LINK, MATH, TEXT, UNSEEN, Styles, count, is_drawn, paragraphs

_SIGNS: Mapping[str, str] = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_BLANKS = 100
"""The most consecutive blanks that are kept; longer runs are layout."""


@dataclass(slots=True)
class Texts:
    """The texts of paragraphs; `notes` collects their notes, which follow the text.

    `object_of` returns the content of an embedded object, None if it was already read.
    """

    styles: Styles
    object_of: Callable[[str], Element | None]
    notes: list[Piece] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def of(self, paragraph: Element) -> str:
        """Returns the text of a paragraph with note marks in brackets, without text boxes."""
        if self.is_hidden(paragraph):
            return ""
        pieces: list[str] = []
        waiting: list[Element | str] = [paragraph]
        while waiting:
            element = waiting.pop()
            if isinstance(element, str):
                pieces.append(_BLANKS.sub(" ", element))
                continue
            if element is not paragraph and element.tail:
                waiting.append(element.tail)
            if not isinstance(element.tag, str) or element.tag in UNSEEN:
                continue
            if element.tag == TEXT + "note":
                pieces.append(self._note(element))
            elif element.tag == TEXT + "s":
                pieces.append(" " * count(element, TEXT + "c", _MOST_BLANKS))
            elif element.tag in _SIGNS:
                pieces.append(_SIGNS[element.tag])
            elif is_drawn(element):
                pieces.append(self.equation(element))
            elif element is paragraph or not self.is_hidden(element):
                waiting.extend(reversed(element))
                if element.text:
                    waiting.append(element.text)
        return "".join(pieces)

    def is_hidden(self, element: Element) -> bool:
        """Whether a paragraph or a part of one is hidden; counts it if it has text."""
        is_hidden = (
            element.get(TEXT + "style-name") in self.styles.hidden
            or element.get(TEXT + "is-hidden") == "true"
            or element.get(TEXT + "display") == "none"
            or any(
                part.get(TEXT + "is-hidden") == "true"
                for part in element.iterchildren(TEXT + "hidden-paragraph")
            )
        )
        if is_hidden and "".join(element.itertext()).strip():
            self.left_out[HIDDEN] += 1
        return is_hidden

    def _note(self, note: Element) -> str:
        """Returns the mark of a note, and adds its text to `notes`."""
        citation = clean(note.findtext(TEXT + "note-citation")) or str(len(self.notes) + 1)
        for body in note.iterchildren(TEXT + "note-body"):
            words = " ".join(" ".join(map(self.of, paragraphs(body))).split())
            self.notes.append(Piece(f"[{citation}] {words}", BlockKind.PARAGRAPH))
        return f"[{citation}]"

    def equation(self, frame: Element) -> str:
        """Returns the equation in a frame, as its author typed it if the file has that."""
        for link in frame.iter(DRAW + "object"):
            math = next(link.iter(MATH + "math"), None)
            if math is None:
                content = self.object_of(link.get(LINK + "href") or "")
                math = next(content.iter(MATH + "math"), None) if content is not None else None
            if math is not None:
                typed = next((one for one in math.iter(MATH + "annotation") if one.text), None)
                return one_line(typed.text if typed is not None else "".join(math.itertext()))
        return ""
