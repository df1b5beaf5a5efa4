"""Workbooks: several tables on a sheet, captions, headers of two rows, merged and hidden cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from . import Written


def documents() -> Iterator[Written]:
    """A workbook for each feature."""
    yield _stacked()
    yield _stacked_words()
    yield _made_as_tables()
    yield _beside()
    yield _merged()
    yield _group_names()
    yield _captions()
    yield _subheadings()
    yield _groups_of_rows()
    yield _remark_below()
    yield _hidden()
    yield _formulas()
    yield _dates()
    yield _pairs()
    yield _money()
    yield _chart_and_comment()


def _workbook(
    name: str,
    *rows: Sequence[object],
    change: Callable[[Any, Any], None] | None = None,
    **wanted: Any,
) -> Written:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Ledger"
    for row in rows:
        sheet.append(list(row))
    if change:
        change(workbook, sheet)
    buffer = BytesIO()
    workbook.save(buffer)
    return Written(name, ".xlsx", buffer.getvalue(), **wanted)


def _stacked() -> Written:
    return _workbook(
        "two tables below each other",
        ("Barge", "Load in tons", "Crew"),
        ("Marta", 410, 3),
        ("Juno", 265, 2),
        (),
        ("Lock", "Keeper", "Phone"),
        ("Upper lock", "Hannes", "555-0101"),
        ("Lower lock", "Birte", "555-0102"),
        rows=(
            {"Barge": "Juno", "Load in tons": "265", "Crew": "2"},
            {"Lock": "Lower lock", "Keeper": "Birte", "Phone": "555-0102"},
        ),
        absent=("Barge: Upper", "Barge: Lock", "Crew: 555"),
    )


def _stacked_words() -> Written:
    def embolden(_: Any, sheet: Any) -> None:
        for row in (1, 5):
            for cell in sheet[row]:
                cell.font = Font(bold=True)

    return _workbook(
        "two tables of words, their headers in bold",
        ("Dish", "Cook"),
        ("Lentil soup", "Rosa"),
        ("Apple pie", "Piet"),
        (),
        ("Instrument", "Player"),
        ("Oboe", "Hanna"),
        ("Harp", "Selim"),
        change=embolden,
        rows=({"Dish": "Apple pie", "Cook": "Piet"}, {"Instrument": "Harp", "Player": "Selim"}),
        absent=("Dish: Harp", "Dish: Instrument"),
    )


def _made_as_tables() -> Written:
    def make(_: Any, sheet: Any) -> None:
        for name, area in (("Guilds", "A1:C3"), ("Masters", "A5:C7")):
            sheet.add_table(Table(displayName=name, ref=area))

    return _workbook(
        "two tables of words that were made as tables",
        ("Guild", "House", "Saint"),
        ("Bakers", "Old market", "Honoratus"),
        ("Smiths", "New lane", "Eligius"),
        (),
        ("Master", "Wife", "Street"),
        ("Otmar", "Lena", "Kiln row"),
        ("Veit", "Agnes", "Moat"),
        change=make,
        rows=(
            {"Guild": "Smiths", "House": "New lane", "Saint": "Eligius"},
            {"Master": "Veit", "Wife": "Agnes", "Street": "Moat"},
        ),
        absent=("Guild: Veit",),
    )


def _beside() -> Written:
    return _workbook(
        "two tables side by side",
        ("Tower", "Steps", None, "Bell", "Weight"),
        ("North tower", 211, None, "Maria", 1200),
        ("South tower", 190, None, "Anna", 800),
        (None, None, None, "Clara", 350),
        rows=(
            {"Tower": "South tower", "Steps": "190"},
            {"Bell": "Anna", "Weight": "800"},
            {"Bell": "Clara", "Weight": "350"},
        ),
        absent=("190 | Bell",),
    )


def _merged() -> Written:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("B5:C5")

    return _workbook(
        "cells merged over rows and columns",
        ("Shift", "Guard", "Gate"),
        ("Night", "Olaf", "East"),
        (None, "Petra", "West"),
        (None, "Quirin", "Harbour"),
        ("Day", "nobody", None),
        change=merge,
        rows=(
            {"Shift": "Night", "Guard": "Petra", "Gate": "West"},
            {"Shift": "Night", "Guard": "Quirin", "Gate": "Harbour"},
            {"Shift": "Day", "Guard": "nobody", "Gate": "nobody"},
        ),
    )


def _group_names() -> Written:
    def merge(_: Any, sheet: Any) -> None:
        for area in ("A1:A2", "B1:C1", "D1:E1"):
            sheet.merge_cells(area)

    return _workbook(
        "a header of two rows",
        ("District", "Pupils", None, "Teachers", None),
        (None, "girls", "boys", "women", "men"),
        ("Hill", 61, 58, 6, 4),
        ("Lake", 44, 49, 5, 3),
        change=merge,
        rows=(
            {
                "District": "Lake",
                "Pupils, girls": "44",
                "Pupils, boys": "49",
                "Teachers, women": "5",
                "Teachers, men": "3",
            },
        ),
        absent=("Pupils: girls",),
    )


def _captions() -> Written:
    return _workbook(
        "captions above the tables",
        ("Takings of the season",),
        (),
        ("Stall", "Takings"),
        ("Waffles", 910),
        ("Cider", 1340),
        (),
        ("Helpers of the season",),
        ("Helper", "Hours"),
        ("Nils", 31),
        ("Edda", 44),
        pieces=("Takings of the season", "Helpers of the season"),
        rows=({"Stall": "Cider", "Takings": "1340"}, {"Helper": "Edda", "Hours": "44"}),
        absent=("Stall: Helper", "Stall: Edda"),
    )


def _subheadings() -> Written:
    return _workbook(
        "the same table again, under another period",
        ("In tons", "Autumn 2031"),
        (None, "Rye", "Oats", "Hay"),
        ("Upper farm", 12, 7, 30),
        ("Lower farm", 15, 9, 41),
        ("In tons", "Autumn 2030"),
        (None, "Rye", "Oats", "Hay"),
        ("Upper farm", 11, 6, 28),
        ("Lower farm", 14, 8, 39),
        rows=(
            {"In tons": "Lower farm", "Autumn 2031, Oats": "9"},
            {"In tons": "Lower farm", "Autumn 2030, Oats": "8", "Autumn 2030, Hay": "39"},
        ),
        absent=("2031, Oats: 8",),
    )


def _groups_of_rows() -> Written:
    return _workbook(
        "groups of rows that go on under one header",
        ("Part", "Price"),
        ("Bolt", 3),
        ("Nut", 2),
        (),
        ("Hinge", 14),
        ("Latch", 11),
        rows=({"Part": "Hinge", "Price": "14"}, {"Part": "Latch", "Price": "11"}),
    )


def _remark_below() -> Written:
    return _workbook(
        "a remark below a table",
        ("Well", "Depth in m"),
        ("Abbey well", 31),
        ("Mill well", 12),
        (),
        ("Measured after the dry summer.",),
        pieces=("Measured after the dry summer.",),
        rows=({"Well": "Mill well", "Depth in m": "12"},),
        absent=("Well: Measured",),
    )


def _hidden() -> Written:
    def hide(workbook: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        draft = workbook.create_sheet("Old prices")
        draft.append(("Ticket", "Fare"))
        draft.append(("Return", 19))
        draft.sheet_state = "veryHidden"

    return _workbook(
        "hidden sheets, rows and columns",
        ("Ticket", "Fare", "Margin"),
        ("Single", 12, 4),
        ("Weekly", 55, 9),
        change=hide,
        rows=(
            {"Ticket": "Single", "Fare": "12", "Margin (hidden)": "4"},
            {"Ticket": "Weekly", "Fare": "55"},
            {"Ticket": "Return", "Fare": "19"},
        ),
        notes=("rows of sheet Ledger, read and marked as hidden: 1", "Old prices is hidden"),
    )


def _formulas() -> Written:
    return _workbook(
        "formulas that no program has computed",
        ("Room", "Rent", "With heating"),
        ("Attic", 300, "=B2+45"),
        ("Cellar", 180, "=B3+45"),
        rows=({"Room": "Cellar", "Rent": "180", "With heating": "=B3+45"},),
        notes=("formulas without a stored value",),
    )


def _dates() -> Written:
    def number(_: Any, sheet: Any) -> None:
        for row, code in ((2, 31), (3, 57), (4, 14)):
            sheet.cell(row, 2).number_format = "General"
            sheet.cell(row, 2)._style.numFmtId = code

    return _workbook(
        "dates in the formats of East Asia",
        ("Ferry", "Built"),
        ("Kiku", 44562),
        ("Ran", 47617),
        ("Take", date(1990, 1, 1)),
        change=number,
        rows=(
            {"Ferry": "Kiku", "Built": "2022-01-01"},
            {"Ferry": "Ran", "Built": "2030-05-14"},
            {"Ferry": "Take", "Built": "1990-01-01"},
        ),
    )


def _money() -> Written:
    def number(_: Any, sheet: Any) -> None:
        for row in (2, 3):
            sheet.cell(row, 2).number_format = '"€"#,##0.00'
            sheet.cell(row, 3).number_format = "0.0%"
            sheet.cell(row, 4).number_format = "00000"

    return _workbook(
        "numbers with signs of money, percent and zeros",
        ("Stall", "Rent", "Share", "Code"),
        ("Fish", 120, 0.125, 417),
        ("Bread", 95.5, 0.5, 33),
        change=number,
        rows=(
            {"Stall": "Fish", "Rent": "€120", "Share": "12.5%", "Code": "00417"},
            {"Stall": "Bread", "Rent": "€95.5", "Share": "50%", "Code": "00033"},
        ),
    )


def _pairs() -> Written:
    return _workbook(
        "a form of labels and values",
        ("Owner:", "Levke Brandt"),
        ("Berth:", 17),
        ("Paid until:", "Michaelmas"),
        rows=({"Owner": "Levke Brandt"}, {"Berth": "17"}, {"Paid until": "Michaelmas"}),
    )


_COMMENTED = "Comment by Imke on B3 of sheet Ledger, “2140”: Counted by hand at the turnstile."


def _chart_and_comment() -> Written:
    def add(_: Any, sheet: Any) -> None:
        chart = BarChart()
        chart.title = "Visitors by season"
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
        sheet.add_chart(chart, "D2")
        sheet["B3"].comment = Comment("Counted by hand at the turnstile.", "Imke")

    return _workbook(
        "a chart and a comment",
        ("Season", "Visitors"),
        ("Spring", 820),
        ("Summer", 2140),
        change=add,
        rows=({"Season": "Summer", "Visitors": "2140"},),
        pieces=("Visitors by season", _COMMENTED),
    )
