"""Tables: rows with column names, numbers, header detection, and hostile sheets."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from sound_documents import sound_or_refused
from table_blocks import lines, locators, names

from bot.errors import ReadError
from bot.reading import read
from bot.reading.common.assembly import Piece
from bot.reading.tables.assembly import Allowance, Row, table_pieces
from bot.types import Block, BlockKind, Mark, Metadata

pytestmark = pytest.mark.slow

HEADING, TABLE = BlockKind.HEADING, BlockKind.TABLE

SHEET_XML = "xl/worksheets/sheet1.xml"


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def workbook_of(*rows: Sequence[object], title: str = "Mines") -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    return workbook


def with_sheet_xml(xml: str) -> bytes:
    """Returns a workbook whose only sheet has this XML for its rows and dimension."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    buffer = BytesIO()
    with (
        ZipFile(BytesIO(saved(openpyxl.Workbook()))) as source,
        ZipFile(buffer, "w", ZIP_DEFLATED) as target,
    ):
        for entry in source.namelist():
            sheet = f'<worksheet xmlns="{namespace}">{xml}</worksheet>'
            target.writestr(entry, sheet if entry == SHEET_XML else source.read(entry))
    return buffer.getvalue()


# Delimited text


def test_a_row_is_a_block_that_names_its_columns_and_is_marked_by_its_number() -> None:
    document = read(b"Mine,Metal,Tons\nOld Pit,zinc,1200\nDeep Shaft,,40\n", ".csv")
    assert (
        document.text == "Mine: Old Pit | Metal: zinc | Tons: 1200\n\nMine: Deep Shaft | Tons: 40"
    )
    assert document.blocks == (Block(0, 40, TABLE), Block(42, 69, TABLE))
    assert document.marks == (Mark(0, "row 2"), Mark(42, "row 3"))
    assert (document.first_line, document.notes) == (None, ())
    assert document.metadata == Metadata(language=document.metadata.language)


def test_rows_are_counted_as_spreadsheets_do_not_by_lines() -> None:
    document = read(
        b'Name:,Note\r\nAnn,"first\r\n\r\n  second"\r\n\r\n,\r\nBob,"a ""b"""\r\n', ".csv"
    )
    assert lines(document) == ["Name: Ann | Note: first second", 'Name: Bob | Note: a "b"']
    assert names(document) == ["row 2", "row 5"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = ("Mine", "Tons"), ("Old Pit", "12"), ("Deep Shaft", "40")
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    assert lines(read(data, ".csv")) == [
        "Mine: Old Pit | Tons: 12",
        "Mine: Deep Shaft | Tons: 40",
    ]


def test_decimal_commas_are_no_delimiters() -> None:
    assert lines(read(b"Mine;Tons\nA;1,5\nB;2,5\n", ".csv")) == [
        "Mine: A | Tons: 1,5",
        "Mine: B | Tons: 2,5",
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Mine,Note\nA,old; deep\nB,new; flat; wet\n", "Mine: A | Note: old; deep"),
        ('Mine,Note\nA,"x;y,z"\nB,"u;v"\n', "Mine: A | Note: x;y,z"),
        ("Mine;Note\nA;old, deep\nB;new\n", "Mine: A | Note: old, deep"),
        ("Mine|Note\nA|1,5;2\nB|2,5;3\n", "Mine: A | Note: 1,5;2"),
        ("List of mines\n\nMine,Tons\nA,1\nB,2\n", "List of mines"),
    ],
)
def test_a_delimiter_is_what_parts_most_rows_alike(table: str, expected: str) -> None:
    assert lines(read(table.encode(), ".csv"))[0] == expected


def test_many_quotes_are_read_at_once() -> None:
    # Searching for the quotes around cells takes time that grows with a power of their number.
    data = b'Ore,Note\nzinc,"dry,' + b'"' * 1001 + b"\nlead,blue, "
    assert lines(read(data, ".csv"))[0].startswith('Ore: zinc | Note: dry,"')


