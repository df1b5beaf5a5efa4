"""Reads slides (.pptx): titles, text, tables, charts and speaker notes, slide by slide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ...types import BlockKind, Document
from ..common.assembly import Piece, assembled
from ..common.characters import one_line, storable
from ..common.comments import comment_pieces
from ..common.head_dates import dated, stated_date
from ..common.left_out import COMMENTS, FILES, HIDDEN, MISSING_PARTS, remarks
from ..common.metadata import office_metadata
from ..common.parsing import Element, parsing
from ..tables.assembly import Allowance, Cell, spread, table_pieces
from .equations import is_equation, linear
from .graphics import CHART, DIAGRAM, DRAWING, chart_pieces, description_piece, diagram_pieces
from .new_charts import NEW_CHART, new_chart_pieces
from .packed import checked
from .pptx_comments import authors_of, slide_comments
from .xml_source import parse_xml

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_BODIES = frozenset({"BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT"})
_BESIDE = frozenset({"DATE", "FOOTER", "HEADER"})
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HIDDEN = "ancestor-or-self::*[p:nvGrpSpPr or p:nvSpPr or p:nvPicPr or p:nvGraphicFramePr]/*/"
_HIDDEN += "p:cNvPr[@hidden='1' or @hidden='true']"
_FEWEST_LABELLED = 3
"""Fewest columns for which the first-row style means a header; PowerPoint sets it by default."""


def read_pptx(data: bytes) -> Document:
    """Returns the document in a .pptx file.

    Hidden slides are read and marked, repeated footers are read once, and comments come last.
    Raises ReadError for a file that is damaged or unpacks to an unreasonable size.
    """
    with parsing("PowerPoint (.pptx)"):
        presentation = _open(data)
        reading = _Reading()
        pieces = list(reading.pieces(presentation))
        metadata = office_metadata(presentation.core_properties)
    comments = list(comment_pieces(reading.comments))
    metadata, dates = dated(metadata, stated_date(piece.text for piece in pieces))
    return assembled(pieces, metadata, [*dates, *reading.notes()], comments)


def _open(data: bytes) -> Presentation:
    import pptx

    return pptx.Presentation(checked(data))


class _Reading:
    """A single pass over a presentation; `left_out` counts omissions by kind."""

    def __init__(self) -> None:
        self.allowance = Allowance()
        self.left_out = Counter[str]()
        self.hidden: list[int] = []
        self.beside = set[str]()
        self.read = set[str]()
        self.comments: list[Piece] = []

    def notes(self) -> list[str]:
        """Returns notes on what was left out or is hidden, for the owner of the index."""
        told = remarks(self.left_out)
        if self.hidden:
            numbers = ", ".join(map(str, self.hidden))
            told.append(f"hidden slides, read and marked as hidden: {numbers}")
        return [*told, *self.allowance.notes]

    def pieces(self, presentation: Presentation) -> Iterator[Piece]:
        """Yields the pieces of all slides."""
        authors = authors_of(presentation.part)
        for number, slide in _slides(presentation):
            is_hidden = slide._element.get("show") in ("0", "false")
            if is_hidden:
                self.hidden.append(number)
            mark = f"hidden slide {number}" if is_hidden else f"slide {number}"
            yield from self._slide(slide, mark)
            notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
            if notes is not None:
                yield from _note_pieces(notes, f"{mark}, notes")
            for text in slide_comments(slide.part, authors, mark):
                comment = Piece(text, BlockKind.PARAGRAPH, mark=f"{mark}, comment")
                self.comments.append(comment)
                self.left_out[COMMENTS] += 1

    def _slide(self, slide: Any, mark: str) -> Iterator[Piece]:
        title = slide.shapes.title
        words = "" if title is None else one_line(_frame_text(title.text_frame))
        yield Piece(words, BlockKind.HEADING, 1, mark, divides=True)
        for shape in _shapes(slide.shapes):
            if shape._element.xpath(_HIDDEN):
                self.left_out[HIDDEN] += 1
            elif title is None or shape.shape_id != title.shape_id:
                yield from self._shape(shape, slide)
        # Content that older programs cannot show, such as equations, is stored twice.
        for alternatives in slide._element.iter(_ALTERNATIVES):
            for chart in alternatives.iterfind(f"*//{NEW_CHART}chart"):
                part = self._part(slide, chart.get(_REFERENCE + "id"))
                if part is not None:
                    yield from new_chart_pieces(parse_xml(part.blob), self.allowance)
            if not any(above.tag == DRAWING + "p" for above in alternatives.iterancestors()):
                for paragraph in alternatives[0].iter(DRAWING + "p") if len(alternatives) else ():
                    yield Piece(_text(paragraph), BlockKind.PARAGRAPH)

    def _shape(self, shape: Any, slide: Any) -> Iterator[Piece]:
        role = _role(shape)
        if role == "SLIDE_NUMBER":
            return
        described = description_piece(shape._element.xpath("string(.//p:cNvPr/@descr)"))
        if described:
            yield described
        if shape.has_table:
            yield from self._table(shape.table)
        elif not shape.has_text_frame:
            yield from self._graphic(shape, slide)
            return
        if not shape.has_text_frame:
            return
        paragraphs = [(one, _text(one._p)) for one in shape.text_frame.paragraphs]
        paragraphs = [(paragraph, text) for paragraph, text in paragraphs if text]
        if role in _BESIDE:
            yield from self._footer(shape)
            return
        is_list = role in _BODIES and len(paragraphs) > 1
        for paragraph, text in paragraphs:
            if is_list or paragraph.level:
                yield Piece(f"- {text}", BlockKind.LIST_ITEM)
            else:
                yield Piece(text, BlockKind.PARAGRAPH)

    def _footer(self, shape: Any) -> Iterator[Piece]:
        """Yields a footer at its first occurrence, unless the program fills it in."""
        text = one_line(_frame_text(shape.text_frame))
        is_filled_in = next(shape._element.iter(DRAWING + "fld"), None) is not None
        if text not in self.beside and not is_filled_in:
            self.beside.add(text)
            yield Piece(text, BlockKind.PARAGRAPH)

    def _table(self, table: Any) -> Iterator[Piece]:
        rows = [
            [
                Cell(one_line(_frame_text(cell.text_frame)), cell._tc.gridSpan, cell._tc.rowSpan)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        is_told = table.first_row and len(table.columns) >= _FEWEST_LABELLED
        yield from table_pieces(spread(rows, headers=int(is_told)), self.allowance, place=None)

    def _graphic(self, shape: Any, slide: Any) -> Iterator[Piece]:
        """Yields the words of a chart or diagram, which is a separate part of the file."""
        for element in shape._element.iter(CHART + "chart", DIAGRAM + "relIds"):
            is_chart = element.tag == CHART + "chart"
            part = self._part(slide, element.get(_REFERENCE + ("id" if is_chart else "dm")))
            if part is None:
                return
            root = parse_xml(part.blob)
            yield from chart_pieces(root, self.allowance) if is_chart else diagram_pieces(root)
            return
        if shape._element.tag.endswith("}graphicFrame"):
            self.left_out[FILES] += 1

    def _part(self, slide: Any, reference: str | None) -> Any | None:
        """Returns a part shown on a slide; None if it is missing or was already read."""
        relationship = slide.part.rels.get(reference)
        if relationship is None or relationship.is_external:
            self.left_out[MISSING_PARTS] += 1
            return None
        name = str(relationship.target_part.partname)
        is_new = name not in self.read  # a hostile file may show one without end
        self.read.add(name)
        return relationship.target_part if is_new else None


def _slides(presentation: Presentation) -> Iterator[tuple[int, Any]]:
    """Yields each slide once with its number: a hostile list may name one without end."""
    seen = set()
    for number, slide in enumerate(presentation.slides, start=1):
        if slide.part.partname not in seen:
            seen.add(slide.part.partname)
            yield number, slide


def _note_pieces(frame: Any, mark: str) -> Iterator[Piece]:
    paragraphs = [text for paragraph in frame.paragraphs if (text := _text(paragraph._p))]
    for place, text in enumerate(paragraphs):
        yield Piece(text, BlockKind.PARAGRAPH, mark=None if place else mark)


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yields the shapes other than groups, from top to bottom and left to right, also in groups.

    The XML parser limits the nesting of groups.
    """
    from pptx.shapes.group import GroupShape

    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _role(shape: Any) -> str:
    """Returns the role of a placeholder, such as "BODY"; empty for any other shape."""
    return shape.placeholder_format.type.name if shape.is_placeholder else ""


def _frame_text(frame: Any) -> str:
    return "\n".join(_text(paragraph._p) for paragraph in frame.paragraphs)


def _text(paragraph: Element) -> str:
    """Returns the text of a paragraph, with its equations in linear form."""
    pieces = []
    elements = [paragraph]
    while elements:
        element = elements.pop()
        if element.tag == DRAWING + "t":
            pieces.append(element.text or "")
        elif element.tag == DRAWING + "br":
            pieces.append("\n")
        elif is_equation(element):
            pieces.append(linear(element))
        elif element.tag == _ALTERNATIVES:
            elements.extend(element[:1])
        else:
            elements.extend(reversed(element))
    return storable("".join(pieces)).strip()
