"""Open documents: texts (.odt) and slides (.odp), with headings, lists, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ..errors import ReadError
from ..types import BlockKind, Document, Metadata
from .assembly import Piece, assembled
from .metadata import clean, iso_date, language_code, telling_title
from .packed import member, opened
from .parsing import Element, parsing
from .xml_source import parse_xml

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_DRAW = f"{{{_OASIS}drawing:1.0}}"
_OFFICE = f"{{{_OASIS}office:1.0}}"
_META = f"{{{_OASIS}meta:1.0}}"
_SHOW = f"{{{_OASIS}presentation:1.0}}"
_STYLE = f"{{{_OASIS}style:1.0}}"
_TABLE = f"{{{_OASIS}table:1.0}}"
_TEXT = f"{{{_OASIS}text:1.0}}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"

_PARAGRAPHS = frozenset({_TEXT + "p", _TEXT + "h"})
_UNSEEN = frozenset(
    {
        _OFFICE + "annotation",
        _OFFICE + "forms",
        _TEXT + "tracked-changes",
        _TEXT + "ruby-text",
        _SHOW + "notes",
    }
)
_ASIDE = _UNSEEN | {_TEXT + "note"}
_BOX = _DRAW + "text-box"
_SIGNS: Mapping[str, str] = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_DEEPEST_HEADING = 10
_MOST_BLANKS = 100
"""A run of blanks longer than this lays out a page and is cut short."""


def read_odt(data: bytes) -> Document:
    """The document in an .odt or .odp file; deleted text, comments and headers are left out.

    Raises ReadError for a file that is damaged, encrypted or unpacks to an unreasonable size.
    """
    with parsing("open document (.odt, .odp)"):
        with opened(data) as archive:
            if b"encryption-data" in (member(archive, "META-INF/manifest.xml") or b""):
                raise ReadError("protected by a password. Save it without one.")
            content = parse_xml(archive.read("content.xml"))
            metadata = _metadata(member(archive, "meta.xml"))
        pieces = list(_Walk(_title_styles(content)).pieces(content))
    return assembled(pieces, metadata)


def _metadata(source: bytes | None) -> Metadata:
    if not source:
        return Metadata()
    root = parse_xml(source)

    def value(*names: str) -> str | None:
        found = (clean(root.findtext(f".//{name}")) for name in names)
        return next(filter(None, found), None)

    return Metadata(
        title=telling_title(value(_DUBLIN + "title")),
        author=value(_META + "initial-creator", _DUBLIN + "creator"),
        date=iso_date(value(_META + "creation-date", _DUBLIN + "date")),
        language=language_code(value(_DUBLIN + "language")),
    )


def _title_styles(content: Element) -> frozenset[str]:
    """The styles of a paragraph that is the title of the document."""
    derived = (
        style.get(_STYLE + "name")
        for style in content.iter(_STYLE + "style")
        if style.get(_STYLE + "parent-style-name") == "Title"
    )
    return frozenset({"Title", *filter(None, derived)})


@dataclass(slots=True)
class _Walk:
    """One pass over a document; `notes` gathers the notes met in it, which follow the text."""

    titles: frozenset[str]
    notes: list[Piece] = field(default_factory=list)

    def pieces(self, content: Element) -> Iterator[Piece]:
        """The pieces of the whole document. The depth of nesting is bounded by the XML parser."""
        body = content.find(_OFFICE + "body")
        if body is None:
            return
        pages = list(body.iter(_DRAW + "page"))
        for number, page in enumerate(pages, start=1):
            yield from self._slide(page, f"slide {number}")
        if not pages:
            yield from self._blocks(body)
        yield from self.notes

    def _slide(self, page: Element, mark: str) -> Iterator[Piece]:
        titles = [
            frame
            for frame in page.iterchildren(_DRAW + "frame")
            if frame.get(_SHOW + "class") == "title"
        ]
        paragraphs = (self._text(p) for frame in titles for p in _paragraphs(frame))
        title = " ".join(" ".join(paragraphs).split())
        yield Piece(title, BlockKind.HEADING, 1, mark, divides=True)
        for child in page:
            if child not in titles and child.tag not in _UNSEEN:
                yield from self._blocks(child)
        for notes in page.iterchildren(_SHOW + "notes"):
            yield Piece("", BlockKind.PARAGRAPH, mark=f"{mark}, notes")
            yield from self._blocks(notes)

    def _blocks(self, container: Element, marker: str | None = None) -> Iterator[Piece]:
        """The pieces below an element; within a list's item the first has the item's `marker`."""
        for child in container:
            if child.tag in _PARAGRAPHS:
                piece = self._paragraph(child, marker)
                yield piece
                if marker and piece.text:
                    marker = ""
                for box in _boxes(child):
                    yield from self._blocks(box)
            elif child.tag == _TABLE + "table":
                yield Piece("\n".join(self._rows(child)), BlockKind.TABLE)
            elif child.tag == _TEXT + "list":
                for item in child:
                    yield from self._blocks(item, "- ")
            elif child.tag not in _UNSEEN:
                yield from self._blocks(child, marker)

    def _paragraph(self, paragraph: Element, marker: str | None) -> Piece:
        text = self._text(paragraph).strip()
        if paragraph.tag == _TEXT + "h":
            level = paragraph.get(_TEXT + "outline-level") or "1"
            depth = min(int(level), _DEEPEST_HEADING) if level.isdecimal() else 1
            return Piece(text, BlockKind.HEADING, max(1, depth))
        if paragraph.get(_TEXT + "style-name") in self.titles:
            return Piece(text, BlockKind.HEADING, 1)
        if marker is None:
            return Piece(text, BlockKind.PARAGRAPH)
        return Piece(marker + text if text else "", BlockKind.LIST_ITEM)

    def _rows(self, table: Element) -> Iterator[str]:
        for row in table.iter(_TABLE + "table-row"):
            if next(row.iterancestors(_TABLE + "table")) is table:
                cells = row.iterchildren(_TABLE + "table-cell")
                yield " | ".join(
                    " ".join(" ".join(map(self._text, _paragraphs(cell))).split()) for cell in cells
                )

    def _text(self, paragraph: Element) -> str:
        """The text of a paragraph as it shows, a note's sign in brackets, without text boxes."""
        pieces: list[str] = []
        waiting: list[Element | str] = [paragraph]
        while waiting:
            element = waiting.pop()
            if isinstance(element, str):
                pieces.append(_BLANKS.sub(" ", element))
                continue
            if element is not paragraph and element.tail:
                waiting.append(element.tail)
            if element.tag == _TEXT + "note":
                pieces.append(self._note(element))
            elif element.tag == _TEXT + "s":
                pieces.append(" " * _count(element))
            elif element.tag in _SIGNS:
                pieces.append(_SIGNS[element.tag])
            elif _is_inline(element):
                waiting.extend(reversed(element))
                if element.text:
                    waiting.append(element.text)
        return "".join(pieces)

    def _note(self, note: Element) -> str:
        """The sign that stands for a note, whose text is put aside."""
        citation = clean(note.findtext(_TEXT + "note-citation")) or str(len(self.notes) + 1)
        for body in note.iterchildren(_TEXT + "note-body"):
            words = " ".join(" ".join(map(self._text, _paragraphs(body))).split())
            self.notes.append(Piece(f"[{citation}] {words}", BlockKind.PARAGRAPH))
        return f"[{citation}]"


def _boxes(paragraph: Element) -> Sequence[Element]:
    """The text boxes anchored in a paragraph, those within them and in notes aside."""
    return [
        box
        for box in paragraph.iter(_BOX)
        if next(box.iterancestors(_BOX, *_PARAGRAPHS)) is paragraph
    ]


def _paragraphs(container: Element) -> Iterator[Element]:
    """The paragraphs below an element, without those of notes and of what is not seen."""
    for paragraph in container.iter(*_PARAGRAPHS):
        above = takewhile(lambda element: element is not container, paragraph.iterancestors())
        if not any(element.tag in _ASIDE for element in above):
            yield paragraph


def _is_inline(element: Element) -> bool:
    """True for what holds text of its paragraph; a drawing has titles and boxes of its own."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return False
    return element.tag == _DRAW + "a" or not element.tag.startswith(_DRAW)


def _count(element: Element) -> int:
    count = element.get(_TEXT + "c") or "1"
    return min(int(count), _MOST_BLANKS) if count.isdecimal() and len(count) < 5 else 1