def test_commas_within_the_cells_of_a_tsv_do_not_part_them() -> None:
    data = b"Question\tAnswer\nWhere, then?\tHere, now.\nWhen, then?\tNow, here.\n"
    assert lines(read(data, ".tsv")) == [
        "Question: Where, then? | Answer: Here, now.",
        "Question: When, then? | Answer: Now, here.",
    ]


def test_a_single_column_has_no_delimiter() -> None:
    assert lines(read(b"Name\nAnn\nBob\n", ".csv")) == ["Name: Ann", "Name: Bob"]
    assert lines(read(b"Name\nAnn\nBob\n", ".tsv")) == ["Name: Ann", "Name: Bob"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # numbers above numbers, and a first row that repeats itself
        ("Ann,3\nBob,4", ["Ann | 3", "Bob | 4"]),
        ("yes,yes\nno,yes", ["yes | yes", "no | yes"]),
        # years head columns of other numbers, but not of years
        ("Mine,2019,2020\nPit,3,4", ["Mine: Pit | 2019: 3 | 2020: 4"]),
        ("Ann,1985\nBob,1990", ["Ann | 1985", "Bob | 1990"]),
        # the column of row names needs no name, nor does another if the rest identify the header
        (",Name,Age\n0,Ann,3", ["0 | Name: Ann | Age: 3"]),
        ("Name,,Age\nAnn,x,3\nBob,y,4", ["Name: Ann | x | Age: 3", "Name: Bob | y | Age: 4"]),
        # rows longer and shorter than the header
        ("Name,Age\nAnn,3,extra\nBob", ["Name: Ann | Age: 3 | extra", "Name: Bob"]),
        # a title above the table
        ("Output of all mines\n\nMine,Tons\nPit,3", ["Output of all mines", "Mine: Pit | Tons: 3"]),
        # nothing below
        ("Name,Age", ["Name | Age"]),
        # a long cell is text
        (f"Name,{'long ' * 30}\nAnn,x", [f"Name | {('long ' * 30).strip()}", "Ann | x"]),
    ],
)
def test_what_is_a_header(table: str, expected: list[str]) -> None:
    assert lines(read(table.encode(), ".csv")) == expected


def test_the_encoding_is_guessed_and_noted() -> None:
    data = "Name,Straße\nJörg,Grüner Weg\nBärbel,Süße Höhe\n".encode("cp1252")
    document = read(data, ".csv")
    assert lines(document)[0] == "Name: Jörg | Straße: Grüner Weg"
    assert document.notes == ("read as cp1252",)


def test_control_characters_do_not_reach_the_text() -> None:
    plain = ",".join(["plain words"] * 20)
    document = read(f"a\x01b\x0cc,{plain}\n\x02,{plain}\n".encode(), ".csv")
    assert document.text.startswith("ab c | plain words")


def test_an_endless_cell_is_refused_and_the_limit_of_others_is_left_alone() -> None:
    limit = csv.field_size_limit()
    with pytest.raises(ReadError, match=r"^damaged, or no CSV file: field larger than field limit"):
        read(b'a,b\n"' + b"x" * 200_000, ".csv")
    assert csv.field_size_limit() == limit


def test_thousands_of_empty_cells_cost_nothing() -> None:
    document = read(b"a" + (b"," * 5000 + b"\n") * 200 + b"b\n", ".csv")
    assert (document.text, names(document)) == ("a: b", ["row 201"])


def test_a_file_of_empty_cells_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(b',,,\n,"  ",\n', ".csv")


def test_what_is_too_large_is_cut_and_noted() -> None:
    rows = [Row(1, ["a", "b"]), Row(2, ["1", "2"]), Row(3, ["3", "4"]), Row(4, ["x" * 90, ""])]
    allowance = Allowance(60)
    assert list(table_pieces(rows, allowance, "sheet A, ")) == [
        Piece("a: 1 | b: 2", TABLE, mark="sheet A, row 2"),
        Piece("a: 3 | b: 4", TABLE, mark="sheet A, row 3"),
    ]
    assert allowance.notes == ("sheet A, row 4 and what follows was left out: too large",)


