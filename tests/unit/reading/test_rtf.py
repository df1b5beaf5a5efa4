"""Rich text: words, code pages, properties, and input that would slow down the parser."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused

from bot.errors import ReadError
from bot.reading import read
from bot.types import Block, BlockKind, Metadata

pytestmark = pytest.mark.slow

HEAD = rb"{\rtf1\ansi\ansicpg1252"
VALID = (
    HEAD + rb"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset204 Arial;}}"
    rb"{\info{\title Caf\'e9 water}{\author A. Bekova}{\creatim\yr2024\mo2\dy8\hr10}}"
    rb"{\header 1}\f0 The \b spring\b0  has never run dry, not even in the summer of 1976"
    rb", it is said.\par\pard - cold\par - clear\par "
    rb"\trowd\cellx1\cellx2 Year\cell Price\cell\row\pard "
    rb"See {\field{\*\fldinst{HYPERLINK \"http://a.example\"}}{\fldrslt the map}}.\par "
    rb"{\f1 \'c2\'ee\'e4\'e0} \u8364?5 \u55357?\u56832? \{ok\}\par}"
)


def test_words_lists_and_tables() -> None:
    document = read(VALID, ".rtf")
    assert document.text == (
        "The spring has never run dry, not even in the summer of 1976, it is said.\n"
        "- cold\n- clear\n\nYear | Price\n\n\nSee the map.\nВода €5 😀 {ok}\n"
    )
    assert document.blocks == (
        Block(0, 73, BlockKind.PARAGRAPH),
        Block(74, 80, BlockKind.LIST_ITEM),
        Block(81, 88, BlockKind.LIST_ITEM),
        Block(90, 102, BlockKind.TABLE),
        Block(105, 117, BlockKind.PARAGRAPH),
        Block(118, 132, BlockKind.PARAGRAPH),
    )
    assert (document.marks, document.first_line, document.notes) == ((), None, ())
    assert document.metadata == Metadata(
        title="Café water",
        author="A. Bekova",
        date="2024-02-08",
        language="en",
        date_from="document properties: created",
    )


def test_a_text_states_its_date() -> None:
    made = rb"{\info{\creatim\yr2031\mo2\dy3}{\revtim\yr2032\mo1\dy2}}"
    body = rb"\pard The pier\par\par 14 September 2033\par\par It is open all year.\par}"
    document = read(HEAD + made + body, ".rtf")
    assert document.metadata.date == "2033-09-14"
    assert document.metadata.date_from == "a line at the head of the text"
    assert document.notes == ("dated by its text, 2033-09-14; its file was made 2031-02-03",)


def test_headings_are_found_as_in_plain_text() -> None:
    body = rb"\pard Water in the valley\par\par " + b"The spring above the village runs. " * 4
    document = read(HEAD + body + rb"\par}", ".rtf")
    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
    ]
    assert document.metadata.title == "Water in the valley"


@pytest.mark.parametrize(("page", "text"), [(b"932", "日\n"), (b"99999", "“ú\n")])
def test_the_code_page_is_the_one_stated_if_it_is_known(page: bytes, text: str) -> None:
    data = rb"{\rtf1\ansi\ansicpg" + page + rb" \'93\'fa\par}"
    assert read(data, ".rtf").text == text


def test_characters_that_no_text_holds_do_not_come_out() -> None:
    document = read(HEAD + rb" a\u0?b\u-10240?c\'01d" + b"\x00\x07e" + rb"\par}", ".rtf")
    assert document.text == "ab\ufffdcde\n"


def test_braces_and_backslashes_before_a_field_keep_their_meaning() -> None:
    field = rb"{\field{\*\fldinst{HYPERLINK \"a\"}}{\fldrslt link}}"
    assert read(HEAD + rb" \{\\" + field + rb"\}\par}", ".rtf").text == "{\\link}\n"


def test_pictures_do_not_count() -> None:
    picture = rb"{\pict\pngblip " + b"89504e470d0a\n" * 1_000_000 + b"}"
    assert read(HEAD + picture + rb" text\par}", ".rtf").text == " text\n"


@pytest.mark.parametrize("data", [b"", b"no rich text", b"\x00\x01", b"PK\x03\x04"])
def test_what_is_no_rich_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^no rich text\. Give the file the suffix"):
        read(data, ".rtf")


def test_too_much_is_refused_at_once() -> None:
    with pytest.raises(ReadError, match=r"^9 MB of rich text, more than is reasonable\. Split it"):
        read(HEAD + b"words " * 1_500_000 + b"}", ".rtf")


LINK = rb"{\field{\*\fldinst{"
HOSTILE = {
    "braces": b"{",
    "closing braces": b"}",
    "backslashes": b"\\",
    "fonts": rb"\f1",
    "tables of fonts": rb"{\fonttbl",
    "character sets": rb"\f0\fcharset0",
    "links": LINK + b'HYPERLINK "a"}}{a a',
    "open links": LINK,
    "escaped links": rb"\\" + LINK + b'HYPERLINK "a"}}{a a',
    "addresses": b'HYPERLINK "',
    "titles": rb"{\title ",
    "escapes": rb"\'e9",
    "blanks": b" ",
}


@pytest.mark.parametrize("head", [b" ", rb"{\fonttbl", LINK])
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_repetition_ends_soon(name: str, head: bytes) -> None:
    part = HOSTILE[name]
    begun = time.process_time()
    sound_or_refused(HEAD + head + part * (200_000 // len(part)), ".rtf")
    assert time.process_time() - begun < 5


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    at = int(place * len(VALID))
    sound_or_refused(HEAD + noise, ".rtf")
    sound_or_refused(VALID[:at] + noise + VALID[at + gap :], ".rtf")


@given(st.lists(st.sampled_from([*HOSTILE.values(), rb"\u55357?", rb"\par", rb"\uc", rb"\bin9"])))
@settings(max_examples=60, deadline=None)
def test_any_markup_is_refused_or_sound(parts: list[bytes]) -> None:
    sound_or_refused(HEAD + b" a".join(parts), ".rtf")
