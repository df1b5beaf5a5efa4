"""Finds what a PDF page draws: the straight lines that rule its tables, and images."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_float, c_int
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from .lines import turned

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_OBJECTS = 20_000
_MOST_RULES = 4_000
_DEEPEST = 4
"""Most objects of a page, most rules, and most nesting of forms; anything with more is a
drawing."""

_MOST_IN_FORM = 10
_MOST_STROKES = 20_000
_FEW_PATHS = 50
"""Most paths of an ordinary page; a drawing with more may contain words."""

_SHORTEST = 5.0
_SLANT = 1.0
"""In points: the least length of a rule, and the most that it may slant."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from left to right, or from bottom to top."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rules of a page, and the share of it covered by images.

    All images count, because a scan may consist of strips; a large drawing counts as the whole
    page. A drawing has no rules.
    """

    rules: list[Rule]
    picture: float


def drawn_on(page: PdfPage, turn: int) -> Drawn:
    """Returns what a page draws besides text; `turn` is the direction of its lines."""
    from pypdfium2 import raw

    strokes: list[tuple[Point, Point]] = []
    pictured, paths = 0.0, 0
    width, height = page.get_size()
    size = max(1.0, width * height)
    for at in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page.raw, at)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictured += min(size, _area(drawn))
        elif kind != raw.FPDF_PAGEOBJ_TEXT and len(strokes) <= _MOST_STROKES:
            paths += kind == raw.FPDF_PAGEOBJ_PATH
            if kind == raw.FPDF_PAGEOBJ_FORM and _has_picture(drawn, 0):
                pictured += min(size, _area(drawn))
            strokes += islice(_strokes_of(drawn, (), 0), _MOST_STROKES)
    picture = 1.0 if paths > _FEW_PATHS else min(1.0, pictured / size)
    rules = [rule for stroke in strokes if (rule := _rule(*stroke, turn))]
    is_drawing = len(strokes) > _MOST_STROKES or len(rules) > _MOST_RULES
    return Drawn([] if is_drawing else rules, picture)


def _area(drawn: Any) -> float:
    from pypdfium2.raw import FPDFPageObj_GetBounds

    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return abs((right.value - left.value) * (top.value - bottom.value))


def _has_picture(form: Any, depth: int) -> bool:
    """Whether a form draws an image; scanner programs wrap pages in forms."""
    from pypdfium2 import raw

    for at in range(min(raw.FPDFFormObj_CountObjects(form), _MOST_IN_FORM)):
        drawn = raw.FPDFFormObj_GetObject(form, at)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            return True
        is_form = kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST
        if is_form and _has_picture(drawn, depth + 1):
            return True
    return False


def _rule(one: Point, other: Point, turn: int) -> Rule | None:
    (left, right), (bottom, top) = map(
        sorted, zip(turned(*one, turn), turned(*other, turn), strict=True)
    )
    width, height = right - left, top - bottom
    if min(width, height) > _SLANT or max(width, height) <= _SHORTEST:
        return None
    return Rule(left, bottom, right, top)


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
    """Yields the straight segments of a visible path."""
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
