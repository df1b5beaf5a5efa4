"""Extracts the visible text of a Word paragraph, with insertions and without deletions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..common.left_out import DELETED, HIDDEN, PLACEHOLDERS, SYMBOLS
from ..common.parsing import Element
from .docx_styles import WORD, Style, is_on, value
from .equations import is_equation, linear

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BOX = WORD + "txbxContent"

_TEXT, _RUN, _SYMBOL = (WORD + name for name in ("t", "r", "sym"))
_DELETED, _MOVED = WORD + "del", WORD + "moveFrom"
_UNSEEN = frozenset({WORD + "pPr", WORD + "rPr", WORD + "rt", WORD + "sdtPr", BOX, FALLBACK})
_SIGNS: Mapping[str, str] = {
    WORD + "tab": "\t",
    WORD + "ptab": "\t",
    WORD + "br": "\n",
    WORD + "cr": "\n",
    WORD + "noBreakHyphen": "-",
}
_NOTES = frozenset({WORD + "footnoteReference", WORD + "endnoteReference"})
_PRIVATE = range(0xE000, 0xF900)


@dataclass(slots=True)
class Texts:
    """The texts of a document's paragraphs; `left_out` counts what is omitted."""

    styles: Mapping[str, Style]
    left_out: Counter[str] = field(default_factory=Counter)

    def of(self, paragraph: Element) -> str:
        """Returns the text of a paragraph, without the boxes anchored in it."""
        if self._is_hidden(paragraph.find(WORD + "pPr"), "pStyle"):
            self.left_out[HIDDEN] += bool(_words(paragraph))
            return ""
        pieces = []
        was_hidden = False
        elements = [paragraph]
        while elements:
            element = elements.pop()
            tag = element.tag
            if tag == _TEXT:
                pieces.append(element.text or "")
            elif tag == _RUN:
                is_hidden = self._is_hidden(element.find(WORD + "rPr"), "rStyle")
                if is_hidden:
                    self.left_out[HIDDEN] += not was_hidden and bool(_words(element))
                else:
                    elements.extend(reversed(element))
                was_hidden = is_hidden
            elif tag in _UNSEEN or tag == _MOVED:
                continue
            elif tag in _NOTES:
                pieces.append(f"[{element.get(WORD + 'id')}]")
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag == _SYMBOL:
                sign = _symbol(element)
                self.left_out[SYMBOLS] += not sign
                pieces.append(sign)
            elif tag == _DELETED:
                self.left_out[DELETED] += bool(_words(element))
            elif is_equation(element):
                pieces.append(linear(element))
            elif is_placeholder(element):
                self.left_out[PLACEHOLDERS] += 1
            else:
                elements.extend(reversed(element))
        return "".join(pieces)

    def _is_hidden(self, properties: Element, style: str) -> bool:
        if properties is None:
            return False
        if properties.find(WORD + "vanish") is not None:
            return is_on(properties, "vanish")
        return self.styles.get(value(properties, style) or "", _PLAIN).is_hidden


_PLAIN = Style()


def is_placeholder(element: Element) -> bool:
    """True for an unfilled form field that shows its placeholder."""
    return element.tag == WORD + "sdt" and is_on(element.find(WORD + "sdtPr"), "showingPlcHdr")


def is_strong(cell: Element) -> bool:
    """Whether all text of a cell is bold."""
    runs = [run for run in cell.iter(WORD + "r") if _words(run)]
    return bool(runs) and all(is_on(run.find(WORD + "rPr"), "b") for run in runs)


def _words(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(WORD + "t", WORD + "delText")).strip()


def _symbol(element: Element) -> str:
    """Returns a symbol by its code; symbols of symbol fonts have no Unicode character."""
    try:
        code = int(element.get(WORD + "char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 and code not in _PRIVATE else ""
