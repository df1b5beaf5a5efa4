"""Small documents of the formats that are archives, for fuzz_readers.py."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fuzz_words import PROSE

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf"/></rootfiles></container>'
)
_LIST = (
    "<text:list><text:list-item><text:p>cold</text:p><text:list><text:list-item><text:p>icy"
    "</text:p></text:list-item></text:list></text:list-item></text:list>"
)


_PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The spring</dc:title><dc:creator>A. Bekova
</dc:creator><dc:date>2024-02-08</dc:date><dc:language>en</dc:language></metadata>
<manifest><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/></spine></package>"""

_SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" ' + " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
        "meta": "meta", "presentation": "presentation",
    }.items()
)  # fmt: skip
_TABLE = (
    "<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>"
    '<table:table-cell table:number-columns-repeated="2"><text:p>Price</text:p>'
    '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="3">'
    '<table:table-cell table:number-columns-spanned="2"><text:p>4</text:p></table:table-cell>'
    "<table:covered-table-cell/></table:table-row></table:table>"
)


def packed(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP archive that is the same at any time of the day."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 1)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """What `packed` packed."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _dated(data: bytes) -> bytes:
    """The same whenever it is made."""
    time = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    members = members_of(data)
    return packed({name: time.sub(b"2024-02-08T10:15:00Z", members[name]) for name in members})


def docx_document() -> bytes:
    from written_documents.word_parts import everything

    document = everything()
    document.core_properties.title = "Water report"
    document.add_heading("Water", 1)
    document.add_paragraph(PROSE[0]).add_run("\nSince 1921.").bold = True
    document.add_paragraph("cold", style="List Bullet")
    table = document.add_table(2, 2)
    for number, cell in enumerate(("Year", "Price", "1921", "4")):
        table.cell(*divmod(number, 2)).text = cell
    document.add_paragraph(PROSE[2])
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue())


def pptx_document() -> bytes:
    import pptx
    from pptx.util import Inches

    presentation = pptx.Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Water"
    first.placeholders[1].text_frame.text = f"{PROSE[0]}\nIn the south"
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    sizes = (Inches(1), Inches(3), Inches(4), Inches(1))
    table = second.shapes.add_table(2, 2, *sizes).table
    for number, cell in enumerate(("Year", "Price", "1921", "4")):
        table.cell(*divmod(number, 2)).text = cell
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(*sizes).text_frame.text = PROSE[1]
    buffer = io.BytesIO()
    presentation.save(buffer)
    members = members_of(_dated(buffer.getvalue()))
    # The pictures of the theme, and layouts that no slide has, say nothing.
    return packed({name: members[name] for name in members if not name.endswith(".jpeg")})


def xlsx_document() -> bytes:
    from datetime import date

    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Mines"
    for row in (("Name", "Depth", "Since"), ("Shalkiya", 1.5, date(2024, 2, 8)), (PROSE[2], True)):
        sheet.append(row)
    sheet.merge_cells("A4:B5")
    sheet["A4"] = "=SUM(B2:B3)"
    sheet.row_dimensions[3].hidden = True
    for row in ((), ("Barge", "Load"), ("Marta", 410), ("Juno", 265)):
        sheet.append(row)
    workbook.create_sheet("Empty").sheet_state = "hidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _dated(buffer.getvalue())


def epub_document() -> bytes:
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "book.opf": _PACKAGE,
            "one.xhtml": page.format(f"<h1>Water</h1><p>{PROSE[0]}&nbsp;<br/>more</p>"),
            "text/two.xhtml": page.format(f"<h2>Who?</h2><ul><li>{PROSE[1]}</li></ul>"),
        }
    )


def _open(kind: str, body: str) -> bytes:
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles><style:style "
        'style:name="P1" style:parent-style-name="Title"/></office:automatic-styles><office:body>'
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = (
        f"<office:document-meta {_SPACES}><office:meta><dc:title>Water report</dc:title>"
        "<meta:creation-date>2024-02-08T10:15:00</meta:creation-date></office:meta>"
        "</office:document-meta>"
    )
    return packed({"content.xml": content, "meta.xml": meta, "META-INF/manifest.xml": "<a/>"})


def odt_document() -> bytes:
    return _open(
        "text",
        '<text:p text:style-name="P1">Water</text:p><text:h text:outline-level="2">Who?</text:h>'
        f'<text:p>{PROSE[0]}<text:s text:c="3"/><text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>Register.</text:p></text:note-body>"
        f"</text:note><text:line-break/>x<text:tab/></text:p>{_LIST}{_TABLE}"
        f"<text:p>A box<draw:frame><draw:text-box><text:p>{PROSE[2]}</text:p></draw:text-box>"
        "</draw:frame></text:p>",
    )


def ods_document() -> bytes:
    rows = _TABLE.replace("<table:table>", '<table:table table:name="Mines">', 1)
    hidden = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    return _open("spreadsheet", f"{rows}{rows.replace('><', f'>{hidden}<', 1)}")


def odp_document() -> bytes:
    page = '<draw:page draw:name="one"><draw:frame presentation:class="title"><draw:text-box>'
    return _open(
        "presentation",
        f"{page}<text:p>Water</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box>"
        f"{_LIST}</draw:text-box></draw:frame><draw:frame>{_TABLE}</draw:frame>"
        f"<presentation:notes><draw:frame><draw:text-box><text:p>{PROSE[1]}</text:p>"
        f"</draw:text-box></draw:frame></presentation:notes></draw:page>{page}<text:p>Stone"
        "</text:p></draw:text-box></draw:frame></draw:page>",
    )
