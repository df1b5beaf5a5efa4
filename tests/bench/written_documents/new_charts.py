"""Newer kinds of charts, sheets that are a chart, what is printed around the pages of sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import docx
import openpyxl
import pptx
from openpyxl.chart import BarChart, Reference
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml

from . import Written
from .comments import saved, with_parts
from .open_documents import DECLARED as OPEN
from .open_documents import packed
from .word_parts import DECLARED, add_part, drawing, paragraph, run

_KIND = "http://schemas.microsoft.com/office/2014/relationships/chartEx"
_SPACE = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_CHART = (
    f'<x:chartSpace xmlns:x="{_SPACE}" {DECLARED}><x:chartData><x:data id="3">'
    '<x:strDim type="cat"><x:lvl ptCount="2"><x:pt idx="0">Lock gate</x:pt>'
    '<x:pt idx="1">Bollards</x:pt></x:lvl></x:strDim><x:numDim type="val"><x:lvl ptCount="2">'
    '<x:pt idx="0">640</x:pt><x:pt idx="1">85</x:pt></x:lvl></x:numDim></x:data></x:chartData>'
    "<x:chart><x:title><x:tx><x:txData><x:v>Repairs of the quay</x:v></x:txData></x:tx></x:title>"
    '<x:plotArea><x:plotAreaRegion><x:series layoutId="waterfall"><x:tx><x:txData><x:f>B1</x:f>'
    '<x:v>Cost</x:v></x:txData></x:tx><x:dataId val="3"/></x:series></x:plotAreaRegion>'
    "</x:plotArea></x:chart></x:chartSpace>"
)
_ROWS = ({"": "Lock gate", "Cost": "640"}, {"": "Bollards", "Cost": "85"})


def documents() -> Iterator[Written]:
    """A document for each place of such a chart."""
    yield _word()
    yield _slide()
    yield _sheet()
    yield _chart_sheet()
    yield from _printed()


def _word() -> Written:
    document = docx.Document()
    paragraph(document, run("What the quay cost last year."))
    name = add_part(document, "charts/chartEx1.xml", "chartEx", _CHART, "application/xml")
    shown = drawing(f'<x:chart xmlns:x="{_SPACE}" r:id="{name}"/>')
    paragraph(
        document,
        f"<w:r><mc:AlternateContent><mc:Choice Requires='cx1'>{shown}</mc:Choice>"
        "</mc:AlternateContent></w:r>",
    )
    pieces = ("What the quay cost last year.", "Repairs of the quay")
    return Written("a chart of a newer kind", ".docx", saved(document), pieces, _ROWS)


def _slide() -> Written:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "The quay"
    path = PackURI("/ppt/charts/chartEx1.xml")
    part = Part(path, "application/xml", slide.part.package, _CHART.encode())
    name = slide.part.relate_to(part, _KIND)
    frame = f'<x:chart xmlns:x="{_SPACE}" r:id="{name}"/>'
    slide.shapes._spTree.append(
        parse_xml(
            f"<mc:AlternateContent {DECLARED}><mc:Choice Requires='cx1'><g>{frame}</g></mc:Choice>"
            "</mc:AlternateContent>"
        )
    )
    pieces = ("The quay", "Repairs of the quay")
    return Written("a chart of a newer kind", ".pptx", saved(presentation), pieces, _ROWS)


def _ledger() -> tuple[Any, Any]:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.title = "Repairs"
    for row in (("Part", "Cost"), ("Lock gate", 640), ("Bollards", 85)):
        sheet.append(row)
    return workbook, sheet


def _sheet() -> Written:
    workbook, sheet = _ledger()
    sheet.add_chart(BarChart(), "D2")
    data = with_parts(
        saved(workbook),
        {"xl/charts/chartEx1.xml": _CHART},
        {"xl/drawings/_rels/drawing1.xml.rels": ("chartEx", "/xl/charts/chartEx1.xml")},
    )
    return Written(
        "a chart of a newer kind",
        ".xlsx",
        data,
        rows=({"Part": "Lock gate", "Cost": "640"},),
        pieces=("[Chart: Repairs of the quay, Cost]",),
    )


def _chart_sheet() -> Written:
    workbook, sheet = _ledger()
    chart = BarChart()
    chart.title = "Repairs by part"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    workbook.create_chartsheet("Diagram").add_chart(chart)
    pieces = ("Repairs", "Diagram", "[Chart: Repairs by part]")
    return Written("a sheet that is a chart", ".xlsx", saved(workbook), pieces)


def _printed() -> Iterator[Written]:
    workbook, sheet = _ledger()
    sheet.oddHeader.left.text = "Harbour && ferry office"
    sheet.oddHeader.left.font = "Arial,Bold"
    sheet.oddHeader.left.size = 14
    sheet.oddHeader.right.text = "&D"
    sheet.oddFooter.center.text = "Page &P of &N"
    yield Written(
        "a sheet with a printed header",
        ".xlsx",
        saved(workbook),
        pieces=("Repairs", "Harbour & ferry office"),
        absent=("Page of", "Arial"),
    )
    styles = (
        '<office:document-styles {}><office:master-styles><style:master-page style:name="A">'
        "<style:header><text:p>Ferry office</text:p></style:header><style:footer><text:p>Page "
        "<text:page-number>1</text:page-number></text:p></style:footer></style:master-page>"
        "</office:master-styles></office:document-styles>"
    )
    body = (
        '<table:table table:name="Repairs"><table:table-row><table:table-cell><text:p>Gate</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    yield Written(
        "a sheet with a printed header",
        ".ods",
        packed("spreadsheet", body, parts={"styles.xml": styles.format(OPEN)}),
        pieces=("Ferry office", "Repairs", "Gate"),
        absent=("Page 1",),
    )
