"""Reads the body of a Word document, header or note: its paragraphs, tables and graphics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import ReadError
from ...types import CAPTION_LEVEL, COMMENTS, BlockKind
from ..common.assembly import Piece
from ..common.left_out import DELETED, MISSING_PARTS, PLACEHOLDERS, UNREADABLE_DOCUMENTS
from ..common.parsing import Element
from ..tables.assembly import Allowance, table_pieces
from .docx_styles import WORD, Numbers, Style, list_of, outline_level, value
from .docx_tables import TABLE, cells_of, inner_tables, is_frame, rows_of, table_rows
from .docx_text import BOX, FALLBACK, Texts, is_placeholder
from .graphics import CHART, DIAGRAM, chart_pieces, description_piece, diagram_pieces
from .new_charts import NEW_CHART, new_chart_pieces
from .xml_source import parse_xml

_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SHAPE = "{urn:schemas-microsoft-com:vml}shape"
_UNSEEN = frozenset(
    WORD + name for name in ("sectPr", "moveFrom", "sdtPr", "sdtEndPr", "tblPr", "tcPr")
)
_EMBEDDED = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": ".docx",
}
_ANCHORED = (BOX, CHART + "chart", NEW_CHART + "chart", DIAGRAM + "relIds", _PICTURE, _SHAPE)
_WITHIN_CELLS = (TABLE, WORD + "altChunk", *_ANCHORED)
_NO_STYLE = Style()


@dataclass(slots=True)
class Body:
    """A single pass over the body of a part; `left_out` counts omissions by kind."""

    part: Any
    texts: Texts
    numbers: Numbers
    allowance: Allowance
    left_out: Counter[str] = field(default_factory=Counter)
    read: set[str] = field(default_factory=set)
    """The parts already read; a hostile file may show one without end."""

    def pieces(self, container: Element) -> Iterator[Piece]:
        """Yields the pieces below an element; the XML parser limits the depth of nesting."""
        for child in container:
            if child.tag == WORD + "p":
                yield self._paragraph(child)
                yield from self._anchored(child)
            elif child.tag == TABLE:
                yield from self._table(child)
            elif child.tag == WORD + "altChunk":
                yield from self._embedded(child)
            elif is_placeholder(child):
                self.texts.left_out[PLACEHOLDERS] += 1
            elif child.tag == WORD + "del":
                self.texts.left_out[DELETED] += 1
            elif child.tag not in _UNSEEN and child.tag != FALLBACK:
                yield from self.pieces(child)

    def _paragraph(self, paragraph: Element) -> Piece:
        text = self.texts.of(paragraph).strip()
        properties = paragraph.find(WORD + "pPr")
        style = self.texts.styles.get(value(properties, "pStyle") or "", _NO_STYLE)
        in_list = list_of(properties) or style.list
        number = None
        if text and in_list and in_list[0] != "0":
            list_id, depth = in_list
            number = self.numbers.next(list_id or (style.list or ("",))[0], depth)
        if level := outline_level(properties) or style.level:
            is_numbered = number and number != "-"
            return Piece(f"{number} {text}" if is_numbered else text, BlockKind.HEADING, level)
        if style.is_caption and _is_above_table(paragraph):
            return Piece(text, BlockKind.HEADING, CAPTION_LEVEL)
        is_in_none = in_list is not None and in_list[0] == "0"
        if not text or is_in_none or not (style.is_list or in_list):
            return Piece(text, BlockKind.PARAGRAPH)
        return Piece(f"{number or '-'} {text}", BlockKind.LIST_ITEM)

    def _anchored(self, paragraph: Element) -> Iterator[Piece]:
        """Yields the content anchored in a paragraph: boxes, charts, diagrams and pictures."""
        for element in paragraph.iter(*_ANCHORED):
            above = next(element.iterancestors(BOX, FALLBACK, WORD + "p"))
            if above is not paragraph:
                continue
            if element.tag == BOX:
                yield from self.pieces(element)
            elif element.tag == CHART + "chart":
                if chart := self._related(element.get(_REFERENCE + "id")):
                    yield from chart_pieces(parse_xml(chart), self.allowance)
            elif element.tag == NEW_CHART + "chart":
                if chart := self._related(element.get(_REFERENCE + "id")):
                    yield from new_chart_pieces(parse_xml(chart), self.allowance)
            elif element.tag == DIAGRAM + "relIds":
                if diagram := self._related(element.get(_REFERENCE + "dm")):
                    yield from diagram_pieces(parse_xml(diagram))
            else:
                words = element.get("descr") or element.get("alt")
                if piece := description_piece(words):
                    yield piece

    def _table(self, table: Element) -> Iterator[Piece]:
        if is_frame(table):
            for row in rows_of(table):
                for cell in cells_of(row):
                    yield from self.pieces(cell)
            return
        yield from table_pieces(table_rows(table, self.texts), self.allowance, place=None)
        if next(table.iterdescendants(*_WITHIN_CELLS), None) is None:
            return
        for row in rows_of(table):
            for cell in cells_of(row):
                for inner in inner_tables(cell):
                    yield from self._table(inner)
                for element in cell.iter(WORD + "p", WORD + "altChunk"):
                    if next(element.iterancestors(WORD + "tc", BOX)) is not cell:
                        continue
                    if element.tag == WORD + "p":
                        yield from self._anchored(element)
                    else:
                        yield from self._embedded(element)

    def _embedded(self, chunk: Element) -> Iterator[Piece]:
        """Yields the pieces of a whole document that is embedded in this one."""
        from ..registry import READERS

        relationship = self.part.rels.get(chunk.get(_REFERENCE + "id") or "")
        if relationship is None or relationship.is_external:
            self.left_out[MISSING_PARTS] += 1
            return
        if not self._is_new(relationship):
            return
        part = relationship.target_part
        suffix = _EMBEDDED.get(part.content_type.partition(";")[0].strip().lower(), "")
        reader = READERS.get(suffix)
        try:
            if reader is None or (suffix == ".docx" and b"altChunk" in part.blob):
                raise ReadError(part.content_type)
            document = reader(part.blob)
        except ReadError:
            self.left_out[UNREADABLE_DOCUMENTS] += 1
            return
        for block in document.blocks:
            text = document.text[block.start : block.end]
            if block.kind is BlockKind.HEADING and text == COMMENTS:
                # As a heading, it would also head the text after the embedded document.
                yield Piece(text, BlockKind.PARAGRAPH)
            else:
                yield Piece(text, block.kind, block.level, skipped=block.skipped)

    def _related(self, reference: str | None) -> bytes | None:
        relationship = self.part.rels.get(reference or "")
        if relationship is None or relationship.is_external:
            return None
        return bytes(relationship.target_part.blob) if self._is_new(relationship) else None

    def _is_new(self, relationship: Any) -> bool:
        name = str(relationship.target_part.partname)
        is_new = name not in self.read
        self.read.add(name)
        return is_new


def plain(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Turns headings into paragraphs; a header or note must not head the main text."""
    for piece in pieces:
        is_heading = piece.kind is BlockKind.HEADING
        yield replace(piece, kind=BlockKind.PARAGRAPH, level=0) if is_heading else piece


def _is_above_table(paragraph: Element) -> bool:
    below = paragraph.getnext()
    return below is not None and below.tag == TABLE and not is_frame(below)
