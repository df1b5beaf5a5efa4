"""Several tables on a sheet, spans, headers of two rows, and false claims in files."""

from __future__ import annotations

import time

import pytest

from bot.reading import read
from bot.reading.tables.assembly import Allowance, Cell, Row, spread, table_pieces


def lines(table: str) -> list[str]:
    return read(table.strip("\n").encode(), ".csv").text.split("\n\n")


def told(rows: list[Row]) -> list[str]:
    return [piece.text for piece in table_pieces(rows, Allowance(), place=None)]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        # numbers, or a value that occurs above, continue a table; words in a numeric column do not
        ("Nut,2\nBolt,3", ["Part: Nut | Price: 2", "Part: Bolt | Price: 3"]),
        ("Driver,Town\nImre,Oslo\nSven,Bern", ["Driver: Imre | Town: Oslo"]),
        ("Prepared by,Ann", ["Prepared by | Ann"]),
        ("Counted in May.,", ["Counted in May."]),
        (",9", ["Price: 9"]),
        # a header that the values confirm, here and in columns that were empty
        ("Well,Depth\nAbbey,31\nMill,12", ["Well: Abbey | Depth: 31", "Well: Mill | Depth: 12"]),
        (",,Ship,Port\n,,Elsa,Kiel\n,,Ida,Riga", ["Ship: Elsa | Port: Kiel"]),
        ("Wells,\nWell,Depth\nAbbey,31", ["Wells", "Well: Abbey | Depth: 31"]),
    ],
)
def test_what_stands_below_empty_rows(below: str, expected: list[str]) -> None:
    found = lines(f"Part,Price\nHinge,14\nLatch,11\n\n{below}")
    assert found[:2] == ["Part: Hinge | Price: 14", "Part: Latch | Price: 11"]
    assert found[2 : 2 + len(expected)] == expected


def test_words_below_words_have_no_names_unless_something_tells() -> None:
    assert lines("Dish,Cook\nSoup,Rosa\nPie,Piet\n\nCake,Udo\nBread,Uwe\n\nJam,Ida\nTea,Eva") == [
        *("Dish: Soup | Cook: Rosa", "Dish: Pie | Cook: Piet"),
        *("Cake | Udo", "Bread | Uwe", "Jam | Ida", "Tea | Eva"),
    ]
    assert lines("Dish,Cook\nSoup,Rosa\n\nCake,Rosa\nJam,Udo")[1:] == [
        "Dish: Cake | Cook: Rosa",
        "Dish: Jam | Cook: Udo",
    ]
    assert lines("Dish,Cook\nSoup,Rosa\n\n\nCity,River\nBern,Aare")[1:] == [
        "City: Bern | River: Aare"
    ]


def test_a_header_may_begin_within_a_band() -> None:
    assert lines("Ship,Tons,Crew\nElsa,4,2\nIda,5,3\nShip,Tons,Crew\nRut,6,4") == [
        "Ship: Elsa | Tons: 4 | Crew: 2",
        "Ship: Ida | Tons: 5 | Crew: 3",
        "Ship: Rut | Tons: 6 | Crew: 4",
    ]
    assert lines("Ship,Tons\nElsa,4\nIda,5\nLock,Keeper\nUpper,Hannes\nLower,Birte")[2:] == [
        "Lock: Upper | Keeper: Hannes",
        "Lock: Lower | Keeper: Birte",
    ]
    closed = lines("Ship,Tons\nElsa,4\nIda,unknown\nRut,unknown\nUte,7")
    assert closed[1:3] == ["Ship: Ida | Tons: unknown", "Ship: Rut | Tons: unknown"]


def test_tables_beside_each_other_are_read_one_after_the_other() -> None:
    assert lines("A,n,,B,m\nx,1,,y,2\nz,3,,w,4") == [
        *("A: x | n: 1", "A: z | n: 3"),
        *("B: y | m: 2", "B: w | m: 4"),
    ]
    # Values between them further down are not lost.
    assert lines("A,n,,B,m\n" + "x,1,,y,2\n" * 40 + "x,1,late,y,2")[40] == "A: x | n: 1 | late"
    # Values after an empty column belong to the names on the left.
    assert lines("Region,2029,,2030,Change\nNorth,5,,6,1") == [
        "Region: North | 2029: 5 | 2030: 6 | Change: 1"
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "Region,Sales,,Costs,\n,2029,2030,2029,2030\nNorth,1,2,3,4",
            "Region: North | Sales, 2029: 1",
        ),
        ("in tons,Autumn\n,Rye,Oats\nFarm,1,2\nHill,3,4", "in tons: Farm | Autumn, Rye: 1"),
        # two complete headers are not one header of two rows
        ("Report,Q3\nItem,Net,Gross\nBolt,1,2\nNut,3,4", "Report: Item | Q3: Net | Gross"),
        ("Job,,Holder\nWiring,,Nadia\nFloor,,Bo", "Job: Wiring | Holder: Nadia"),
        ("Owner:,Ann\nBerth:,17", "Owner: Ann"),
    ],
)
def test_headers(table: str, expected: str) -> None:
    assert lines(table)[0].startswith(expected)


def test_no_name_of_a_column_is_lost() -> None:
    assert lines("Name,Age,Remark\nAnn,3,\nBob,4,") == [
        "Name | Age | Remark",
        "Name: Ann | Age: 3",
        "Name: Bob | Age: 4",
    ]


def test_cells_are_spread_over_rows_and_columns() -> None:
    grid = [
        [Cell("Class", rows=2), Cell("Marks", columns=2)],
        [Cell("oral"), Cell("written")],
        [Cell("Seven", rows=2), Cell("14"), Cell("11")],
        [Cell("9"), Cell("12")],
        [Cell("all passed", columns=3)],
    ]
    assert told(list(spread(grid))) == [
        "Class: Seven | Marks, oral: 14 | Marks, written: 11",
        "Class: Seven | Marks, oral: 9 | Marks, written: 12",
        "all passed",
    ]


def test_rows_that_head_others_are_told_with_them() -> None:
    grid = [
        *([Cell("Dish"), Cell("Price")], [Cell("From the sea", columns=2)]),
        *([Cell("Plaice"), Cell("19")], [Cell("From the garden", columns=2)]),
        [Cell("Chard"), Cell("8")],
    ]
    assert told(list(spread(grid))) == [
        "From the sea | Dish: Plaice | Price: 19",
        "From the garden | Dish: Chard | Price: 8",
    ]


def test_absurd_spans_are_bounded() -> None:
    begun = time.process_time()
    rows = spread([[Cell("x" * 1000, columns=10**9, rows=10**9)] * 50] * 50)
    allowance = Allowance(100_000)
    assert list(table_pieces(rows, allowance, place=None)) == []
    assert allowance.note == "row 1 and what follows was left out: too large"
    assert time.process_time() - begun < 5


def test_thousands_of_tables_end_soon() -> None:
    begun = time.process_time()
    table = "".join(f"a{n},b{n}\n1,2\n3,4\n" for n in range(4_000))
    assert len(lines(table)) > 8_000
    assert len(lines("".join(f"a{n},b{n}\n1,2\n\n" for n in range(4_000)))) > 3_000
    assert time.process_time() - begun < 10


def test_a_band_too_long_for_one_look_goes_on() -> None:
    table = "Name,Tons,,Bell,Weight\n" + "".join(f"n{n},{n},,b{n},{n}\n" for n in range(12_000))
    found = lines(table)
    assert len(found) == 24_000
    assert "Name: n11999 | Tons: 11999" in found
    assert found[-1] == "Bell: b11999 | Weight: 11999"
