"""Word documents: order, styles, tables, notes, and archives that are damaged or too large."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from places import BENCH

from bot.errors import ReadError
from bot.reading import read
from bot.reading.common.left_out import COMMENTS, DELETED, HIDDEN, PLACEHOLDERS, remarks

sys.path.append(str(BENCH))

from written_documents.word_parts import everything


def packed(document: docx.document.Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_paragraphs_headings_lists_and_tables_in_order() -> None:
    document = docx.Document()
    document.core_properties.title = "Water report"
    document.core_properties.author = "A. Bekova"
    document.core_properties.created = datetime(2024, 2, 8)
    document.core_properties.language = "en-GB"
    document.add_heading("Water", 0)
    document.add_heading("Who owns it?", 2)
    document.add_paragraph("The town\tdoes.").add_run("\nSince 1921.")
    document.add_paragraph("")
    document.add_paragraph("cold", style="List Bullet")
    document.add_paragraph("clear", style="List Number 2")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "Year"
    table.cell(0, 1).text = "Price\nin pounds"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "none"
    document.add_paragraph("The end.")

    result = read(packed(document), ".docx")
    assert result.text == (
        "Water\n\nWho owns it?\n\nThe town\tdoes.\nSince 1921.\n\n- cold\n\n1. clear\n\n"
        "Year | Price in pounds\n\nnone\n\nThe end."
    )
    assert [(block.kind.value, block.level) for block in result.blocks] == [
        ("heading", 1),
        ("question", 2),
        ("paragraph", 0),
        ("list item", 0),
        ("list item", 0),
        ("table", 0),
        ("table", 0),
        ("paragraph", 0),
    ]
    metadata = result.metadata
    assert (metadata.title, metadata.author) == ("Water report", "A. Bekova")
    assert (metadata.date, metadata.language) == ("2024-02-08", "en")
    assert result.first_line is None


def test_the_title_falls_back_to_the_first_heading() -> None:
    document = docx.Document()
    document.core_properties.title = "Word Document"
    document.add_paragraph("Before.")
    document.add_heading("Water\nand stone", 1)
    assert read(packed(document), ".docx").metadata.title == "Water and stone"


def test_changes_are_read_as_accepted_and_wrappers_are_looked_into() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Kept ")
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>and added</w:t></w:r></w:ins>"))
    paragraph._p.append(
        parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText> and gone</w:delText></w:r></w:del>")
    )
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert read(packed(document), ".docx").text == "In a control\n\nKept and added"


def test_footnotes_follow_the_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The spring never ran dry.")
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
    notes = (
        f"<w:footnotes {nsdecls('w')}>"
        "<w:footnote w:type='separator' w:id='-1'><w:p/></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:t>Parish register.</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>"
    )
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    part = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert read(packed(document), ".docx").text == (
        "The spring never ran dry.[2]\n\n[2] Parish register."
    )


def test_every_run_of_text_is_read_or_counted_in_a_note() -> None:
    data = packed(everything())
    document = read(data, ".docx")
    outside = {
        qn("w:del"): DELETED,
        qn("w:sdt"): PLACEHOLDERS,
    }
    left_out = Counter[str]()
    runs = 0
    with ZipFile(BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.endswith(".xml")]
        for root in (parse_xml(archive.read(name)) for name in parts):
            for text in root.iter(qn("w:t"), qn("w:delText"), qn("m:t"), qn("a:t"), qn("c:v")):
                runs += 1
                if text.text.strip() in document.text:
                    continue
                above = [element.tag for element in text.iterancestors()]
                is_hidden = text.getparent().find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None
                reason = next((outside[tag] for tag in above if tag in outside), None)
                left_out[HIDDEN if is_hidden else str(reason)] += 1
    assert runs > 40
    assert sorted(document.notes) == sorted(remarks({**left_out, COMMENTS: 1}))


def test_a_document_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(packed(docx.Document()), ".docx")


@pytest.mark.parametrize("data", [b"", b"no archive", packed(docx.Document())[:-300]])
def test_a_damaged_document_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no Word \(\.docx\) file: .*save it anew\.$"):
        read(data, ".docx")


def test_an_archive_that_unpacks_without_end_is_refused_unread() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (30 * 1024 * 1024))
    assert len(buffer.getvalue()) < 50_000
    with pytest.raises(ReadError, match=r"^unpacks to 30 MB, more than is reasonable"):
        read(buffer.getvalue(), ".docx")
