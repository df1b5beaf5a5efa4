"""From bytes to text: stated encodings, guessed ones, damage and binary data."""

from __future__ import annotations

import pytest

from bot.errors import ReadError
from bot.reading import read
from bot.reading.common.decoding import decode

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


def test_a_declared_encoding_with_a_nul_character_is_none() -> None:
    assert decode("Grå sten".encode(), "latin\0-1").text == "Grå sten"


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


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Łódka płynie, a żagle są białe. Gość śpi.", "iso8859_2"),
        ("Žlutý kůň šel přes řeku. Šest dní ještě čekal.", "iso8859_2"),
        ("Žlutý kůň šel přes řeku. Šest dní ještě čekal.", "cp1250"),
        ("Az őr a gyűrűt kérte. Később főztek.", "cp1250"),
        ("Kışın çarşıda ağır bir iş vardı.", "cp1254"),
        ("La forêt brûle où l'été s'achève à côté.", "cp850"),
        ("La forêt brûle où l’été s’achève à côté.", "mac_roman"),
        ("Über die Brücke fährt größerer Verkehr.", "cp850"),
        ("図書館は月曜日に休みます。", "iso2022_jp"),
        ("The gate is shut.\nIt opens at nine.\n", "utf-16-le"),
        ("The gate is shut.\nIt opens at nine.\n", "utf-16-be"),
        ("图书馆星期一休息。\n读者可以借三本书。\n", "utf-16-le"),
        ("图书馆星期一休息。\n读者可以借三本书。\n", "utf-16-be"),
    ],
)
def test_what_stands_within_words_tells_the_encoding(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.notes[0].startswith("read as ")


def test_a_close_decision_is_noted() -> None:
    notes = decode(
        "Dívka čte, děti spí, ráno přijede vůz a večer víno. Až pak.".encode("iso8859_2")
    ).notes
    assert notes == ("read as iso8859_2; cp1250 fits nearly as well",)


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("KS_C_5601-1987", "cp949"),
        ("windows-949", "cp949"),
        ("euc-kr", "cp949"),
        ("x-gbk", "gb18030"),
        ("gb2312", "gb18030"),
        ("iso-8859-8-i", "iso8859_8"),
        ("windows-874", "cp874"),
        ("tis-620", "cp874"),
        ("x-mac-roman", "mac_roman"),
        ("macintosh", "mac_roman"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("cp-850", "cp850"),
        ("ibm852", "cp852"),
        ("866", "cp866"),
        ("l2", "iso8859_2"),
        ("latin1", "cp1252"),
        ("koi8-u", "koi8_u"),
        ("iso-2022-jp", "iso2022_jp"),
    ],
)
def test_labels_of_encodings_are_known(label: str, encoding: str) -> None:
    text = "".join(
        letter for letter in "éüžÉλжשกあ一회" if letter.encode(encoding, "ignore").decode(encoding)
    )
    decoded = decode(text.encode(encoding), label)
    assert decoded.text == text
    assert decoded.notes == ()


def test_a_few_zero_bytes_are_left_out_with_a_note() -> None:
    decoded = decode(b"The sluice was opened\0 at noon. " + b"It was shut. " * 9)
    assert decoded.text == "The sluice was opened at noon. " + "It was shut. " * 9
    assert decoded.notes == ("damaged: 1 zero bytes were left out",)


def test_utf8_that_was_encoded_twice_is_mended() -> None:
    twice = "Café\nfrom 1984–1986".encode().decode("cp1252")
    decoded = decode(f"{twice}\nplain\n".encode())
    assert decoded.text == "Café\nfrom 1984–1986\nplain\n"
    assert decoded.notes == ("encoded twice, and mended in 2 lines",)
    for text in (GERMAN, RUSSIAN, CHINESE, "«À côté», Ââ — São Tomé, Ă£"):
        assert decode(text.encode()).text == text


def test_damage_to_a_declared_encoding_does_not_lose_the_rest() -> None:
    data = "회의는 금요일에 시작합니다. ".encode("cp949") * 20 + b"\xff!"
    decoded = decode(data, "euc-kr")
    assert decoded.text.startswith("회의는 금요일에")
    assert decoded.notes == ("damaged: what cannot be read in it is shown as \ufffd",)
