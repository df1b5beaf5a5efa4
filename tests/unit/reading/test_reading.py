"""What holds for every format: the surface of the room, its errors, its invariants."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused

from bot.errors import ReadError
from bot.reading import READING_VERSION, SUFFIXES, read
from bot.reading.registry import READERS
from bot.types import Block, BlockKind

MARKUP = st.lists(
    st.sampled_from(
        [
            *("# ", "## ", "- ", "1. ", "> ", "    ", "```", "~~~", "---", "===", "***", "\t"),
            *("**", "*", "`", "``", "[a](b)", "[a]: b", "[^1]", "[^1]: ", "![x](y", "| a | b |"),
            *("|---|---|", "<b>", "</b>", "<div>", "</div>", "<!--", "-->", "<br>", "<pre>", "<p>"),
            *("<li>", "<ul>", "<td>", "<tr>", "<table>", "</table>", "<script>", "</script>"),
            *("&amp;", "&#10;", "&#13;", "&#xD800;", "&#0;", "\\", "\n", "\n", "\n\n", " ", "  "),
            *("Share", "Read more", "Leave a Reply", "Skip to content", "May 9, 2025", "Q: Why?"),
            *("\x0c", "\x1f", "\x85", "\u2028", "\xa0", "\ufeff", "\u200b", "é", "字", "🙂", "a"),
            "The committee met on Tuesday to discuss the supply of minerals and other matters. ",
        ]
    ),
    max_size=40,
).map("".join)


def test_the_suffixes_are_those_that_are_documented() -> None:
    documents = ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .pptx .epub .rtf .odt .odp"
    tables = ".csv .tsv .xlsx .xlsm .ods .json .jsonl .ndjson"
    others = ".eml .srt .vtt .ass .ssa"
    assert {*f"{documents} {tables} {others}".split()} == SUFFIXES
    assert isinstance(READING_VERSION, int)


def test_a_suffix_may_be_written_in_capitals() -> None:
    assert read(b"Hello.", ".TXT").text == "Hello."


def test_an_unknown_suffix_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ReadError, match=r"no reader for '\.mobi'.*\.docx.*\.txt"):
        read(b"Hello.", ".mobi")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\x00\x01\x02", b"\xff\xfe\x00\xd8"])
def test_empty_and_binary_files_are_refused(suffix: str, data: bytes) -> None:
    with pytest.raises(ReadError):
        read(data, suffix)


def test_keeping_boilerplate_keeps_every_block() -> None:
    page = b"Title of the page\n\nSource: Link\n\nShare\n\nA sentence that says something.\n"
    assert [block.skipped for block in read(page, ".txt").blocks] == [
        None,
        "source link",
        None,
        None,
    ]
    kept = read(page, ".txt", keep_boilerplate=True)
    assert [block.skipped for block in kept.blocks] == [None] * 4
    assert kept.metadata == read(page, ".txt").metadata


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@given(data=st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_bytes_make_a_sound_document_or_a_read_error(suffix: str, data: bytes) -> None:
    sound_or_refused(data, suffix)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@given(text=MARKUP)
@settings(max_examples=120, deadline=None)
def test_any_markup_makes_a_sound_document_or_a_read_error(suffix: str, text: str) -> None:
    sound_or_refused(text.encode(), suffix)


@given(st.binary(max_size=200), st.integers(0, 7), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_damaged_archives_and_pdfs_are_refused_or_sound(
    noise: bytes, which: int, place: int
) -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", noise)
        archive.writestr("word/document.xml", b"<w:document>" + noise)
    for head, suffix in ((buffer.getvalue(), ".docx"), (b"%PDF-1.7\n1 0 obj\n", ".pdf")):
        sound_or_refused(head[:place] + noise + head[place + which :], suffix)


def test_text_after_extraction_is_the_text_of_the_file() -> None:
    source = "  Two  blanks\tand a tab \n\n\nkept as they are  \n"
    document = read(source.encode(), ".txt")
    assert document.text == source
    assert document.blocks == (
        Block(2, 23, BlockKind.PARAGRAPH),
        Block(27, 43, BlockKind.PARAGRAPH),
    )


def test_every_suffix_has_a_reader() -> None:
    assert set(READERS) == SUFFIXES


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pptx"])
@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("EncryptedPackage", r"^protected by a password\. Save it without one\.$"),
        ("WordDocument", r"^an old Word file \(\.doc\), whatever .*\. Save it as \.docx\.$"),
        ("Workbook", r"^an old Excel file \(\.xls\), whatever .*\. Save it as \.xlsx\.$"),
        ("Other", r"^an old Office file, whatever its name says\."),
    ],
)
def test_what_office_wraps_in_its_old_container_is_told(
    suffix: str, stream: str, reason: str
) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")
    with pytest.raises(ReadError, match=reason):
        read(container + bytes(900), suffix)
