"""Dates at the head of a document: their formats, and which one is the document's own."""

from __future__ import annotations

import pytest

from bot.reading.common.head_dates import (
    Stated,
    date_above,
    date_beside,
    dated,
    dates_in,
    stated_date,
)
from bot.reading.common.metadata import file_date
from bot.types import Metadata


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Valid from 4 March 2031, edition Q7", ["2031-03-04"]),
        ("March 4th, 2031", ["2031-03-04"]),
        ("Emden, den 4. März 2031", ["2031-03-04"]),
        ("4 de marzo de 2031", ["2031-03-04"]),
        ("4 марта 2031 г.", ["2031-03-04"]),
        ("2031-03-04", ["2031-03-04"]),
        ("2031年3月4日", ["2031-03-04"]),
        ("Stand: 04.03.2031", ["2031-03-04"]),
        ("from 4 March 2031 to 5 May 2031", ["2031-03-04", "2031-05-05"]),
        ("3/4/2031", []),
        ("31 February 2031", []),
        ("March 2031", []),
        ("In March 4 boats left", []),
        ("Version 4.3.2031.7", []),
        ("", []),
    ],
)
def test_days_are_read_as_they_are_written(line: str, days: list[str]) -> None:
    assert dates_in(line) == days


def test_headers_date_a_document_when_they_agree() -> None:
    assert date_beside(["Valid from 4 March 2031", "Page 3", "4.3.2031"]) == "2031-03-04"
    assert date_beside(["4 March 2031", "5 March 2031"]) is None
    assert date_beside(["4 March 2031 " + "and so on " * 20]) is None


def test_a_line_dates_a_document_when_it_says_little_else() -> None:
    assert date_above(["Minutes", "The pier opened on 3 June 1908 with a feast."]) is None
    assert date_above(["Minutes", "12 March 2030", "13 March 2030"]) == "2030-03-12"


def test_a_date_that_differs_from_that_of_the_file_is_remarked_on() -> None:
    own = Metadata(date="2029-01-05")
    assert dated(own, None) == (own, ())
    same = Metadata(date="2029-01-05", date_from="the text")
    assert dated(own, Stated("2029-01-05", "the text")) == (same, ())
    stated = Stated("2030-03-12", "the text")
    other = Metadata(date="2030-03-12", date_from="the text")
    assert dated(Metadata(), stated) == (other, ())
    remark = "dated by its text, 2030-03-12; its file was made 2029-01-05"
    assert dated(own, stated) == (other, (remark,))


def test_headers_come_before_lines_of_the_text() -> None:
    day = stated_date(["Minutes", "12 March 2030"], beside=["Valid from 4 March 2031"])
    assert day == Stated("2031-03-04", "headers and footers")
    above = Stated("2030-03-12", "a line at the head of the text")
    assert stated_date(["Minutes", "12 March 2030"]) == above
    assert stated_date([*map(str, range(8)), "12 March 2030"]) is None


@pytest.mark.parametrize(
    ("created", "modified", "found"),
    [
        ("2029-01-05", "2030-01-05", ("2029-01-05", "document properties: created")),
        (None, "2030-01-05", ("2030-01-05", "document properties: modified")),
        ("1970-01-01", "2030-01-05", ("2030-01-05", "document properties: modified")),
        ("1601-01-01", "1980-01-01", (None, None)),
    ],
)
def test_the_clock_of_a_program_dates_no_file(
    created: str | None, modified: str | None, found: tuple[str | None, str | None]
) -> None:
    assert file_date(created, modified) == found
