"""Word documents: tables, lists, changes, equations, notes, graphics, and what stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx

from . import Written
from .word_parts import add_part, append, everything, paragraph, run


def documents() -> Iterator[Written]:
    """A document for each feature."""
    yield _everything()
    yield _spans()
    yield _long_table()
    yield _groups()
    yield _captioned()
    yield _numbers()
    yield _equations()
    yield _changes()
    yield _hidden()
    yield _headings()
    yield _template()
    yield _dated_header()
    yield _dated_line()
    yield _embedded_text()
    yield _cells()


def _document(name: str, write: Callable[[Any], None], **wanted: Any) -> Written:
    document = docx.Document()
    write(document)
    return _written(name, document, **wanted)


def _written(name: str, document: Any, **wanted: Any) -> Written:
    buffer = BytesIO()
    document.save(buffer)
    return Written(name, ".docx", buffer.getvalue(), **wanted)


def _table(document: Any, *rows: Sequence[str]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    return table


def _everything() -> Written:
    return _written(
        "everything that can hold text",
        everything(),
        pieces=(
            "Edition of the harbour master",
            "Call the watch on channel nine",
            "Ships wait at the buoy until noon unless hailed.",
            "Sails are furled at the mole.",
            "Tugs have the right of way.",
            "The depth is d=(v+w)/2 metres.",
            "Dues are paid weekly.[2][3]",
            "Lanterns hang on the north pier.",
            "A chart of the inner basin with its two cranes",
            "Catch of the fleet",
            "Nets are mended",
            "Boats are tarred",
            "Signed: Wiebke.",
            "Quay four is shut for dredging.",
            "Warden | Tjark",
            "Gulls are not fed on the jetty",
            "[2] Fishing boats pay half.",
            "[3] Decided by the council.",
            "Comment by Wiebke on “Dues are paid weekly.”: Is this still true?",
        ),
        rows=(
            {"": "April", "Herring": "93"},
            {"Berth": "Old quay", "Length in m": "84"},
            {"Berth": "New quay", "Length in m": "130"},
        ),
        absent=("until dusk", "Ask the pilot", "Click here"),
        notes=(
            "tracked deletions that are left out: 1",
            "hidden texts that are left out: 1",
            "empty form fields that are left out: 1",
            "comments of reviewers, read and marked as comments: 1",
        ),
    )


def _spans() -> Written:
    def write(document: Any) -> None:
        table = _table(
            document,
            ("Class", "Marks", "", "Teacher"),
            ("", "written", "spoken", ""),
            ("Seven", "14", "11", "Frau Lenz"),
            ("", "9", "12", "Herr Abt"),
        )
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 3).merge(table.cell(1, 3))
        table.cell(2, 0).merge(table.cell(3, 0))

    return _document(
        "cells that span rows and columns",
        write,
        rows=(
            {"Class": "Seven", "Marks, written": "14", "Marks, spoken": "11"},
            {"Class": "Seven", "Marks, written": "9", "Teacher": "Herr Abt"},
        ),
    )


def _long_table() -> Written:
    rows = [(f"Stop {number}", str(100 + 3 * number), str(50 + number)) for number in range(80)]
    return _document(
        "a long table",
        lambda document: _table(document, ("Stop", "Fare", "Reduced fare"), *rows) and None,
        rows=({"Stop": "Stop 79", "Fare": "337", "Reduced fare": "129"},),
    )


def _groups() -> Written:
    def write(document: Any) -> None:
        table = _table(
            document,
            ("Dish", "Price", "Served"),
            ("From the sea", "", ""),
            ("Plaice", "19", "daily"),
            ("From the garden", "", ""),
            ("Chard", "8", "in June"),
        )
        for row in (1, 3):
            table.cell(row, 0).merge(table.cell(row, 2))

    return _document(
        "rows that head others",
        write,
        rows=(
            {"": "From the sea", "Dish": "Plaice", "Price": "19"},
            {"": "From the garden", "Dish": "Chard", "Served": "in June"},
        ),
        absent=("Dish: From",),
    )


def _captioned() -> Written:
    def write(document: Any) -> None:
        document.add_heading("Yearbook", 1)
        document.add_paragraph("Table 1: Rainfall at the abbey", style="Caption")
        _table(document, ("Month", "Rain in mm"), ("May", "61"), ("June", "48"))
        form = _table(document, ("Parish:", "St. Ebba"), ("Verger:", "Mr. Toll"))
        assert form is not None

    return _document(
        "a caption, and a form",
        write,
        title="Yearbook",
        pieces=("Table 1: Rainfall at the abbey",),
        rows=(
            {"Month": "June", "Rain in mm": "48"},
            {"Parish": "St. Ebba"},
            {"Verger": "Mr. Toll"},
        ),
    )


def _numbers() -> Written:
    def write(document: Any) -> None:
        for text in ("The hut is swept.", "The stove is cold.", "The key is returned."):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("Dogs are welcome.", style="List Bullet")

    return _document(
        "numbered lists",
        write,
        pieces=("1. The hut is swept.", "3. The key is returned.", "- Dogs are welcome."),
    )


def _equations() -> Written:
    def write(document: Any) -> None:
        paragraph(document, f"{run('The drag is ')}<m:oMath>{_DRAG}</m:oMath>{run(' at most.')}")
        paragraph(document, f"<m:oMathPara><m:oMath>{_SUM}</m:oMath></m:oMathPara>")

    return _document(
        "equations", write, pieces=("The drag is F=√(a_n) v^2 at most.", "∑_(i=1)^n x_i")
    )


def _changes() -> Written:
    def write(document: Any) -> None:
        append(
            document,
            "<w:tbl><w:tr><w:tc><w:p>" + run("Gate") + "</w:p></w:tc><w:tc><w:p>" + run("Code 4")
            + "</w:p></w:tc></w:tr><w:tr><w:trPr><w:del w:id='8'/></w:trPr><w:tc><w:p>"
            + run("Old gate") + "</w:p></w:tc><w:tc><w:p>" + run("Code 3")
            + "</w:p></w:tc></w:tr></w:tbl>",
        )  # fmt: skip
        append(document, f"<w:moveTo><w:p>{run('Moved here as a whole.')}</w:p></w:moveTo>")
        append(document, f"<w:moveFrom><w:p>{run('Moved away.')}</w:p></w:moveFrom>")

    return _document(
        "changes of rows and paragraphs",
        write,
        pieces=("Gate | Code 4", "Moved here as a whole."),
        absent=("Old gate", "Moved away"),
        notes=("tracked deletions that are left out: 1",),
    )


def _hidden() -> Written:
    def write(document: Any) -> None:
        secret = document.styles.add_style("Secret", 1)
        secret.font.hidden = True
        document.add_paragraph("For the teacher alone.", style="Secret")
        paragraph(document, run("Shown ") + run("and shown too.", '<w:vanish w:val="0"/>'))

    return _document(
        "text hidden by its style",
        write,
        pieces=("Shown and shown too.",),
        absent=("For the teacher",),
        notes=("hidden texts that are left out: 1",),
    )


def _headings() -> Written:
    def write(document: Any) -> None:
        append(
            document,
            '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>' + run("Keys of the tower") + "</w:p>",
        )
        document.add_paragraph("They hang behind the bell.")
        document.add_heading("The tower is closed on Fridays", 2)

    return _document(
        "headings by their outline",
        write,
        title="Keys of the tower",
        pieces=("Keys of the tower", "The tower is closed on Fridays"),
    )


def _template() -> Written:
    return _document(
        "metadata of the library's template",
        lambda document: document.add_paragraph("Ferries leave hourly.") and None,
        author="",
        date="",
        title="",
    )


def _dated_header() -> Written:
    def write(document: Any) -> None:
        document.core_properties.created = datetime(2029, 1, 5)
        document.sections[0].footer.paragraphs[0].text = "In force since 7 May 2031, third edition"
        document.add_paragraph("The bridge was built in 1907 and opened on 3 June 1908.")

    return _document("a date in a footer", write, date="2031-05-07", notes=("2029-01-05",))


def _dated_line() -> Written:
    def write(document: Any) -> None:
        document.core_properties.created = datetime(2029, 1, 5)
        document.add_heading("Minutes of the boat club", 1)
        document.add_paragraph("Emden, den 12. März 2030")
        document.add_paragraph("Der Steg wurde am 3. Juni 1998 gebaut und wird nun erneuert.")

    return _document("a line that is a date", write, date="2030-03-12")


def _embedded_text() -> Written:
    def write(document: Any) -> None:
        document.add_paragraph("Minutes of the guild.")
        for name, kind, words in (
            ("a.txt", "text/plain", "The guild meets under the lime tree."),
            ("b.bin", "application/x-unknown", "nobody can read this"),
        ):
            reference = add_part(document, name, "aFChunk", words, kind)
            append(document, f'<w:altChunk r:id="{reference}"/>')

    return _document(
        "embedded documents",
        write,
        pieces=("Minutes of the guild.", "The guild meets under the lime tree."),
        notes=("embedded documents that cannot be read: 1",),
    )


def _cells() -> Written:
    def write(document: Any) -> None:
        reference = add_part(document, "a.txt", "aFChunk", "Oars lie under the slip.", "text/plain")
        empty = (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            f"<w:p>{run('Choose a day.')}</w:p></w:sdtContent></w:sdt>"
        )
        inner = "".join(
            f"<w:tr><w:tc><w:p>{run(name)}</w:p></w:tc><w:tc><w:p>{run(value)}</w:p></w:tc></w:tr>"
            for name, value in (("Inspector", "Femke"), ("Verdict", "seaworthy"))
        )
        append(
            document,
            f"<w:tbl><w:tr><w:tc><w:p>{run('Hull')}</w:p>{empty}</w:tc><w:tc>"
            f"<w:tbl>{inner}</w:tbl><w:p>{run('Signed below')}</w:p></w:tc><w:tc>"
            f'<w:altChunk r:id="{reference}"/><w:p>{run("Slip")}</w:p></w:tc></w:tr></w:tbl>',
        )

    return _document(
        "what lies within cells",
        write,
        pieces=(
            "Hull | Signed below | Slip",
            "Inspector | Femke",
            "Verdict | seaworthy",
            "Oars lie under the slip.",
        ),
        absent=("Choose a day",),
        notes=("empty form fields that are left out: 1",),
    )


_DRAG = (
    "<m:r><m:t>F=</m:t></m:r><m:rad><m:deg/><m:e><m:sSub><m:e><m:r><m:t>a</m:t></m:r></m:e><m:sub>"
    "<m:r><m:t>n</m:t></m:r></m:sub></m:sSub></m:e></m:rad><m:r><m:t> </m:t></m:r><m:sSup><m:e>"
    "<m:r><m:t>v</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
)
_SUM = (
    "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup>"
    "<m:r><m:t>n</m:t></m:r></m:sup><m:e><m:sSub><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sub><m:r>"
    "<m:t>i</m:t></m:r></m:sub></m:sSub></m:e></m:nary>"
)
