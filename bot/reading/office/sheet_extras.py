"""Reads what an Excel sheet holds besides cells: charts, boxes and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from zipfile import ZipFile

from ...types import BlockKind
from ..common.assembly import Piece
from ..common.characters import lettered, one_line
from ..common.parsing import Element
from .graphics import DRAWING, chart_title, description_piece, diagram_pieces
from .new_charts import new_chart_words
from .packed import WORKBOOK, member, references, related
from .xml_source import parse_xml

_PRINTED = re.compile(
    rb"<(?:\w{1,20}:)?(?:odd|even|first)(Header|Footer)[^<>]{0,200}>([^<]{1,2000})<"
)
_CODE = re.compile(r'&(?:"[^"]{0,200}"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|.)', re.DOTALL)
_PAGE = re.compile("&[PN]")
_MORE_THAN_A_PAGE = 3
"""Fewest words of a line with a page number for it to count as content."""

_SHEET = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def sheet_extras(archive: ZipFile, path: str) -> Iterator[Piece]:
    """Yields the pieces of the objects on a sheet, each marked with its kind.

    For a chart, only the title is read: its values are in the cells.
    """
    for kind, target in related(archive, path):
        source = member(archive, target)
        if source is not None and kind == "drawing":
            yield from _drawn(parse_xml(source), archive, target)


def chart_sheets(archive: ZipFile) -> Iterator[Piece]:
    """Yields the pieces of sheets that hold only a chart, each marked with the sheet's name."""
    workbook = parse_xml(archive.read(WORKBOOK))
    targets = {
        name: target for kind, name, target in references(archive, WORKBOOK) if kind == "chartsheet"
    }
    for sheet in workbook.iter("{*}sheet"):
        reference = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        if (target := targets.pop(reference, None)) is not None:
            title = one_line(sheet.get("name") or "")
            is_hidden = sheet.get("state", "visible") != "visible"
            name = f"hidden sheet {title}" if is_hidden else f"sheet {title}"
            for at, piece in enumerate(sheet_extras(archive, target)):
                if at == 0:
                    yield Piece(title, BlockKind.HEADING, 1, mark=name, divides=True)
                yield replace(piece, mark=f"{name}, {piece.mark}")


def printed(source: bytes) -> Iterator[Piece]:
    """Yields the printed headers and footers of a sheet, without duplicates."""
    known = set[str]()
    begins = source.rfind(b"headerFooter", 0, source.rfind(b"headerFooter"))
    for match in _PRINTED.finditer(source, max(0, begins)) if begins >= 0 else ():
        coded = unescape(match[2].decode("utf-8", "replace"))
        words = one_line(_CODE.sub(_decoded, coded))
        fewest = _MORE_THAN_A_PAGE if _PAGE.search(coded) else 1
        if words not in known and lettered(words) >= fewest:
            known.add(words)
            yield Piece(words, BlockKind.PARAGRAPH, mark=match[1].decode().lower())


def _decoded(code: re.Match[str]) -> str:
    return "&" if code[0] == "&&" else " " if code[0][1] in "LCR" else ""


def _drawn(drawing: Element, archive: ZipFile, path: str) -> Iterator[Piece]:
    for shape in drawing.iter(_SHEET + "sp"):
        for paragraph in shape.iter(DRAWING + "p"):
            words = one_line("".join(text.text or "" for text in paragraph.iter(DRAWING + "t")))
            if words:
                yield Piece(words, BlockKind.PARAGRAPH, mark="a text box")
    for picture in drawing.iter(_SHEET + "cNvPr"):
        if piece := description_piece(picture.get("descr")):
            yield Piece(piece.text, piece.kind, mark="a picture")
    for kind, target in related(archive, path):
        source = member(archive, target)
        if source is None:
            continue
        if kind == "chart" and (title := chart_title(parse_xml(source))):
            yield Piece(f"[Chart: {title}]", BlockKind.PARAGRAPH, mark="a chart")
        elif kind == "chartEx" and (words := new_chart_words(parse_xml(source))):
            yield Piece(f"[Chart: {words}]", BlockKind.PARAGRAPH, mark="a chart")
        elif kind == "diagramData":
            for piece in diagram_pieces(parse_xml(source)):
                yield Piece(piece.text, piece.kind, mark="a diagram")
