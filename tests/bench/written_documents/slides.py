"""Presentations: tables with spans, charts, diagrams, equations, notes, hidden slides, pictures."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pptx
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from . import Written
from .word_parts import DECLARED, DIAGRAM, NAMES

_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_PLACE = (Inches(1), Inches(2), Inches(4), Inches(3))
_TITLE_ONLY, _BLANK = 5, 6
_DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def documents() -> Iterator[Written]:
    """A presentation for each feature."""
    yield _presentation(
        "tables with spans",
        _spans,
        rows=(
            {"Deck": "Upper", "Cabins, inside": "12", "Cabins, outside": "20"},
            {"Deck": "Lower", "Cabins, inside": "31", "Cabins, outside": "8"},
        ),
    )
    yield _presentation(
        "charts",
        _charts,
        pieces=("Visitors of the museum",),
        rows=(
            {"": "Winter", "Adults": "310", "Children": "120"},
            {"": "Rowed", "Share": "65%"},
            {"": "1.5", "Depth": "7.5"},
        ),
    )
    yield _presentation(
        "a date on the first slide",
        _dated,
        pieces=("14 September 2033",),
        notes=("dated by its text, 2033-09-14; its file was made 2031-02-03",),
        date="2033-09-14",
    )
    yield _presentation("a diagram", _diagram, pieces=("Nets are mended", "Boats are tarred"))
    yield _presentation(
        "titles with nothing below",
        _titles,
        pieces=("The gallery opens at ten", "Coats go to the cellar"),
        title="The gallery opens at ten",
    )
    yield _presentation(
        "hidden slides and notes",
        _hidden,
        pieces=("Old tariff", "Three crowns an hour.", "Say this quickly."),
        absent=("Not for the customers",),
        notes=(
            "hidden slides, read and marked as hidden: 2",
            "hidden texts that are left out: 1",
        ),
    )
    yield _presentation(
        "a slide whose title is a text",
        _long_title,
        pieces=("The keeper of the dam writes down the level every morning",),
        title="",
    )
    yield _presentation(
        "pictures, groups and equations",
        _graphics,
        pieces=(
            "Photograph of the weir at low water",
            "The weir was built by monks.",
            "flow Q=v A today",
        ),
        author="",
        date="",
    )


def _presentation(name: str, write: Callable[[Any], None], **wanted: Any) -> Written:
    presentation = pptx.Presentation()
    write(presentation)
    buffer = BytesIO()
    presentation.save(buffer)
    return Written(name, ".pptx", buffer.getvalue(), **wanted)


def _slide(presentation: Any, title: str = "") -> Any:
    layout = _TITLE_ONLY if title else _BLANK
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def _dated(presentation: Any) -> None:
    presentation.core_properties.created = datetime(2031, 2, 3)
    slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY])
    slide.shapes.title.text = "The harbour budget"
    slide.shapes.add_textbox(*_PLACE).text_frame.text = "14 September 2033"


def _spans(presentation: Any) -> None:
    rows = (
        ("Deck", "Cabins", ""),
        ("", "inside", "outside"),
        ("Upper", "12", "20"),
        ("Lower", "31", "8"),
    )
    table = _slide(presentation, "Cabins").shapes.add_table(4, 3, *_PLACE).table
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            table.cell(at, column).text = words
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))


def _charts(presentation: Any) -> None:
    data = CategoryChartData()
    data.categories = ["Summer", "Winter"]
    data.add_series("Adults", (870, 310))
    data.add_series("Children", (450, 120))
    shapes = _slide(presentation, "Museum").shapes
    chart = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_PLACE, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Visitors of the museum"
    shares = CategoryChartData(number_format="0%")
    shares.categories = ["Walked", "Rowed"]
    shares.add_series("Share", (0.35, 0.65))
    _slide(presentation).shapes.add_chart(XL_CHART_TYPE.PIE, *_PLACE, shares)
    points = XyChartData()
    series = points.add_series("Depth")
    series.add_data_point(0.5, 3.25)
    series.add_data_point(1.5, 7.5)
    _slide(presentation).shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *_PLACE, points)


def _diagram(presentation: Any) -> None:
    slide = _slide(presentation, "In the yard")
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    name = PackURI("/ppt/diagrams/data1.xml")
    part = Part(name, kind, presentation.part.package, DIAGRAM.encode())
    reference = slide.part.relate_to(part, f"{NAMES['r']}/diagramData")
    slide.shapes._spTree.append(
        parse_xml(
            f'<p:graphicFrame xmlns:p="{_SLIDES}" {DECLARED}><p:nvGraphicFramePr><p:cNvPr id="9" '
            'name="D"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" '
            'y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData uri="'
            f'{NAMES["dgm"]}"><dgm:relIds r:dm="{reference}"/></a:graphicData></a:graphic>'
            "</p:graphicFrame>"
        )
    )


def _titles(presentation: Any) -> None:
    _slide(presentation, "The gallery opens at ten")
    _slide(presentation, "Coats go to the cellar")


def _hidden(presentation: Any) -> None:
    tariff = _slide(presentation, "Tariff")
    secret = tariff.shapes.add_textbox(*_PLACE)
    secret.text_frame.text = "Not for the customers."
    secret._element.nvSpPr.cNvPr.set("hidden", "1")
    old = _slide(presentation, "Old tariff")
    old._element.set("show", "0")
    old.shapes.add_textbox(*_PLACE).text_frame.text = "Three crowns an hour."
    old.notes_slide.notes_text_frame.text = "Say this quickly."


def _long_title(presentation: Any) -> None:
    _slide(presentation, "The keeper of the dam writes down the level every morning. " * 10)


def _graphics(presentation: Any) -> None:
    slide = _slide(presentation)
    picture = slide.shapes.add_picture(BytesIO(b64decode(_DOT)), 0, 0)
    picture._element.nvPicPr.cNvPr.set("descr", "Photograph of the weir at low water")
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(*_PLACE).text_frame.text = "The weir was built by monks."
    slide.shapes._spTree.append(
        parse_xml(
            f'<mc:AlternateContent xmlns:p="{_SLIDES}" {DECLARED} xmlns:a14="http://schemas.'
            'microsoft.com/office/drawing/2010/main"><mc:Choice Requires="a14"><p:sp><p:txBody>'
            "<a:bodyPr/><a:p><a:r><a:t>flow </a:t></a:r><a14:m><m:oMath><m:r><m:t>Q=v A</m:t>"
            "</m:r></m:oMath></a14:m><a:r><a:t> today</a:t></a:r></a:p></p:txBody></p:sp>"
            "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
        )
    )
