"""Word documents (.docx): paragraphs, headings, list items, tables and notes in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..types import BlockKind, Document
from .assembly import Piece, assembled
from .metadata import office_metadata
from .packed import checked
from .parsing import Element, parsing

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CONTAINERS = frozenset(_WORD + name for name in ("sdt", "sdtContent", "ins", "customXml"))
_UNSEEN = frozenset({_WORD + "pPr", _WORD + "del", _WORD + "txbxContent", _FALLBACK})
_SIGNS: Mapping[str, str] = {
    _WORD + "tab": "\t",
    _WORD + "br": "\n",
    _WORD + "cr": "\n",
    _WORD + "noBreakHyphen": "-",
}
_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list (bullet|number)", re.IGNORECASE)


def read_docx(data: bytes) -> Document:
    """The document in a .docx file; deleted text, headers and footers are left out.

    Raises ReadError for a file that is damaged or unpacks to an unreasonable size.
    """
    with parsing("Word (.docx)"):
        document = _open(data)
        pieces = [*_pieces(document.element.body, _styles(document)), *_notes(document)]
        metadata = office_metadata(document.core_properties)
    return assembled(pieces, metadata)


def _open(data: bytes) -> WordDocument:
    import docx

    return docx.Document(checked(data))


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style makes of its paragraphs."""

    level: int = 0
    is_list: bool = False


def _styles(document: WordDocument) -> dict[str, _Style]:
    """The styles by their id; one that is based on a heading or list style is such a style."""
    styles = {}
    for style in document.styles:
        names = []
        base: Any = style
        while base is not None and base.name not in names:
            names.append(base.name or "")
            base = getattr(base, "base_style", None)
        headings = (match for name in names if (match := _HEADING_STYLE.match(name)))
        heading = next(headings, None)
        level = 1 if "Title" in names else int(heading.group(1)) if heading else 0
        styles[style.style_id] = _Style(level, any(map(_LIST_STYLE.match, names)))
    return styles


def _pieces(container: Element, styles: Mapping[str, _Style]) -> Iterator[Piece]:
    for child in container:
        if child.tag == _WORD + "p":
            yield _paragraph(child, styles)
            for box in child.iter(_WORD + "txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _pieces(box, styles)
        elif child.tag == _WORD + "tbl":
            yield Piece("\n".join(_rows(child)), BlockKind.TABLE)
        elif child.tag in _CONTAINERS:
            yield from _pieces(child, styles)


def _paragraph(paragraph: Element, styles: Mapping[str, _Style]) -> Piece:
    text = _text(paragraph).strip()
    properties = paragraph.find(_WORD + "pPr")
    style = styles.get(_value(properties, "pStyle") or "", _Style())
    if style.level:
        return Piece(text, BlockKind.HEADING, style.level)
    numbering = None if properties is None else properties.find(_WORD + "numPr")
    is_item = style.is_list if numbering is None else _value(numbering, "numId") != "0"
    if not is_item or not text:
        return Piece(text, BlockKind.PARAGRAPH)
    return Piece(f"- {text}", BlockKind.LIST_ITEM)


def _rows(table: Element) -> Iterator[str]:
    for row in table.iterchildren(_WORD + "tr"):
        cells = [cell for cell in row.iter(_WORD + "tc") if _row_of(cell) is row]
        yield " | ".join(
            " ".join(" ".join(map(_text, cell.iter(_WORD + "p"))).split()) for cell in cells
        )


def _row_of(cell: Element) -> Element:
    return next(cell.iterancestors(_WORD + "tr"))


def _text(paragraph: Element) -> str:
    """The text of a paragraph as it shows: with insertions, without deletions and text boxes."""
    pieces = []
    elements = [paragraph]
    while elements:
        element = elements.pop()
        if element.tag == _WORD + "t":
            pieces.append(element.text or "")
        elif element.tag in (_WORD + "footnoteReference", _WORD + "endnoteReference"):
            pieces.append(f"[{element.get(_WORD + 'id')}]")
        elif element.tag in _SIGNS:
            pieces.append(_SIGNS[element.tag])
        elif element.tag not in _UNSEEN:
            elements.extend(reversed(element))
    return "".join(pieces)


def _notes(document: WordDocument) -> Iterator[Piece]:
    """The footnotes and endnotes, each as a paragraph after the text."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    for relationship in document.part.rels.values():
        if relationship.reltype in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for note in parse_xml(relationship.target_part.blob):
                # Those with a type are the lines that separate notes from the text.
                if note.get(_WORD + "type") is None:
                    words = " ".join(map(_text, note.iter(_WORD + "p"))).strip()
                    yield Piece(f"[{note.get(_WORD + 'id')}] {words}", BlockKind.PARAGRAPH)


def _value(parent: Element, name: str) -> str | None:
    """The value of a property such as a paragraph's style, None where it has none."""
    child = None if parent is None else parent.find(_WORD + name)
    return None if child is None else child.get(_WORD + "val")
