"""Mails: headers, bodies, quotes, signatures, attachments, and input that attacks the parser."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused

from bot.errors import ReadError
from bot.reading import read
from bot.reading.mail.headers import repeats_headers
from bot.types import Block, BlockKind, Document, Mark, Metadata

pytestmark = pytest.mark.slow

HEAD = b"From: Anna Bekova <anna@steppe.example>\nSubject: Water\n"
SHOWN = "From: Anna Bekova <anna@steppe.example>\nSubject: Water"


def mail(body: str = "", page: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Anna Bekova <anna@steppe.example>"
    message["Subject"] = "Water"
    if body:
        message.set_content(body)
    if page and body:
        message.add_alternative(page, subtype="html")
    elif page:
        message.set_content(page, subtype="html")
    return message


def parts(document: Document) -> list[tuple[str, str | None]]:
    """Returns the blocks below the headers."""
    return [
        (document.text[block.start : block.end], block.skipped) for block in document.blocks[1:]
    ]


def test_headers_body_quote_signature_and_attachments() -> None:
    message = mail("It is cold.\n\nOn 8 Feb 2024, J. Roe wrote:\n> How\n> is it?\n\n-- \nAnna\n")
    message["To"] = "Jo Roe <roe@town.example>"
    message["Date"] = "Thu, 8 Feb 2024 10:15:00 +0500"
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a\tb.pdf")
    message.add_attachment("so, 1\n", subtype="csv", filename="prix d'été.csv")
    document = read(message.as_bytes(), ".eml")
    assert document.text == (
        "From: Anna Bekova <anna@steppe.example>\nTo: Jo Roe <roe@town.example>\n"
        "Date: Thu, 08 Feb 2024 10:15:00 +0500\nSubject: Water\n\nIt is cold.\n\n"
        "On 8 Feb 2024, J. Roe wrote:\n> How\n> is it?\n\n-- \nAnna\n\n"
        "Attachments: a b.pdf, prix d'été.csv\n\nprix d'été.csv\n\nso | 1"
    )
    assert document.blocks == (
        Block(0, 122, BlockKind.PARAGRAPH),
        Block(124, 135, BlockKind.PARAGRAPH),
        Block(137, 180, BlockKind.PARAGRAPH, skipped="quoted mail"),
        Block(182, 190, BlockKind.PARAGRAPH, skipped="signature"),
        Block(192, 228, BlockKind.PARAGRAPH),
        Block(230, 244, BlockKind.HEADING, 1),
        Block(246, 252, BlockKind.TABLE),
    )
    assert document.metadata == Metadata(
        title="Water",
        author="Anna Bekova",
        date="2024-02-08",
        language="en",
        date_from="mail header: Date",
    )
    assert [note[:49] for note in document.notes] == [
        "attachment a b.pdf is not read: damaged, or no PD"
    ]
    name = "attachment prix d'été.csv"
    assert document.marks == (
        Mark(0, "mail"),
        Mark(230, name, divides=True),
        Mark(246, f"{name}, row 1"),
    )
    assert document.first_line is None


def test_encoded_headers_and_bodies_are_decoded() -> None:
    source = (
        b"From: =?utf-8?q?Zo=C3=AB?= <z@a.example>\r\n"
        b"Subject: =?iso-8859-1?q?caf=E9?=\r\n =?utf-8?q?_au?=\r\n"
        b"Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"o/xy\r\n"
    )
    document = read(source, ".eml")
    assert document.text == "From: Zoë <z@a.example>\nSubject: café au\n\nŁür"
    assert document.metadata.author == "Zoë"


def test_headers_may_be_written_in_utf_8_and_damage_is_replaced() -> None:
    document = read(
        "From: Zoë <z@a.example>\n\nIt is so.\n".encode() + b"caf\xc3 \xc3\xa9\xc3\xa9\xc3\xa9\n",
        ".eml",
    )
    assert document.text == "From: Zoë <z@a.example>\n\nIt is so.\ncaf\ufffd ééé"
    assert document.notes == ("damaged: what cannot be read in it is shown as \ufffd",)


def test_text_is_preferred_to_the_page_that_says_the_same() -> None:
    document = read(mail("It is *so*.", page="<p>It is <b>so</b>.</p>").as_bytes(), ".eml")
    assert parts(document) == [("It is *so*.", None)]


def test_a_page_that_says_more_than_the_text_is_read() -> None:
    page = "<p>It is so.</p><table><tr><th>Ore</th><th>Price</th></tr><tr><td>Tin<td>9</table>"
    document = read(mail("It is so.", page=page).as_bytes(), ".eml")
    assert parts(document) == [
        ("It is so.", "also in the page"),
        ("It is so.", None),
        ("Ore: Tin | Price: 9", None),
    ]


def test_a_page_keeps_its_structure_and_its_quotes_are_marked() -> None:
    page = (
        "<html><body><h1>Water</h1><ul><li>cold</li></ul><div class='gmail_quote'>On Monday J. Roe "
        "wrote:<blockquote type='cite'><p>How is it?</p></blockquote></div>and clear"
        "<div class='moz-signature'>Anna</div></body></html>"
    )
    document = read(mail(page=page).as_bytes(), ".eml")
    assert parts(document) == [
        ("Water", None),
        ("- cold", None),
        ("On Monday J. Roe wrote:", "quoted mail"),
        ("How is it?", None),
        ("and clear", None),
        ("Anna", "signature"),
    ]
    assert document.blocks[1] == Block(len(SHOWN) + 2, len(SHOWN) + 7, BlockKind.HEADING, 1)


def test_what_stands_below_an_original_message_is_quoted_in_an_answer() -> None:
    below = "-----Original Message-----\nFrom: J. Roe\n\nHow is it?\n\n-- \nRoe"
    message = mail(f"It is cold.\n\n{below}\n")
    message["In-Reply-To"] = "<1@town.example>"
    document = read(message.as_bytes(), ".eml")
    assert parts(document) == [
        ("It is cold.", None),
        ("-----Original Message-----\nFrom: J. Roe", "quoted mail"),
        ("How is it?", "quoted mail"),
        ("-- \nRoe", "quoted mail"),
    ]


def test_an_answer_between_quotes_is_kept_and_an_attribution_may_take_two_lines() -> None:
    body = (
        "Am Montag, den 8. Februar,\nschrieb J. Roe:\n\n> How is it?\nCold.\n> And clear?\nYes.\n"
    )
    assert parts(read(mail(body).as_bytes(), ".eml")) == [
        ("Am Montag, den 8. Februar,\nschrieb J. Roe:", "quoted mail"),
        ("How is it?", None),
        ("Cold.", None),
        ("And clear?", None),
        ("Yes.", None),
    ]


def test_a_sentence_is_no_attribution_where_no_quote_follows() -> None:
    body = "On Monday he wrote:\n\nI am not coming.\n"
    assert [skipped for _, skipped in parts(read(mail(body).as_bytes(), ".eml"))] == [None, None]


def test_a_mail_that_only_passes_another_on_keeps_it() -> None:
    body = "-----Original Message-----\nThe spring is dry.\n"
    message = mail(body)
    assert {skipped for _, skipped in parts(read(message.as_bytes(), ".eml"))} == {None}
    message["In-Reply-To"] = "<1@town.example>"
    assert {skipped for _, skipped in parts(read(message.as_bytes(), ".eml"))} == {None}


def test_a_mail_within_a_mail_is_read_as_an_attachment() -> None:
    message = mail("See below.")
    message.add_attachment(mail("Inner words."))
    document = read(message.as_bytes(), ".eml")
    assert parts(document) == [
        ("See below.", None),
        ("Attachments: Water", None),
        ("Water", None),
        (SHOWN, None),
        ("Inner words.", None),
    ]
    assert document.marks[1].name == "attachment Water"


def test_attachments_are_read_up_to_a_number_a_size_and_a_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = mail("See below.")
    for number in range(4):
        message.add_attachment(f"Words {number}.", filename=f"{number}.txt")
    monkeypatch.setattr("bot.reading.mail.reader.MOST_ATTACHMENTS", 3)
    document = read(message.as_bytes(), ".eml")
    assert "Words 2." in document.text
    assert "Words 3." not in document.text
    assert document.notes == ("attachment 3.txt is not read: there are more than 3",)
    monkeypatch.setattr("bot.reading.mail.reader.LARGEST_ATTACHMENTS", 20)
    assert "Words 2." not in read(message.as_bytes(), ".eml").text
    monkeypatch.undo()
    for _ in range(7):
        outer = mail("Outer.")
        outer.add_attachment(message)
        message = outer
    document = read(message.as_bytes(), ".eml")
    assert document.text.count("Outer.") == 6
    assert document.notes == ("attachment Water is not read: it is a mail within 5 others",)


def test_a_mail_without_words_still_says_who_wrote() -> None:
    assert read(HEAD + b"\n", ".eml").text == SHOWN


@pytest.mark.parametrize(
    "data", [b"", b"\n\nwords", b"just words\nand more", b"X-Mailer: none\n\nx"]
)
def test_what_has_no_header_of_a_mail_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^no mail: it has no header\."):
        read(data, ".eml")


def test_binary_words_are_refused() -> None:
    with pytest.raises(ReadError, match=r"^binary, not text"):
        read(HEAD + b"\n\x00\x01\x02", ".eml")


def nested(depth: int, opening: bytes) -> bytes:
    levels = (opening % {b"n": number} for number in range(depth))
    return HEAD + b"".join(levels) + b"\nwords\n"


MULTIPART = b'Content-Type: multipart/mixed; boundary="b%(n)d"\n\n--b%(n)d\n'


@pytest.mark.parametrize(
    ("depth", "opening"),
    [(10_000, MULTIPART), (499, MULTIPART), (10_000, b"Content-Type: message/rfc822\n\n%(n).0d")],
)
def test_absurd_nesting_is_refused_or_read(depth: int, opening: bytes) -> None:
    sound_or_refused(nested(depth, opening), ".eml")


def test_the_number_of_parts_is_bounded() -> None:
    message = b"more parts than a mail has\\. Save it as text"
    with pytest.raises(ReadError, match=message.decode()):
        read(nested(10_000, MULTIPART), ".eml")
    with pytest.raises(ReadError, match=message.decode()):
        read(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 60_000, ".eml")


@pytest.mark.parametrize("header", ["To", "From", "Subject", "Date", "Content-Type"])
@pytest.mark.parametrize("sign", ["a,", "(", ";", '"', "<", "[", ";a*0=b", "=?utf-8?q?a?= ", "\\"])
def test_endless_headers_are_cut(header: str, sign: str) -> None:
    begun = time.process_time()
    sound_or_refused(HEAD + f"{header}: {sign * 100_000}\n\nwords".encode(), ".eml")
    assert time.process_time() - begun < 10


VALID = mail(
    "It is cold.\n\nOn 8 Feb, J. Roe wrote:\n> How?\n-- \nAnna", page="<p>It is <b>cold</b>"
)
VALID.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="é.pdf")


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    source = VALID.as_bytes()
    at = int(place * len(source))
    sound_or_refused(HEAD + noise, ".eml")
    sound_or_refused(source[:at] + noise + source[at + gap :], ".eml")


WORDS = st.lists(
    st.sampled_from(
        [
            *("> ", "\n", "\n\n", "-- \n", "On 8 Feb he wrote:\n", "-----Original Message-----\n"),
            *(
                "words ",
                "\x0c",
                "\u2028",
                "\x1f",
                "\ufdd0",
                "\ufdd2",
                "<p>",
                "<blockquote type=cite>",
            ),
            *("<div class=gmail_quote>", "</div>", "<table><tr><td>a<td>b<tr><td>c", "&#xFDD1;"),
        ]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize("kind", ["plain", "html"])
@given(words=WORDS)
@settings(max_examples=60, deadline=None)
def test_any_words_are_refused_or_sound(kind: str, words: str) -> None:
    head = HEAD + f"Content-Type: text/{kind}; charset=utf-8\n\n".encode()
    sound_or_refused(head + words.encode(), ".eml")


def test_headers_of_another_mail_are_known_by_their_kinds() -> None:
    assert repeats_headers(["From: Per", "To: Ines;", "    Ole", "Subject: Kiln", "", "Text."])
    assert repeats_headers(["Objet : Kiln", "De : Per", "Date : lundi"])
    assert not repeats_headers(["From: Per", "Subject: Kiln"])
    assert not repeats_headers(["Cc: Ole", "From: Per", "To: Ines", "Subject: Kiln"])
    assert not repeats_headers(["From: Per", "", "To: Ines", "Subject: Kiln"])
    assert not repeats_headers(["From: the quay", "To: the quarry", "Date: Monday"])
    assert not repeats_headers([])


def test_a_charset_that_cannot_be_one_names_no_encoding() -> None:
    head = b"From: Per <per@kiln.example>\nContent-Type: text/plain; charset=iso\0-8859-1\n\n"
    assert read(head + b"Fine.", ".eml").text.endswith("Fine.")
