"""Large documents of each kind, the same whenever they are written, for reading_speed.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from email.message import EmailMessage
from io import BytesIO
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pptx
from reportlab.pdfgen.canvas import Canvas
from written_documents import pdf_builders

PAGES = 200
CHAPTERS = 60
SLIDES = 200
COLUMNS = ("Number", "Boat", "Harbour", "Day", "Length", "Fee")
_WORDS = (
    "the of and in to harbour boat keeper water stone north with for from that was were sails rope"
    " winter summer old young quarry paper carried across between bridges market letters council"
    " village measured report fishing landed tonnes during year meeting decided repair costs"
).split()
_HARBOURS = ("Alvik", "Borgsund", "Dalholm", "Ekvik", "Fagerö", "Granö")
_LINE_WORDS = 11

Row = tuple[str, ...]


class Saves(Protocol):
    """A document of one of the libraries."""

    def save(self, stream: BytesIO, /) -> object:
        """Writes it."""


def rows(count: int) -> Iterator[Row]:
    """Rows of values for COLUMNS."""
    chance = random.Random(20)
    for number in range(count):
        day = f"20{number % 20 + 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        boat = f"{chance.choice(_WORDS).title()} {chance.choice(_WORDS)} {number % 977}"
        length, fee = chance.randrange(40, 300) / 10, chance.randrange(100, 90_000)
        yield str(number), boat, chance.choice(_HARBOURS), day, f"{length} m", str(fee)


def sentences(count: int, seed: int = 0) -> list[str]:
    """Sentences of common words."""
    chance = random.Random(seed)
    return [
        " ".join(chance.choices(_WORDS, k=_LINE_WORDS)).capitalize() + "." for _ in range(count)
    ]


def paragraphs(count: int, seed: int = 0) -> list[str]:
    """Paragraphs of a few sentences each."""
    told = sentences(count * 5, seed)
    return [" ".join(told[at : at + 5]) for at in range(0, len(told), 5)]


def pdf_of_text() -> bytes:
    """Pages full of prose below a running header."""

    def page(number: int) -> list[pdf_builders.TypeLine]:
        lines = pdf_builders.body(sentences(44, number), top=740)
        return [(72.0, 800.0, 9.0, f"Annals of the harbour {number + 1}"), *lines]

    return pdf_builders.file(map(page, range(PAGES)))


def pdf_of_ruled_tables() -> bytes:
    """Pages with a ruled table of 30 rows below some prose."""
    return pdf_builders.file(_ruled(number) for number in range(PAGES))


def pdf_of_plain_tables() -> bytes:
    """Pages with a table without rules, of 30 rows, below some prose."""
    return pdf_builders.file(_table_lines(number) for number in range(PAGES))


_LEFTS = (72.0, 120.0, 230.0, 310.0, 390.0, 460.0)
_TABLE_TOP, _ROW_HEIGHT, _TABLE_ROWS = 640.0, 18.0, 30


def _table_lines(number: int) -> list[pdf_builders.TypeLine]:
    lines = pdf_builders.body(sentences(6, number), top=760)
    for place, row in enumerate([COLUMNS, *rows(_TABLE_ROWS)]):
        height = _TABLE_TOP - place * _ROW_HEIGHT
        cells = zip(_LEFTS, row, strict=True)
        lines += ((left, height, 9.0, cell) for left, cell in cells)
    return lines


def _ruled(number: int) -> pdf_builders.Drawing:
    def page(canvas: Canvas) -> None:
        pdf_builders.draw(canvas, _table_lines(number))
        edges = [_TABLE_TOP + 13 - place * _ROW_HEIGHT for place in range(_TABLE_ROWS + 2)]
        canvas.grid([*(left - 4 for left in _LEFTS), 530], edges)

    return page


def csv_table() -> bytes:
    """A table of 60,000 rows."""
    return "".join(f"{','.join(row)}\n" for row in [COLUMNS, *rows(60_000)]).encode()


def word_table() -> bytes:
    """A Word table of 36,000 cells."""
    document = docx.Document()
    document.add_heading("Register of boats", 1)
    table = document.add_table(1, len(COLUMNS))
    for cell, label in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = label
    pattern = table.rows[0]._tr
    for row in rows(6_000):
        table._tbl.append(_word_row(pattern, row))
    return _saved(document)


def _word_row(pattern: docx.oxml.table.CT_Row, row: Row) -> docx.oxml.table.CT_Row:
    made = deepcopy(pattern)
    for cell, value in zip(made.tc_lst, row, strict=True):
        cell.p_lst[0].r_lst[0].text = value
    return made


def word_text() -> bytes:
    """Headings and 3,000 paragraphs."""
    document = docx.Document()
    for number, paragraph in enumerate(paragraphs(3_000)):
        if number % 20 == 0:
            document.add_heading(f"Chapter {number // 20 + 1}", 1)
        document.add_paragraph(paragraph)
    return _saved(document)


def workbook() -> bytes:
    """A sheet of 60,000 rows with numbers as such."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    sheet.append(COLUMNS)
    for number, *words, fee in rows(60_000):
        sheet.append([int(number), *words, int(fee)])
    return _saved(book)


