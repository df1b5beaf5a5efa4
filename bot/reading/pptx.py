"""Slides (.pptx): titles, text, tables and speaker notes, slide by slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..types import BlockKind, Document
from .assembly import Piece, assembled
from .characters import storable
from .metadata import office_metadata
from .packed import checked
from .parsing import parsing

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_BODIES = frozenset({"BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT"})
_FURNITURE = frozenset({"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"})


def read_pptx(data: bytes) -> Document:
    """The document in a .pptx file, hidden slides included; dates and footers are left out.

    Raises ReadError for a file that is damaged or unpacks to an unreasonable size.
    """
    with parsing("PowerPoint (.pptx)"):
        presentation = _open(data)
        pieces = list(_pieces(presentation))
        drawn = sum(map(_is_drawing, _all_shapes(presentation)))
        metadata = office_metadata(presentation.core_properties)
    notes = [f"charts and diagrams that are not read: {drawn}"] if drawn else []
    return assembled(pieces, metadata, notes)


def _open(data: bytes) -> Presentation:
    import pptx

    return pptx.Presentation(checked(data))


def _pieces(presentation: Presentation) -> Iterator[Piece]:
    for number, slide in _slides(presentation):
        title = slide.shapes.title
        words = "" if title is None else " ".join(storable(title.text_frame.text).split())
        yield Piece(words, BlockKind.HEADING, 1, f"slide {number}", divides=True)
        for shape in _shapes(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                yield from _shape_pieces(shape)
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if notes is not None:
            yield from _note_pieces(notes, f"slide {number}, notes")


def _slides(presentation: Presentation) -> Iterator[tuple[int, Any]]:
    """The slides by number, each once: a list that names one without end is a trap."""
    seen = set()
    for number, slide in enumerate(presentation.slides, start=1):
        if slide.part.partname not in seen:
            seen.add(slide.part.partname)
            yield number, slide


def _note_pieces(frame: Any, mark: str) -> Iterator[Piece]:
    paragraphs = [text for paragraph in frame.paragraphs if (text := _text(paragraph))]
    for place, text in enumerate(paragraphs):
        yield Piece(text, BlockKind.PARAGRAPH, mark=None if place else mark)


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """The shapes that are no groups, from top to bottom and from left to right; so within a group.

    The nesting of groups is bounded by that of XML, which the parser bounds.
    """
    from pptx.shapes.group import GroupShape

    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _shape_pieces(shape: Any) -> Iterator[Piece]:
    if shape.has_table:
        yield Piece("\n".join(_rows(shape.table)), BlockKind.TABLE)
    role = _role(shape)
    if not shape.has_text_frame or role in _FURNITURE:
        return
    paragraphs = [(paragraph, _text(paragraph)) for paragraph in shape.text_frame.paragraphs]
    paragraphs = [(paragraph, text) for paragraph, text in paragraphs if text]
    is_list = role in _BODIES and len(paragraphs) > 1
    for paragraph, text in paragraphs:
        if is_list or paragraph.level:
            yield Piece(f"- {text}", BlockKind.LIST_ITEM)
        else:
            yield Piece(text, BlockKind.PARAGRAPH)


def _role(shape: Any) -> str:
    """What a placeholder is for, such as "BODY"; nothing for any other shape."""
    return shape.placeholder_format.type.name if shape.is_placeholder else ""


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells = (cell for cell in row.cells if not cell.is_spanned)
        yield " | ".join(" ".join(storable(cell.text_frame.text).split()) for cell in cells)


def _text(paragraph: Any) -> str:
    return storable(paragraph.text).strip()


def _all_shapes(presentation: Presentation) -> Iterator[Any]:
    for _, slide in _slides(presentation):
        yield from _shapes(slide.shapes)


def _is_drawing(shape: Any) -> bool:
    """True for a graphic with words that the slide itself does not hold."""
    from pptx.shapes.graphfrm import GraphicFrame

    return isinstance(shape, GraphicFrame) and not shape.has_table
