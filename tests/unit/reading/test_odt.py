"""Open documents: order, styles, lists, tables, notes, slides, and hostile archives."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused

from bot.errors import ReadError
from bot.reading import read
from bot.types import Block, BlockKind, Document, Mark, Metadata

NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "draw": "drawing",
    "style": "style",
    "meta": "meta",
    "presentation": "presentation",
}
NAMESPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" ' + " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in NAMES.items()
)
META = f"""<office:document-meta {NAMESPACES}><office:meta><dc:title>Water report</dc:title>
<meta:initial-creator>A. Bekova</meta:initial-creator><dc:creator>J. Roe</dc:creator>
<meta:creation-date>2024-02-08T10:15:00.123</meta:creation-date><dc:language>en-GB</dc:language>
</office:meta></office:document-meta>"""


def packed(members: Mapping[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def content(body: str, kind: str = "text", before: str = "", styles: str = "") -> str:
    return (
        f"<?xml version='1.0'?>{before}<office:document-content {NAMESPACES}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )


def document_of(body: str, **others: str) -> Document:
    return read(packed({"content.xml": content(body, **others), "meta.xml": META}), ".odt")


BODY = """<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p>
</text:deletion></text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">Water</text:p><text:h text:outline-level="2">Who owns it?</text:h>
<text:p>The <text:span>town</text:span><text:s text:c="2"/>does<text:note><text:note-citation>1
</text:note-citation><text:note-body><text:p>Parish
register.</text:p></text:note-body></text:note>.<text:line-break/>Since<text:tab/>1921<office:annotation>
<text:p>Really?</text:p></office:annotation>.</text:p><text:p/>
<text:list><text:list-item><text:p>cold</text:p><text:p>very</text:p><text:list><text:list-item>
<text:p>icy</text:p></text:list-item></text:list></text:list-item></text:list>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Year</text:p>
</table:table-cell><table:table-cell><text:p>Price</text:p><text:p>in pounds</text:p>
</table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell
table:number-columns-spanned="2"><text:p>none</text:p></table:table-cell>
<table:covered-table-cell/></table:table-row></table:table>
<text:section><text:p>A box<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box>
</draw:frame>: above.</text:p></text:section>"""


def test_paragraphs_headings_lists_tables_and_notes_in_order() -> None:
    title = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    document = document_of(BODY, styles=title)
    assert document.text == (
        "Water\n\nWho owns it?\n\nThe town  does[1].\nSince\t1921.\n\n- cold\n\nvery\n\n- icy\n\n"
        "Year | Price in pounds\n\nnone\n\nA box: above.\n\nIn the box.\n\n[1] Parish register."
        "\n\nComments\n\nComment on “The town does. Since 1921.”: Really?"
    )
    starts = [0, 7, 21, 53, 61, 67, 74, 98, 104, 119, 132, 154, 164]
    assert [block.start for block in document.blocks] == starts
    assert document.blocks[:3] == (
        Block(0, 5, BlockKind.HEADING, 1),
        Block(7, 19, BlockKind.QUESTION, 2),
        Block(21, 51, BlockKind.PARAGRAPH),
    )
    assert [block.kind.value for block in document.blocks[3:]] == [
        *("list item", "list item", "list item", "table", "table"),
        *("paragraph", "paragraph", "paragraph", "heading", "paragraph"),
    ]
    assert document.metadata == Metadata(
        title="Water report",
        author="A. Bekova",
        date="2024-02-08",
        language="en",
        date_from="document properties: created",
    )
    assert (document.marks, document.first_line) == ((), None)
    assert document.notes == (
        "tracked deletions that are left out: 1",
        "comments of reviewers, read and marked as comments: 1",
    )


def test_the_title_falls_back_to_the_first_heading() -> None:
    source = content("<text:p>Before.</text:p><text:h>Water\n and  stone</text:h>")
    document = read(packed({"content.xml": source}), ".odt")
    assert document.metadata.title == "Water and stone"
    assert document.blocks[1] == Block(9, 24, BlockKind.HEADING, 1)


def test_notes_in_tables_follow_the_text_once() -> None:
    note = (
        "<text:note><text:note-citation>i</text:note-citation><text:note-body>"
        "<text:p>So they say.</text:p></text:note-body></text:note>"
    )
    document = document_of(
        "<table:table><table:table-row><table:table-cell><text:p>Year" + note + "</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    assert document.text == "Year[i]\n\n[i] So they say."


def test_slides_are_marked() -> None:
    frame = "<draw:frame{}><draw:text-box>{}</draw:text-box></draw:frame>"
    item = "<text:list><text:list-item><text:p>cold</text:p></text:list-item></text:list>"
    body = (
        "<draw:page>"
        + frame.format("", item)
        + frame.format(' presentation:class="title"', "<text:p>Water</text:p>")
        + "<presentation:notes>"
        + frame.format("", "<text:p>Speak slowly.</text:p>")
        + "</presentation:notes></draw:page><draw:page><draw:g>"
        + frame.format("", "<text:p>The end.</text:p>")
        + "</draw:g></draw:page>"
    )
    source = content(body, kind="presentation")
    document = read(packed({"content.xml": source}), ".odp")
    assert document.text == "Water\n\n- cold\n\nSpeak slowly.\n\nThe end."
    assert document.marks == (
        Mark(0, "slide 1", divides=True),
        Mark(15, "slide 1, notes"),
        Mark(30, "slide 2", divides=True),
    )
    assert document.blocks[0] == Block(0, 5, BlockKind.HEADING, 1)


VALID = {"content.xml": content(BODY), "meta.xml": META}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        packed({}),
        packed(VALID)[:-60],
        packed({"content.xml": "<office:document-content"}),
        packed({"content.xml": content("<text:section>" * 5_000)}),
        packed({"content.xml": content("<text:section>" * 500 + "</text:section>" * 500)}),
    ],
)
def test_a_damaged_document_is_refused(data: bytes) -> None:
    with pytest.raises(
        ReadError, match=r"^damaged, or no open document \(\.odt, \.odp, \.ods\) file: "
    ):
        read(data, ".odt")


def test_a_document_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        document_of("<text:p/>")


def test_a_document_with_a_password_is_refused_as_such() -> None:
    manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(ReadError, match=r"^protected by a password\. Save it without one\.$"):
        read(packed({"META-INF/manifest.xml": manifest, "content.xml": b"\x01\x02"}), ".odt")


def test_an_archive_that_unpacks_without_end_is_refused_unread() -> None:
    with pytest.raises(ReadError, match=r"^unpacks to 30 MB, more than is reasonable"):
        read(packed({**VALID, "content.xml": b"\0" * (30 * 1024 * 1024)}), ".odt")


def test_entities_are_not_expanded() -> None:
    entities = (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/hosts">]>'
    )
    document = document_of("<text:p>Cold &b;&f;water&b;.</text:p>&b;", before=entities)
    assert document.text == "Cold water."


def test_absurd_numbers_are_bounded() -> None:
    document = document_of(
        '<text:h text:outline-level="99999999999">Deep</text:h>'
        '<text:p>a<text:s text:c="999999999999"/>b<text:s text:c="-3"/>c'
        '<text:s text:c="9000"/>d</text:p>'
    )
    assert document.blocks[0].level == 9
    assert document.text == "Deep\n\na" + " " * 100 + "b c" + " " * 100 + "d"


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    valid = packed(VALID)
    at = int(place * len(valid))
    sound_or_refused(noise, ".odt")
    sound_or_refused(valid[:at] + noise + valid[at + gap :], ".odt")


PARTS = [
    "<text:p>",
    "</text:p>",
    "<text:note>",
    "<table:table>",
    "<draw:text-box>",
    "&a;",
    "x",
    "\r",
]


@given(st.lists(st.sampled_from(PARTS), max_size=6).map("".join), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_damaged_content_is_refused_or_sound(noise: str, place: float) -> None:
    source = VALID["content.xml"]
    at = int(place * len(source))
    sound_or_refused(packed({**VALID, "content.xml": source[:at] + noise + source[at:]}), ".odt")
