"""Reads the chart types added in Office 2016, such as waterfalls, treemaps and funnels."""

from __future__ import annotations

from collections.abc import Iterator

from ...types import CAPTION_LEVEL, BlockKind
from ..common.assembly import Piece
from ..common.characters import one_line
from ..common.parsing import Element
from ..tables.assembly import Allowance, Row, table_pieces
from .graphics import DRAWING

NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"

_Points = dict[int, str]


def new_chart_pieces(chart: Element, allowance: Allowance) -> Iterator[Piece]:
    """Yields the title of a chart as a caption, and a row of values for each category."""
    if title := _title(chart):
        yield Piece(title, BlockKind.HEADING, CAPTION_LEVEL)
    data = {each.get("id") or "": each for each in chart.iter(NEW_CHART + "data")}
    for series in chart.iter(NEW_CHART + "series"):
        if allowance.note:
            return
        reference = series.find(NEW_CHART + "dataId")
        found = None if reference is None else data.get(reference.get("val") or "")
        if found is None:
            continue
        categories, values = _names(found), _values(found)
        places = sorted({*categories, *values})
        rows = [Row(0, ["", _name(series) or "value"], is_header=True)]
        rows += (
            Row(number, [categories.get(place, ""), values.get(place, "")])
            for number, place in enumerate(places, start=1)
        )
        if places:
            yield from table_pieces(rows, allowance, place=None)


def new_chart_words(chart: Element) -> str:
    """Returns the title and the series names of a chart; its values are cells of a sheet."""
    names = (_name(series) for series in chart.iter(NEW_CHART + "series"))
    return ", ".join(dict.fromkeys(filter(None, (_title(chart), *names))))


def _title(chart: Element) -> str:
    title = next(chart.iter(NEW_CHART + "title"), None)
    return "" if title is None else _text(title)


def _name(series: Element) -> str:
    name = series.find(NEW_CHART + "tx")
    return "" if name is None else _text(name)


def _text(element: Element) -> str:
    """Returns a text that is written here or copied from a cell."""
    kept = next(element.iter(NEW_CHART + "v"), None)
    written = " ".join(text.text or "" for text in element.iter(DRAWING + "t"))
    return one_line((None if kept is None else kept.text) or written)


def _names(data: Element) -> _Points:
    """Returns the names of categories by index, with outer levels first."""
    dimension = data.find(NEW_CHART + "strDim")
    names: _Points = {}
    # The file lists the innermost level first.
    for level in () if dimension is None else dimension.iterchildren(NEW_CHART + "lvl"):
        known = ""
        outer = _level(level)
        for place in sorted({*names, *outer}):
            known = outer.get(place, known)
            names[place] = ", ".join(filter(None, (known, names.get(place, ""))))
    return names


def _values(data: Element) -> _Points:
    dimension = data.find(NEW_CHART + "numDim")
    levels = () if dimension is None else dimension.iterchildren(NEW_CHART + "lvl")
    return next(map(_level, levels), {})


def _level(level: Element) -> _Points:
    points: _Points = {}
    for point in level.iterchildren(NEW_CHART + "pt"):
        place, value = point.get("idx") or "", one_line(point.text or "")
        if value and place.isdecimal() and len(place) < 7:
            points[int(place)] = value
    return points
