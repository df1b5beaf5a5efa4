"""Reads the text of graphics in Office documents: charts, SmartArt and picture descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...types import CAPTION_LEVEL, BlockKind
from ..common.assembly import Piece
from ..common.characters import one_line
from ..common.parsing import Element
from ..tables.assembly import Allowance, Row, table_pieces
from .number_formats import shown_number

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

_LARGEST_WHOLE = 10**15

_WITHOUT_WORDS = frozenset({"pres", "parTrans", "sibTrans"})
_MADE_UP = re.compile(
    r"\S+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)|https?://\S+"
    r"|(?:picture|image|grafik|bild|рисунок|graphic|shape|diagram|chart|placeholder)\s*\d*",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"\s(?:Description automatically generated|AI-generated content)")


def chart_pieces(chart: Element, allowance: Allowance) -> Iterator[Piece]:
    """Yields the title of a chart as a caption, and a row of values for each category."""
    title = chart_title(chart)
    if title:
        yield Piece(title, BlockKind.HEADING, CAPTION_LEVEL)
    names, columns = [""], []
    categories: dict[int, str] = {}
    for series in chart.iter(CHART + "ser"):
        names.append(_name(series.find(CHART + "tx")) or "value")
        for name in ("cat", "xVal"):
            categories = categories or _points(series.find(CHART + name))
        columns.append(_points(series.find(CHART + "val")) or _points(series.find(CHART + "yVal")))
    places = sorted({*categories, *(place for column in columns for place in column)})
    rows = [Row(0, names, is_header=True)]
    for number, place in enumerate(places, start=1):
        values = (column.get(place, "") for column in columns)
        rows.append(Row(number, [categories.get(place, ""), *values]))
    if places:
        yield from table_pieces(rows, allowance, place=None)


def chart_title(chart: Element) -> str:
    """Returns the title of a chart, or an empty string."""
    return next((_text(title) for title in chart.iter(CHART + "title")), "")


def diagram_pieces(diagram: Element) -> Iterator[Piece]:
    """Yields the texts of a diagram's shapes as list items."""
    for point in diagram.iter(DIAGRAM + "pt"):
        if point.get("type") not in _WITHOUT_WORDS and (text := _text(point)):
            yield Piece(f"- {text}", BlockKind.LIST_ITEM)


def description_piece(words: str | None) -> Piece | None:
    """Returns the description of a picture; None if a program wrote it."""
    text = _MACHINE.split(f" {one_line(words or '')}", maxsplit=1)[0].strip()
    if not text or _MADE_UP.fullmatch(text):
        return None
    return Piece(f"[Picture: {text}]", BlockKind.PARAGRAPH)


def _text(element: Element) -> str:
    paragraphs = (p.iter(DRAWING + "t") for p in element.iter(DRAWING + "p"))
    return one_line(" ".join("".join(t.text or "" for t in words) for words in paragraphs))


def _name(element: Element) -> str:
    """Returns the name of a series, from the cells it refers to or from the chart itself."""
    if element is None:
        return ""
    words = " ".join(_points(element).values()) or element.findtext(CHART + "v")
    return one_line(words or _text(element))


def _points(element: Element) -> dict[int, str]:
    """Returns the chart's copy of its cell values by index; outer category levels come first."""
    if element is None:
        return {}
    levels = [_level(level) for level in element.iter(CHART + "lvl")]
    if not levels:
        return _level(element)
    inner, *outer = levels
    for level in outer:
        known = ""
        for place in sorted(inner):
            known = level.get(place, known)
            inner[place] = ", ".join(filter(None, (known, inner[place])))
    return inner


def _level(element: Element) -> dict[int, str]:
    code = next(element.iter(CHART + "formatCode"), None)
    number_format = "" if code is None else code.text or ""
    is_date = _is_date(number_format)
    points: dict[int, str] = {}
    for point in element.iter(CHART + "pt"):
        place = point.get("idx") or ""
        value = one_line(point.findtext(CHART + "v") or "")
        if value and place.isdecimal() and len(place) < 7:
            points[int(place)] = _day(value) if is_date else _figure(value, number_format)
    return points


def _is_date(number_format: str) -> bool:
    from openpyxl.styles import is_date_format

    return bool(is_date_format(number_format))


def _figure(value: str, number_format: str) -> str:
    """Returns a value in its number format."""
    try:
        number = float(value)
    except ValueError:
        return value
    is_whole = number.is_integer() and abs(number) < _LARGEST_WHOLE
    return shown_number(int(number) if is_whole else number, number_format)


def _day(value: str) -> str:
    """Returns the day for an Excel date number."""
    from openpyxl.utils.datetime import from_excel

    try:
        day = from_excel(float(value))
    except (OverflowError, ValueError):
        return value
    return str(day).removesuffix(" 00:00:00")