def test_passages_name_their_rows() -> None:
    document = read(b"Mine,Metal\nOld Pit,zinc\nDeep Shaft,lead\nNew Pit,iron\n", ".csv")
    assert locators(document, 60) == [
        ("Mine: Old Pit | Metal: zinc\n\nMine: Deep Shaft | Metal: lead", "rows 2–3"),
        ("Mine: New Pit | Metal: iron", "row 4"),
    ]


# Workbooks


def test_sheets_are_sections_and_their_rows_keep_their_numbers() -> None:
    workbook = workbook_of(("Mine", "Tons"), ("Old Pit", 1200), (), ("Deep\nShaft", None))
    workbook.create_sheet("Empty")
    hidden = workbook.create_sheet("Staff  list")
    hidden.sheet_state = "hidden"
    hidden["B3"], hidden["C3"], hidden["B4"], hidden["C4"] = "Name", "Role", "Ann", "smith"
    workbook.create_chartsheet("Chart").add_chart(BarChart())
    workbook.properties.title = "Mines of the valley"
    workbook.properties.creator = "A. Bekova"
    workbook.properties.created = datetime(2024, 2, 8, 10)
    workbook.properties.language = "en-GB"

    document = read(saved(workbook), ".xlsx")
    assert document.text == (
        "Mines\n\nMine: Old Pit | Tons: 1200\n\nDeep Shaft\n\nStaff list\n\nName: Ann | Role: smith"
    )
    assert document.blocks == (
        Block(0, 5, HEADING, 1),
        Block(7, 33, TABLE),
        Block(35, 45, TABLE),
        Block(47, 57, HEADING, 1),
        Block(59, 82, TABLE),
    )
    assert document.marks == (
        Mark(0, "sheet Mines", divides=True),
        Mark(7, "sheet Mines, row 2"),
        Mark(35, "sheet Mines, row 4"),
        Mark(47, "hidden sheet Staff list", divides=True),
        Mark(59, "hidden sheet Staff list, row 4"),
    )
    assert document.metadata == Metadata(
        title="Mines of the valley",
        author="A. Bekova",
        date="2024-02-08",
        language="en",
        date_from="document properties: created",
    )
    notes = ("sheet Staff list is hidden, read and marked as hidden",)
    assert (document.first_line, document.notes) == (None, notes)
    assert read(saved(workbook), ".xlsm") == document


def test_values_are_read_as_they_are_shown() -> None:
    workbook = workbook_of(
        (0.1 + 0.2, 3.0, 12345678901, True, False, "a_x000D_b"),
        (date(2024, 2, 8), datetime(2024, 2, 8, 9, 30), time(9, 30), timedelta(hours=30)),
        ("=1+1", "#DIV/0!", 0.31, 0.07, 0.5, "31"),
    )
    sheet = workbook.active
    sheet["C3"].number_format = "0%"
    sheet["D3"].number_format = "0.0%;[Red]-0.0%"
    sheet["E3"].number_format = '0.0" %"'
    assert lines(read(saved(workbook), ".xlsx"))[1:] == [
        "0.3 | 3 | 12345678901 | TRUE | FALSE | a b",
        "2024-02-08 | 2024-02-08 09:30:00 | 09:30:00 | 1 day, 6:00:00",
        "=1+1 | 31% | 7% | 0.5 % | 31",
    ]


def test_what_the_library_makes_up_is_no_metadata() -> None:
    buffer = BytesIO()
    with ZipFile(BytesIO(saved(workbook_of(("words",))))) as source, ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            if entry != "docProps/core.xml":
                target.writestr(entry, source.read(entry))
    metadata = read(buffer.getvalue(), ".xlsx").metadata
    assert (metadata.title, metadata.author, metadata.date) == (None, None, None)


