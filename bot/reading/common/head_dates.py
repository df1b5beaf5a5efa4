"""Finds the date that a document states at its head; the file's own date may be a program's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import islice

from ...types import Metadata
from .datelines import is_date_line

_LANGUAGES = "en de fr es it nl pt ru uk pl cs sv tr".split()
_LONGEST = 120
_HEAD = 8
"""Number of blocks at the top in which to look for a date line."""

_NUMERIC = re.compile(r"(?<!\d)(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\.?\d)")
_WORDS = re.compile(r"\d{1,4}|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date stated by a document, and where it stands."""

    day: str
    place: str


def stated_date(above: Iterable[str], beside: Iterable[str] = ()) -> Stated | None:
    """Returns the date on which headers and footers agree, or that of a line near the top."""
    if day := date_beside(beside):
        return Stated(day, "headers and footers")
    if day := date_above(islice(above, _HEAD)):
        return Stated(day, "a line at the head of the text")
    return None


def dated(metadata: Metadata, stated: Stated | None) -> tuple[Metadata, tuple[str, ...]]:
    """Returns the metadata with the stated date, and a remark if the file's date differs."""
    if stated is None:
        return metadata, ()
    own = replace(metadata, date=stated.day, date_from=stated.place)
    remark = f"dated by its text, {stated.day}; its file was made {metadata.date}"
    return own, (remark,) if metadata.date not in (None, stated.day) else ()


def date_beside(lines: Iterable[str]) -> str | None:
    """Returns the only date in headers and footers; None if there is none or more than one."""
    dates = {found for line in lines if len(line) <= _LONGEST for found in dates_in(line)}
    return dates.pop() if len(dates) == 1 else None


def date_above(lines: Iterable[str]) -> str | None:
    """Returns the date of the first line that is little more than a date."""
    own = (found for line in lines if is_date_line(line) for found in dates_in(line))
    return next(own, None)


def dates_in(line: str) -> list[str]:
    """Returns the full dates of a line as YYYY-MM-DD; "3/4/2024" is ambiguous and left out."""
    found = [_day(*map(int, match.groups())) for match in _NUMERIC.finditer(line)]
    for match in _DOTTED.finditer(line):
        day, month, year = map(int, match.groups())
        found.append(_day(year, month, day))
    words = [match.group() for match in _WORDS.finditer(line)]
    for at, word in enumerate(words):
        named = _months().get(word.casefold())
        if named:
            found.append(_written(words, at, named))
    return [day for day in dict.fromkeys(found) if day]


def _written(words: list[str], at: int, month: int) -> str | None:
    """Returns the date around the name of a month: "March 4th, 2031", "4 de abril de 2031"."""
    before = next((word for word in reversed(words[max(0, at - 2) : at]) if word.isdecimal()), "")
    after = [word for word in words[at + 1 : at + 4] if word.isdecimal()]
    if 0 < len(before) < 3 and after and len(after[0]) == 4:
        return _day(int(after[0]), month, int(before))
    if len(after) > 1 and len(after[0]) < 3 and len(after[1]) == 4:
        return _day(int(after[1]), month, int(after[0]))
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if 1500 <= year <= 2200 else None
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Returns the numbers of months by full and short name, in the form used in dates."""
    from babel.dates import get_month_names

    months: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for month, name in get_month_names(width, "format", language).items():
                months.setdefault(name.casefold().rstrip("."), month)
    return months
