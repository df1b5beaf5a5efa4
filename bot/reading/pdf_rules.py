"""What a page of a PDF draws: the straight lines that rule its tables, and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_float, c_int
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .pdf_lines import turned

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_OBJECTS = 20_000
_MOST_RULES = 4_000
_DEEPEST = 4
"""Objects of a page, lines among them, and forms within forms; what has more is a drawing."""

_FEW_STROKES = 50
"""Strokes that a page has without being a drawing, in which there may be words."""

_SHORTEST = 5.0
_SLANT = 1.0
"""Points that a rule is long at least, and by which it may slant."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from left to right, or from the bottom up."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.top - self.bottom


def rules_of(page: PdfPage, turn: int) -> list[Rule]:
    """The rules of a page whose lines are turned so; none of a drawing."""
    rules: list[Rule] = []
    for number, (one, other) in enumerate(_strokes(page)):
        if number > _MOST_OBJECTS or len(rules) > _MOST_RULES:
            return []
        (left, right), (bottom, top) = map(
            sorted, zip(turned(*one, turn), turned(*other, turn), strict=True)
        )
        if (
            min(right - left, top - bottom) <= _SLANT
            and max(right - left, top - bottom) > _SHORTEST
        ):
            rules.append(Rule(left, bottom, right, top))
    return rules


def picture_share(page: PdfPage) -> float:
    """The share of the page that its largest picture takes up; all of it for a large drawing."""
    from pypdfium2 import raw

    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    largest, strokes = 0.0, 0
    for at in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page.raw, at)
        kind = raw.FPDFPageObj_GetType(drawn)
        strokes += kind == raw.FPDF_PAGEOBJ_PATH
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
            size = (right.value - left.value) * (top.value - bottom.value)
            largest = max(largest, size)
    width, height = page.get_size()
    return 1.0 if strokes > _FEW_STROKES else largest / max(1.0, width * height)


def _strokes(page: PdfPage) -> Iterator[tuple[Point, Point]]:
    from pypdfium2.raw import FPDFPage_CountObjects, FPDFPage_GetObject

    count = min(FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)
    for at in range(count):
        yield from _strokes_of(FPDFPage_GetObject(page.raw, at), (), 0)


def _strokes_of(drawn: Any, around: tuple[Any, ...], depth: int) -> Iterator[tuple[Point, Point]]:
    from pypdfium2 import raw

    kind = raw.FPDFPageObj_GetType(drawn)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        yield from _sides(drawn, (_matrix(drawn), *around))
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        matrices = (_matrix(drawn), *around)
        for at in range(min(raw.FPDFFormObj_CountObjects(drawn), _MOST_OBJECTS)):
            yield from _strokes_of(raw.FPDFFormObj_GetObject(drawn, at), matrices, depth + 1)


def _sides(path: Any, matrices: tuple[Any, ...]) -> Iterator[tuple[Point, Point]]:
    """The straight parts of a path that is seen."""
    from pypdfium2 import raw

    fill, stroke = c_int(), c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value):
        return
    first = last = (0.0, 0.0)
    for at in range(min(raw.FPDFPath_CountSegments(path), _MOST_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        x, y = c_float(), c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = _placed((x.value, y.value), matrices)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield last, point
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield last, first


def _matrix(drawn: Any) -> Any:
    from pypdfium2.raw import FS_MATRIX, FPDFPageObj_GetMatrix

    matrix = FS_MATRIX()
    FPDFPageObj_GetMatrix(drawn, matrix)
    return matrix


def _placed(point: Point, matrices: tuple[Any, ...]) -> Point:
    x, y = point
    for each in matrices:
        x, y = each.a * x + each.c * y + each.e, each.b * x + each.d * y + each.f
    return x, y
