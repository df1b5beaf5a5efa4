"""What python-docx does not write: changes, notes, comments, boxes, charts, embedded documents."""

from __future__ import annotations

from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "v": "urn:schemas-microsoft-com:vml",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())

CHART = (
    f"<c:chartSpace {DECLARED}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch of the fleet"
    "</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser><c:tx><c:strRef>"
    "<c:strCache><c:pt idx='0'><c:v>Herring</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat>"
    "<c:strRef><c:strCache><c:pt idx='0'><c:v>March</c:v></c:pt><c:pt idx='1'><c:v>April</c:v>"
    "</c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>71"
    "</c:v></c:pt><c:pt idx='1'><c:v>93</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>"
    "</c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
DIAGRAM = (
    f"<dgm:dataModel {DECLARED}><dgm:ptLst><dgm:pt modelId='0' type='doc'/><dgm:pt modelId='1'>"
    "<dgm:t><a:p><a:r><a:t>Nets are mended</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId='2'>"
    "<dgm:t><a:p><a:r><a:t>Boats are tarred</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>"
    "</dgm:dataModel>"
)


def append(document: Any, xml: str) -> None:
    """Adds an element of Word to the end of the body; the prefixes of NAMES may be used."""
    opening, closing = xml.split(">", 1)
    is_empty = opening.endswith("/")
    declared = f"{opening.rstrip('/')} {DECLARED}{'/' if is_empty else ''}>"
    document.element.body.insert_element_before(parse_xml(declared + closing), "w:sectPr")


def paragraph(document: Any, xml: str) -> None:
    """Adds a paragraph with these runs."""
    append(document, f"<w:p>{xml}</w:p>")


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    kept = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{kept}<w:t xml:space="preserve">{text}</w:t></w:r>'


def add_part(document: Any, name: str, kind: str, content: str, content_type: str) -> str:
    """Adds a part that the document refers to, and returns the reference."""
    package = document.part.package
    part = Part(PackURI(f"/word/{name}"), content_type, content.encode(), package)
    stem = RELATIONSHIP_TYPE.FOOTNOTES.rpartition("/")[0]
    return str(document.part.relate_to(part, f"{stem}/{kind}"))


def drawing(content: str, described: str = "") -> str:
    """A run with a graphic."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="7" name="Graphic 7" descr="{described}"/>'
        f"<a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r>"
    )


def box(text: str) -> str:
    """A run with a text box, as Word writes it: once for itself, once for older programs."""
    inner = f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
        "</w:r>"
    )


def everything() -> Any:
    """A document with a text in each place that can hold one."""
    document = docx.Document()
    document.add_heading("Rules of the harbour", 1)
    section = document.sections[0]
    section.header.paragraphs[0].text = "Edition of the harbour master"
    section.footer.paragraphs[0].text = "Call the watch on channel nine"
    paragraph(
        document,
        run("Ships wait at the buoy ")
        + f'<w:ins w:id="1" w:author="A">{run("until noon")}</w:ins>'
        + '<w:del w:id="2" w:author="A"><w:r><w:delText>until dusk</w:delText></w:r></w:del>'
        + run(" unless hailed.")
        + run("Ask the pilot first.", "<w:vanish/>"),
    )
    paragraph(document, f'<w:moveFrom w:id="3">{run("Tugs have the right of way.")}</w:moveFrom>')
    paragraph(document, run("Sails are furled at the mole."))
    paragraph(document, f'<w:moveTo w:id="4">{run("Tugs have the right of way.")}</w:moveTo>')
    paragraph(document, run("The depth is ") + f"<m:oMath>{_EQUATION}</m:oMath>" + run(" metres."))
    paragraph(
        document,
        run("Dues are paid weekly.")
        + '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="3"/></w:r>'
        + '<w:r><w:commentReference w:id="0"/></w:r>',
    )
    paragraph(document, run("See the board.") + box("Lanterns hang on the north pier."))
    paragraph(document, drawing("", "A chart of the inner basin with its two cranes"))
    chart = add_part(
        document,
        "charts/chart1.xml",
        "chart",
        CHART,
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    )
    paragraph(document, drawing(f'<c:chart r:id="{chart}"/>'))
    diagram = add_part(
        document,
        "diagrams/data1.xml",
        "diagramData",
        DIAGRAM,
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
    )
    paragraph(document, drawing(f'<dgm:relIds r:dm="{diagram}"/>'))
    append(
        document, f"<w:sdt><w:sdtContent><w:p>{run('Signed: Wiebke.')}</w:p></w:sdtContent></w:sdt>"
    )
    append(
        document,
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"<w:p>{run('Click here to enter a date.')}</w:p></w:sdtContent></w:sdt>",
    )
    paragraph(
        document,
        f'<w:smartTag>{run("Quay four")}</w:smartTag><w:fldSimple w:instr="X">{run(" is shut")}'
        f"</w:fldSimple><w:hyperlink>{run(' for dredging')}</w:hyperlink>{run('.')}",
    )
    table = document.add_table(3, 2)
    for at, words in enumerate(("Berth", "Length in m", "Old quay", "84", "New quay", "130")):
        table.cell(*divmod(at, 2)).text = words
    inner = table.cell(2, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Warden", "Tjark"
    _add_notes(document)
    return document


def _add_notes(document: Any) -> None:
    for kind, tag, number, text in (
        ("footnotes", "footnote", 2, "Fishing boats pay half."),
        ("endnotes", "endnote", 3, "Decided by the council."),
        ("comments", "comment", 0, "Is this still true?"),
    ):
        note = f'<w:{tag} w:id="{number}" w:author="Wiebke"><w:p>{run(text)}</w:p></w:{tag}>'
        add_part(
            document,
            f"{kind}.xml",
            kind,
            f"<w:{kind} {DECLARED}>{note}</w:{kind}>",
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml",
        )
    add_part(
        document,
        "part.htm",
        "aFChunk",
        "<html><body><p>Gulls are not fed on the jetty, says the council.</p></body></html>",
        "text/html",
    )
    reference = next(
        reference
        for reference, one in document.part.rels.items()
        if one.reltype.endswith("/aFChunk")
    )
    append(document, f'<w:altChunk r:id="{reference}"/>')


_EQUATION = (
    "<m:r><m:t>d=</m:t></m:r><m:f><m:num><m:r><m:t>v+w</m:t></m:r></m:num><m:den><m:r><m:t>2"
    "</m:t></m:r></m:den></m:f>"
)
