"""What lies on a sheet of an Excel workbook beside its cells: charts, boxes, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from zipfile import ZipFile

from ..types import BlockKind
from .assembly import Piece
from .characters import one_line
from .graphics import DRAWING, chart_title, description_piece, diagram_pieces
from .packed import member, related
from .parsing import Element
from .xml_source import parse_xml

_SHEET = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def sheet_extras(archive: ZipFile, path: str) -> Iterator[Piece]:
    """The pieces of what lies on a sheet, each with what it is as its mark.

    Of a chart it is the title alone: its values are those of cells.
    """
    for kind, target in related(archive, path):
        source = member(archive, target)
        if source is None:
            continue
        if kind == "drawing":
            yield from _drawn(parse_xml(source), archive, target)


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
        elif kind == "diagramData":
            for piece in diagram_pieces(parse_xml(source)):
                yield Piece(piece.text, piece.kind, mark="a diagram")
