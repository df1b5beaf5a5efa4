"""Writes a Word document with real footnotes, which python-docx does not support."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

# Characters that XML does not allow, even escaped.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Word requires these two, which draw the line above footnotes.
_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))


def word_document(
    title: str,
    exported: str,
    quotes: Sequence[tuple[str, str, str]],
    bibliography_title: str,
    bibliography: Sequence[str],
) -> bytes:
    """Returns a document of quotes, each with its footnote and the reader's note ("" for none)."""
    # Imported here because asking does not need it.
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    document = Document()
    styles = document.styles
    note_style = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    mark_style = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark_style.font.superscript = True
    document.core_properties.title = _held(title)
    document.core_properties.author = document.core_properties.comments = ""
    document.add_heading(_held(title), level=0)
    document.add_paragraph(_held(exported))
    footnotes = _Footnotes(note_style.style_id, mark_style.style_id)
    for text, footnote, note in quotes:
        paragraph = document.add_paragraph(_held(text), style="Quote")
        paragraph.add_run(style=mark_style)._r.append(footnotes.added(_held(footnote)))
        for part in note.split("\n"):
            if part.strip():
                document.add_paragraph(_held(part))
    if bibliography:
        document.add_heading(_held(bibliography_title), level=1)
        for entry in bibliography:
            document.add_paragraph(_held(entry))
    footnotes.attach_to(document.part)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Footnotes:
    """The part of a document that holds its footnotes."""

    def __init__(self, note_style: str, mark_style: str) -> None:
        self._note_style = note_style
        self._mark_style = mark_style
        self._count = 0
        self._root = _element("footnotes")
        for number, kind in _SEPARATORS:
            note = _element("footnote", type=kind, id=str(number))
            note.append(_nested("p", _nested("r", _element(kind))))
            self._root.append(note)

    def added(self, text: str) -> Any:
        """Adds a footnote and returns the element that refers to it."""
        self._count += 1
        number = str(self._count)
        words = _element("t")
        words.text = f" {text}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        style = _nested("pPr", _element("pStyle", val=self._note_style))
        look = _nested("rPr", _element("rStyle", val=self._mark_style))
        note = _element("footnote", id=number)
        note.append(
            _nested("p", style, _nested("r", look, _element("footnoteRef")), _nested("r", words))
        )
        self._root.append(note)
        return _element("footnoteReference", id=number)

    def attach_to(self, part: Any) -> None:
        """Adds the footnotes to a document."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        content = etree.tostring(
            self._root, xml_declaration=True, encoding="UTF-8", standalone=True
        )
        name = PackURI("/word/footnotes.xml")
        footnotes = Part(name, _CONTENT_TYPE, content, part.package)
        part.relate_to(footnotes, RELATIONSHIP_TYPE.FOOTNOTES)


def _element(tag: str, **attributes: str) -> Any:
    from lxml import etree

    element = etree.Element(f"{{{_SPACE}}}{tag}", nsmap={"w": _SPACE})
    for name, value in attributes.items():
        element.set(f"{{{_SPACE}}}{name}", value)
    return element


def _nested(tag: str, *children: Any) -> Any:
    element = _element(tag)
    element.extend(children)
    return element


def _held(text: str) -> str:
    """Replaces characters that XML does not allow by visible escapes."""
    return _NOT_IN_XML.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
