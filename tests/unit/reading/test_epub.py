"""Books: the spine, chapters and their marks, metadata, protection, and hostile archives."""

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
from bot.types import Block, BlockKind, Mark, Metadata

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The spring</dc:title>
<dc:creator>A. Bekova</dc:creator><dc:creator>J. Roe</dc:creator>
<dc:date>2024-02-08T00:00:00Z</dc:date>
<dc:language>en-GB</dc:language><dc:publisher>Steppe Press</dc:publisher></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="one" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="../two.xhtml#top" media-type="application/xhtml+xml"/>
<item id="extra" href="extra.xhtml" media-type="application/xhtml+xml"/>
<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.svg" media-type="image/svg+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="cover"/><itemref idref="one"/>
<itemref idref="extra" linear="no"/><itemref idref="two"/><itemref idref="gone"/></spine>
</package>"""
XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
MEMBERS = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/nav.xhtml": XHTML + "<body><nav><ol><li>One</li></ol></nav></body></html>",
    "OEBPS/text/one a.xhtml": XHTML + '<body><h1>Water<a id="x"/></h1><p>It&nbsp;is<br/>café.</p>'
    "<ul><li>cold</li></ul></body></html>",
    "two.xhtml": XHTML + "<body><p>Share</p><table><tr><th>Year</th><th>Price</th></tr><tr>"
    "<td>1921</td><td>4</td></tr></table></body></html>",
    "OEBPS/extra.xhtml": XHTML + "<body><p>An answer.</p></body></html>",
}


def packed(members: Mapping[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def book(chapter: str, metadata: str = "", **others: str) -> bytes:
    """A book of one chapter."""
    package = (
        f"<package><metadata>{metadata}</metadata>"
        '<manifest><item id="a" href="a.html" media-type="text/html"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    members = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    return packed({**members, "OEBPS/a.html": chapter, **others})


def test_chapters_follow_the_spine_and_keep_their_structure() -> None:
    document = read(packed(MEMBERS), ".epub")
    assert document.text == (
        "Water\n\nIt\xa0is\ncafé.\n\n- cold\n\nAn answer.\n\nShare\n\nYear: 1921 | Price: 4"
    )
    assert document.blocks == (
        Block(0, 5, BlockKind.HEADING, 1),
        Block(7, 18, BlockKind.PARAGRAPH),
        Block(20, 26, BlockKind.LIST_ITEM),
        Block(28, 38, BlockKind.PARAGRAPH),
        Block(40, 45, BlockKind.PARAGRAPH),
        Block(47, 68, BlockKind.TABLE),
    )
    assert document.marks == (
        Mark(0, "chapter 1", divides=True),
        Mark(28, "supplement 1", divides=True),
        Mark(40, "chapter 2", divides=True),
    )
    assert document.notes == (
        "chapter 3 is not read: the book does not hold it. Get another copy of the file.",
    )
    assert document.metadata == Metadata(
        title="The spring",
        publisher="Steppe Press",
        author="A. Bekova, J. Roe",
        date="2024-02-08",
        language="en",
        date_from="book metadata: date",
    )


@pytest.mark.parametrize(
    ("dates", "day", "place"),
    [
        ('<date event="modification">2024-05-01</date><date>2019</date>', "2019", "date"),
        ('<date event="creation">2024-05-01</date>', "2024-05-01", "date of creation"),
        ("<date>0101-01-01T00:00:00+00:00</date>", None, None),
    ],
)
def test_a_book_is_dated_by_when_it_came_out(
    dates: str, day: str | None, place: str | None
) -> None:
    chapter = book("<p>It is deep.</p>", metadata=dates)
    metadata = read(chapter, ".epub").metadata
    assert (metadata.date, metadata.date_from) == (day, place and f"book metadata: {place}")


def test_a_book_without_a_title_is_named_after_its_first_heading() -> None:
    document = read(book("<h2>The\n  well</h2><p>It is deep.</p>"), ".epub")
    assert document.metadata.title == "The well"
    assert document.blocks[0].level == 2


def test_a_chapter_that_the_spine_repeats_is_read_once() -> None:
    package = PACKAGE.replace('<itemref idref="one"/>', '<itemref idref="one"/>' * 1_000)
    assert read(packed({**MEMBERS, "OEBPS/book.opf": package}), ".epub") == read(
        packed(MEMBERS), ".epub"
    )


def test_a_chapter_that_cannot_be_read_is_noted() -> None:
    members = {**MEMBERS, "OEBPS/extra.xhtml": b"", "two.xhtml": b"\0\1\2"}
    document = read(packed(members), ".epub")
    assert document.text == "Water\n\nIt\xa0is\ncafé.\n\n- cold"
    assert [note[:30] for note in document.notes] == [
        "supplement 1 is not read: empt",
        "chapter 2 is not read: binary,",
        "chapter 3 is not read: the boo",
    ]


def test_protected_chapters_are_refused_but_not_mere_fonts() -> None:
    def encrypted(path: str) -> str:
        return (
            '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
            'xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData>'
            f'<CipherReference URI="{path}"/></CipherData></EncryptedData></encryption>'
        )

    with pytest.raises(ReadError, match=r"^protected \(DRM\): its chapters are encrypted\."):
        read(
            packed({**MEMBERS, "META-INF/encryption.xml": encrypted("OEBPS/extra.xhtml")}), ".epub"
        )
    fonts = packed({**MEMBERS, "META-INF/encryption.xml": encrypted("OEBPS/a.otf")})
    assert read(fonts, ".epub").metadata.title == "The spring"


def test_paths_never_leave_the_archive() -> None:
    package = PACKAGE.replace("../two.xhtml", "../../../../../../etc/hostname")
    document = read(packed({**MEMBERS, "OEBPS/book.opf": package}), ".epub")
    assert document.text.endswith("An answer.")
    assert document.notes[0].startswith("chapter 2 is not read: the book does not hold it.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        packed({}),
        packed(MEMBERS)[:-100],
        packed({"META-INF/container.xml": CONTAINER}),
        packed({"META-INF/container.xml": "<container/>"}),
        packed({**MEMBERS, "OEBPS/book.opf": "<package>"}),
    ],
)
def test_a_damaged_book_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged"):
        read(data, ".epub")


def test_a_book_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(book("<html><body><img src='x'/></body></html>"), ".epub")


def test_an_archive_that_unpacks_without_end_is_refused_unread() -> None:
    with pytest.raises(ReadError, match=r"^unpacks to 30 MB, more than is reasonable"):
        read(packed({**MEMBERS, "two.xhtml": b"\0" * (30 * 1024 * 1024)}), ".epub")


def test_entities_are_not_expanded() -> None:
    entities = (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/hosts">]>'
    )
    package = PACKAGE.replace("<package", entities + "<package").replace("spring<", "spring&b;&f;<")
    document = read(packed({**MEMBERS, "OEBPS/book.opf": package}), ".epub")
    assert document.metadata.title == "The spring"
    chapter = read(book(f"{entities}<html><body><p>Cold &b; &f;.</p></body></html>"), ".epub")
    assert "aaaa" not in chapter.text.replace('"aaaa"', "")
    assert chapter.text.endswith("Cold &b; &f;.")


NESTED = "<div>" * 5_000 + "deep" + "</div>" * 5_000


def test_a_chapter_nested_absurdly_is_noted_and_not_read() -> None:
    document = read(packed({**MEMBERS, "OEBPS/extra.xhtml": NESTED}), ".epub")
    assert document.notes[0].startswith("supplement 1 is not read: nested too deeply")


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    valid = packed(MEMBERS)
    at = int(place * len(valid))
    sound_or_refused(noise, ".epub")
    sound_or_refused(valid[:at] + noise + valid[at + gap :], ".epub")


@given(
    st.sampled_from(sorted(MEMBERS)), st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60)
)
@settings(max_examples=60, deadline=None)
def test_damaged_members_are_refused_or_sound(
    name: str, noise: bytes, place: float, gap: int
) -> None:
    source = MEMBERS[name].encode()
    at = int(place * len(source))
    sound_or_refused(packed({**MEMBERS, name: source[:at] + noise + source[at + gap :]}), ".epub")