def test_what_a_sheet_claims_of_its_size_is_not_believed() -> None:
    row = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>{2}</t></is></c></row>'
    data = with_sheet_xml(
        '<dimension ref="A1:XFD1048576"/><sheetData>'
        + row.format(2, "A", "near")
        + row.format(1_000_000, "XFD", "far")
        + row.format(999_999_999, "A", "nowhere")
        + "</sheetData>"
    )
    document = read(data, ".xlsx")
    assert names(document) == ["sheet Sheet", "sheet Sheet, row 2", "sheet Sheet, row 1000000"]
    assert lines(document) == ["Sheet", "near", "far"]


def test_rows_that_repeat_a_text_without_end_are_cut_and_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.reading.office.spreadsheets.Allowance", lambda: Allowance(1000))
    workbook = workbook_of(*[("x" * 300, str(number)) for number in range(9)])
    workbook.create_sheet("Next").append(("unread",))
    document = read(saved(workbook), ".xlsx")
    assert names(document) == ["sheet Mines", *(f"sheet Mines, row {n}" for n in (1, 2, 3))]
    assert document.notes == ("sheet Mines, row 4 and what follows was left out: too large",)


def test_passages_name_their_sheet_and_rows() -> None:
    workbook = workbook_of(("Mine", "Metal"), ("Old Pit", "zinc"), (), ("New Pit", "iron"))
    assert locators(read(saved(workbook), ".xlsx"), 100) == [
        ("Mine: Old Pit | Metal: zinc\n\nMine: New Pit | Metal: iron", "sheet Mines, rows 2–4")
    ]


@pytest.mark.parametrize("data", [b"", b"no archive", saved(workbook_of(("a",)))[:-300]])
def test_a_damaged_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no Excel \(\.xlsx\) file: .+ anew\.$"):
        read(data, ".xlsx")


def test_a_workbook_without_values_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(saved(openpyxl.Workbook()), ".xlsx")


def test_entities_of_xml_are_not_expanded() -> None:
    data = with_sheet_xml("<sheetData/>")
    buffer = BytesIO()
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            target.writestr(entry, bomb if entry == SHEET_XML else source.read(entry))
    with pytest.raises(ReadError):
        read(buffer.getvalue(), ".xlsx")


# Arbitrary input

CELLS = st.text(st.sampled_from("ab 1.'\",;\t|\n\r\x01\x85\u2028é%"), max_size=12)


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=8), quoting=st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_table_is_sound(suffix: str, rows: list[list[str]], quoting: bool) -> None:
    table = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' if quoting else cell for cell in row)
        for row in rows
    )
    sound_or_refused(table.encode(), suffix)


WORKBOOK = saved(workbook_of(("Mine", "Tons"), ("Old Pit", 1200), (date(2024, 2, 8), 0.5)))


@given(place=st.integers(0, len(WORKBOOK)), noise=st.binary(max_size=20), cut=st.integers(0, 20))
@settings(max_examples=100, deadline=None)
def test_a_damaged_archive_is_sound_or_refused(place: int, noise: bytes, cut: int) -> None:
    sound_or_refused(WORKBOOK[:place] + noise + WORKBOOK[place + cut :], ".xlsx")


@given(
    st.lists(
        st.sampled_from(
            [
                *("<row>", "</row>", '<row r="3">', '<row r="-1">', '<row r="x">', "<c>", "</c>"),
                *('<c r="A1">', '<c r="ZZZ9">', '<c r="?">', '<c t="s">', '<c t="b">', '<c t="d">'),
                *('<c t="e">', '<c s="99">', '<c t="inlineStr">', "<is><t>words</t></is>", "<f>1"),
                *("</f>", "<v>1</v>", "<v>-5</v>", "<v>1e999</v>", "<v>nan</v>", "<v>x</v>"),
                *(f"<v>{'9' * 5000}</v>", "<v>2024-02-08</v>", "&#1;", "&amp;", "<sheetData>"),
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_sheet_is_sound_or_refused(parts: list[str]) -> None:
    sound_or_refused(with_sheet_xml(f"<sheetData>{''.join(parts)}</sheetData>"), ".xlsx")
    row = f"<sheetData><row><c><v>1</v></c>{''.join(parts)}</row></sheetData>"
    sound_or_refused(with_sheet_xml(row), ".xlsx")
