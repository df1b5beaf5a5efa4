"""From bytes to text: stated encodings, guessed ones, damage and binary data."""

from __future__ import annotations

import pytest

from bot.errors import ReadError
from bot.reading import read
from bot.reading.decoding import decode

GERMAN = "Die Größe der Anlage übertrifft alle Erwartungen – „so“ sagte er.\nZweite Zeile."
RUSSIAN = "Новый завод сможет перерабатывать до двадцати тысяч тонн аккумуляторов в год."
CHINESE = "新工厂每年可处理两万吨废旧电池，并从中提取铅、镍和锂。该企业将创造三百多个就业岗位。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_byte_order_mark(encoding: str) -> None:
    decoded = decode(GERMAN.encode(encoding))
    assert decoded.text == GERMAN
    assert decoded.notes == ()


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_byte_orders_of_utf16_are_read(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert decode(mark + RUSSIAN.encode(encoding)).text == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (GERMAN, "cp1252", "cp1252"),
        ("Café", "latin-1", "cp1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8_r"),
        (CHINESE, "gb18030", "gb18030"),
    ],
)
def test_older_encodings_are_guessed_and_noted(text: str, encoding: str, name: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.notes == (f"read as {name}",)


def test_the_note_reaches_the_document() -> None:
    assert read(GERMAN.encode("cp1252"), ".txt").notes == ("read as cp1252",)


def test_newlines_become_line_feeds_and_nothing_else_changes() -> None:
    assert decode(b" a\r\nb\rc\n\r\n\x0cd\x1b \n").text == " a\nb\nc\n\n\x0cd\x1b \n"


def test_damaged_utf8_names_byte_and_line() -> None:
    data = "Größe über alles\nund Öl ".encode() + b"\xff" + " für später".encode()
    assert data.index(b"\xff") == 28
    with pytest.raises(ReadError, match=r"^damaged UTF-8 at byte 28, line 2\. Save .* as UTF-8\.$"):
        decode(data)


def test_utf8_cut_off_within_a_character_is_damaged() -> None:
    with pytest.raises(ReadError, match="damaged UTF-8 at byte 13, line 1"):
        decode("Größe, Maßé".encode()[:-1])


def test_damaged_utf16_names_the_place_in_the_file() -> None:
    data = b"\xff\xfe" + "ab\n".encode("utf-16-le") + b"\x00\xd8" + "c".encode("utf-16-le")
    with pytest.raises(ReadError, match="damaged UTF-16 at byte 8, line 2"):
        decode(data)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x14\x00\x06\x00", b"\x89PNG\r\n\x1a\n\x01\x02\x03", b"a\0b"]
)
def test_binary_data_is_named_as_such(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^binary, not text"):
        decode(data)


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_named_as_such(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        decode(data)


def test_a_declared_encoding_is_believed_where_it_holds() -> None:
    assert decode("Привет".encode("cp1251"), "windows-1251").text == "Привет"
    assert decode("日本語です".encode("iso-2022-jp"), "iso-2022-jp").text == "日本語です"


def test_latin_1_is_taken_for_what_it_is_in_practice() -> None:
    assert decode("“Größe”".encode("cp1252"), "iso-8859-1").text == "“Größe”"


@pytest.mark.parametrize("declared", ["windows-1251", "utf-16", "unicode_escape", "no-such"])
def test_a_false_declaration_does_not_spoil_utf8(declared: str) -> None:
    assert decode(RUSSIAN.encode(), declared).text == RUSSIAN
    assert decode(b"plain words", declared).text == "plain words"