def markdown() -> bytes:
    """Headings, paragraphs with markup, lists and a table of 3,000 rows."""
    parts = ["# Annals of the harbour"]
    for number, paragraph in enumerate(paragraphs(3_000)):
        if number % 10 == 0:
            parts.append(f"## Chapter {number // 10 + 1}")
        parts.append(paragraph.replace(" boat ", " *boat* ").replace(" quarry ", " [quarry](#q) "))
        if number % 5 == 0:
            parts.append("\n".join(f"- {line}" for line in sentences(4, number)))
    parts.append(_markdown_table(3_000))
    return "\n\n".join(parts).encode()


def _markdown_table(count: int) -> str:
    table = [COLUMNS, ["---"] * len(COLUMNS), *rows(count)]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def page_with_table() -> bytes:
    """A web page with a table of 10,000 rows."""
    return _page(f"<h1>Register of boats</h1>{_html_table(10_000)}").encode()


def page_of_text() -> bytes:
    """A web page with 3,000 paragraphs."""
    return _page("<h1>Annals</h1>" + _html_paragraphs(3_000)).encode()


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Annals</title></head><body>{body}</body></html>"


def _html_paragraphs(count: int, seed: int = 0) -> str:
    return "".join(f"<p>{told} <a href='#n'>More</a></p>\n" for told in paragraphs(count, seed))


def _html_table(count: int) -> str:
    heads = "".join(f"<th>{label}</th>" for label in COLUMNS)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows(count)
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def mail() -> bytes:
    """A mail with a long text, the same as a page, and a table attached."""
    message = EmailMessage()
    message["Subject"], message["From"] = "Annals", "Ebba Strand <ebba@harbour.example>"
    message["Date"] = "Mon, 02 Mar 2026 08:00:00 +0000"
    message.set_content("\n\n".join(paragraphs(1_500)))
    message.add_alternative(_page(_html_paragraphs(1_500)), subtype="html")
    table = "".join(f"{','.join(row)}\n" for row in [COLUMNS, *rows(5_000)])
    message.add_attachment(table.encode(), maintype="text", subtype="csv", filename="boats.csv")
    return message.as_bytes()


def book() -> bytes:
    """An EPUB of 60 chapters."""
    buffer = BytesIO()
    names = [f"chapter{number}.xhtml" for number in range(CHAPTERS)]
    items = "".join(
        f'<item id="c{at}" href="{name}" media-type="application/xhtml+xml"/>'
        for at, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in range(CHAPTERS))
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
        )
        archive.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Annals</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for number, name in enumerate(names):
            chapter = f"<h1>Chapter {number + 1}</h1>{_html_paragraphs(50, number)}"
            archive.writestr(
                name, f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>'
            )
    return buffer.getvalue()


def slides() -> bytes:
    """200 slides with a title, points and a table each."""
    deck = pptx.Presentation()
    for number in range(SLIDES):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Year {number + 1}"
        slide.placeholders[1].text = "\n".join(sentences(6, number))
        table = slide.shapes.add_table(8, len(COLUMNS), 0, 0, 9_000_000, 2_000_000).table
        for at, row in enumerate([COLUMNS, *rows(7)]):
            for column, value in enumerate(row):
                table.cell(at, column).text = value
    return _saved(deck)


def _saved(document: Saves) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
