"""Comments of reviewers: with the text that they are about, with answers, in old files and new."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pptx
from openpyxl.comments import Comment
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from . import Written
from .open_documents import packed

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office"
_OLD = "http://schemas.openxmlformats.org/presentationml/2006/main"
_NEW = f"{_MICROSOFT}/powerpoint/2018/8/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def documents() -> Iterator[Written]:
    """A document for each way in which comments are kept."""
    yield _word()
    yield _open_text()
    yield _slides("comments on slides", _old_parts())
    yield _slides("comments on slides with answers", _new_parts())
    yield _sheet()


def _word() -> Written:
    document = docx.Document()
    paragraph = document.add_paragraph("The lock opens at dawn, ")
    runs = [paragraph.add_run("and boats queue "), paragraph.add_run("by size.")]
    document.add_comment(runs, "Nobody measures them.", "Hedda Roos", "HR")
    document.add_paragraph("No more than twelve fit in.")
    return Written(
        "comments on parts of a sentence",
        ".docx",
        saved(document),
        pieces=(
            "The lock opens at dawn, and boats queue by size.",
            "No more than twelve fit in.",
            "Comments",
            "Comment by Hedda Roos on “and boats queue by size.”: Nobody measures them.",
        ),
        notes=("comments of reviewers, read and marked as comments: 1",),
        title="",
    )


def _open_text() -> Written:
    body = (
        "<text:p>The sluice is <office:annotation office:name='a'><dc:creator>Hedda Roos"
        "</dc:creator><text:p>Since when?</text:p></office:annotation>shut<text:s/>in winter"
        "<office:annotation-end office:name='a'/> for repairs.</text:p>"
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone."
        "<office:annotation><text:p>Dropped.</text:p></office:annotation></text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    return Written(
        "comments on parts of a sentence",
        ".odt",
        packed("text", body),
        pieces=(
            "The sluice is shut in winter for repairs.",
            "Comment by Hedda Roos on “shut in winter”: Since when?",
        ),
        absent=("Dropped.",),
        notes=("comments of reviewers, read and marked as comments: 1",),
        title="",
    )


def _slides(name: str, parts: tuple[tuple[str, str, str], ...]) -> Written:
    presentation = pptx.Presentation()
    for title in ("Fares of the ferry", "Fares of the night boat"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
    owners = (presentation.part, presentation.slides[0].part)
    for owner, (path, kind, source) in zip(owners, parts, strict=True):
        part = Part(PackURI(f"/ppt/{path}.xml"), "application/xml", owner.package, source.encode())
        owner.relate_to(part, kind)
    answer = "Comment by Tjark on slide 1: No, in June."
    return Written(
        name,
        ".pptx",
        saved(presentation),
        pieces=(
            "Fares of the ferry",
            "Fares of the night boat",
            "Comments",
            "Comment by Hedda Roos on slide 1: Do they rise in May?",
            *((answer,) if "reply" in parts[1][2] else ()),
        ),
        notes=("comments of reviewers, read and marked as comments:",),
        title="Fares of the ferry",
    )


def _old_parts() -> tuple[tuple[str, str, str], ...]:
    return (
        (
            "commentAuthors",
            f"{_RELATIONS}/commentAuthors",
            f'<p:cmAuthorLst xmlns:p="{_OLD}"><p:cmAuthor id="4" name="Hedda Roos"/>'
            "</p:cmAuthorLst>",
        ),
        (
            "comments/comment1",
            f"{_RELATIONS}/comments",
            f'<p:cmLst xmlns:p="{_OLD}"><p:cm authorId="4"><p:text>Do they rise in May?</p:text>'
            "</p:cm></p:cmLst>",
        ),
    )


def _new_parts() -> tuple[tuple[str, str, str], ...]:
    def body(words: str) -> str:
        return f"<c:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></c:txBody>"

    return (
        (
            "authors",
            f"{_MICROSOFT}/2018/10/relationships/authors",
            f'<c:authorLst xmlns:c="{_NEW}"><c:author id="{{A}}" name="Hedda Roos"/>'
            '<c:author id="{B}" name="Tjark"/></c:authorLst>',
        ),
        (
            "comments/modernComment1",
            f"{_MICROSOFT}/2018/10/relationships/comments",
            f'<c:cmLst xmlns:c="{_NEW}" xmlns:a="{_DRAWING}"><c:cm authorId="{{A}}"><c:replyLst>'
            f'<c:reply authorId="{{B}}">{body("No, in June.")}</c:reply></c:replyLst>'
            f"{body('Do they rise in May?')}</c:cm></c:cmLst>",
        ),
    )


def _sheet() -> Written:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Fares"
    for row in (("Boat", "Fare"), ("Ferry", 7), ("Night boat", 19)):
        sheet.append(row)
    copy = "[Threaded comment]\n\nOpen it in a new version.\n\nComment:\n    Is it paid?"
    sheet["B3"].comment = Comment(copy, "tc={1}")
    sheet["B2"].comment = Comment("Tjark:\nChildren pay half.", "Tjark")
    space = f"{_MICROSOFT}/spreadsheetml/2018/threadedcomments"
    thread = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="B3" personId="{{P}}">'
        '<text>Is it paid?</text></threadedComment><threadedComment ref="B3" personId="{Q}">'
        "<text>In advance.</text></threadedComment></ThreadedComments>"
    )
    persons = (
        f'<personList xmlns="{space}"><person id="{{P}}" displayName="Hedda Roos"/>'
        '<person id="{Q}" displayName="Tjark"/></personList>'
    )
    data = with_parts(
        saved(workbook),
        {"xl/threadedComments/one.xml": thread, "xl/persons/person.xml": persons},
        {
            "xl/worksheets/_rels/sheet1.xml.rels": (
                "threadedComment",
                "/xl/threadedComments/one.xml",
            ),
            "xl/_rels/workbook.xml.rels": ("person", "/xl/persons/person.xml"),
        },
    )
    return Written(
        "comments on cells with answers",
        ".xlsx",
        data,
        rows=({"Boat": "Night boat", "Fare": "19"},),
        pieces=(
            "Comments",
            "Comment by Hedda Roos on B3 of sheet Fares, “19”: Is it paid?",
            "Comment by Tjark on B3 of sheet Fares, “19”: In advance.",
            "Comment by Tjark on B2 of sheet Fares, “7”: Children pay half.",
        ),
        absent=("Open it in a new version",),
    )


def with_parts(data: bytes, parts: dict[str, str], relations: dict[str, tuple[str, str]]) -> bytes:
    """An Office file with more parts, which others of its parts refer to."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8", "surrogateescape")
            if name in relations:
                kind, path = relations[name]
                one = f'<Relationship Id="x{kind}" Type="{_MICROSOFT}/2017/10/relationships/{kind}"'
                content = content.replace(
                    "</Relationships>", f'{one} Target="{path}"/></Relationships>'
                )
            target.writestr(name, content.encode("utf-8", "surrogateescape"))
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def saved(document: Any) -> bytes:
    """The bytes of a document that a library of Office formats makes."""
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
