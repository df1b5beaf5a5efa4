"""Reads the figures and dates in a text as values that compare equal in any spelling.

"1,500", "1.5 thousand" and "fifteen hundred" are one figure; "8 February 2024",
"February 8th, 2024" and "2024-02-08" are one date. Words are English; digits in any language work.
Nothing is rounded: 30.07 and 30.1 are different figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ...types import ConflictKind
from .value_patterns import (
    CURRENCIES,
    DATE,
    FIGURE,
    MONTHS,
    ORDINALS,
    PARTS,
    SCALES,
    TENS,
    UNITS,
    WEEKDAYS,
    likely_places,
    matches,
)

Key: TypeAlias = tuple[object, ...]


class Unit(StrEnum):
    """Units that are part of the figure itself; other units are words next to it."""

    NONE = ""
    PERCENT = "percent"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or a date in a text, at `text[start:end]`.

    `key` is equal for equal values. A figure's key is (unit, number). A date's key is (label, year,
    month, day, weekday), with None for the parts that the text does not give. The label is an era,
    a decade or a century, or None.
    """

    kind: ConflictKind
    key: Key
    start: int
    end: int

    @property
    def number(self) -> float | None:
        """The number of a figure without a unit, or the year of a date with nothing else."""
        if self.kind is ConflictKind.FIGURE:
            number = self.key[1]
            return number if self.key[0] == "" and isinstance(number, float) else None
        label, year, *rest = self.key
        alone = label is None and isinstance(year, int) and not any(rest)
        return float(year) if alone and isinstance(year, int) else None


# A number after one of these words is a year, even with "people" after it.
BEFORE_YEAR = re.compile(
    r"(?i:\b(?:in|since|by|until|till|from|to|between|of|during|before|after|around|circa|early|"
    r"late|mid|year|years|summer|winter|spring|autumn|fall)[ \n-]|[(\[–/]|[,;] ?)$"
)
COUNTED_NEXT = re.compile(r"[ \u00a0-](?:[a-z]+s|km|kg|mm|cm|m|°|people|square|cubic|feet)\b")
MOST_DIGITS = 30


def values(text: str) -> Iterator[Value]:
    """Yields the figures and dates of a text, in order and without overlaps."""
    likely = likely_places(text)
    dates = [
        value
        for match in matches(DATE, text, likely, 0, len(text))
        if (value := _date(match, text))
    ]
    at = 0
    for date in [*dates, None]:
        end = date.start if date else len(text)
        # The pattern sees the whole text, so that its look-behind works next to a date.
        for match in matches(FIGURE, text, likely, at, end):
            yield _figure(match)
        if date:
            yield date
            at = date.end


def compatible(one: Value, other: Value) -> bool:
    """Whether two values can both be true: they are equal, or one is less precise."""
    if one.key == other.key and one.kind is other.kind:
        return True
    if one.kind is not other.kind:
        return one.number is not None and one.number == other.number
    if one.kind is ConflictKind.FIGURE:
        return False
    if isinstance(one.key[0], str) or isinstance(other.key[0], str):
        return _within(one.key, other.key) or _within(other.key, one.key)
    pairs = list(zip(one.key[1:], other.key[1:], strict=True))
    if all(mine is None or theirs is None for mine, theirs in pairs):
        return False  # "Monday" and "1990" have no part in common
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


def _within(part: Key, whole: Key) -> bool:
    """Whether a date lies in a decade or century."""
    year = part[1]
    if part[0] is not None or not isinstance(year, int):
        return False
    first = whole[1]
    if whole[0] == "decade":
        return first == year // 10 * 10
    return whole[0] == "century" and first == (year - 1) // 100 + 1


def _date(match: re.Match[str], text: str) -> Value | None:
    found = match.groupdict()
    start, end = match.span()
    label: str | None = None
    year = month = day = weekday = None
    if found["iso"]:
        year, month, day = (int(part) for part in found["iso"].split("-"))
    elif found["slashed"]:
        first, second, year = (int(part) for part in re.split(r"[/.]", found["slashed"]))
        if 12 < first <= 31:
            day, month = first, second
        elif 12 < second <= 31:
            month, day = first, second
        else:  # the order of day and month is unknown
            label = found["slashed"]
    elif name := found["month"] or found["month2"] or found["month3"]:
        month = _month(name)
        day = ORDINALS.get((found["day"] or "").lower()) or _digits(found["day"] or found["day2"])
        year = _digits(found["year"] or found["year2"] or found["year3"])
    elif found["decade"]:
        label, year = "decade", int(found["decade"])
    elif found["century"]:
        word = found["century"].lower()
        label, year = "century", ORDINALS.get(word) or _digits(word)
        if "B" in (found["century_era"] or ""):
            label = "century BC"
    elif found["anno_year"]:
        year = int(found["anno_year"])
    elif found["old"]:
        year = int(found["old"].replace(",", ""))
        era = found["era"].strip().replace(".", "")
        label = era[:2] if era.startswith("B") else None
    elif found["bare"]:
        year = int(found["bare"])
        if (
            year >= 2100
            or _counts(text, start, end)
            or ((figure := FIGURE.match(text, start)) and figure.end() > end)
        ):
            return None
    elif found["loose_month"]:
        if not _is_month(text, start, end):
            return None
        month = _month(found["loose_month"])
    if found["weekday"] or found["loose_weekday"]:
        weekday = WEEKDAYS.index((found["weekday"] or found["loose_weekday"]).lower())
    if month is not None and not 1 <= month <= 12:
        return None
    # A weekday follows from a full date, and one of two texts may omit it.
    key = (label, year, month, day, None if day and month else weekday)
    return Value(ConflictKind.DATE, key, start, end)


def _counts(text: str, start: int, end: int) -> bool:
    """Whether four digits count the things after them, rather than being a year."""
    return COUNTED_NEXT.match(text, end) is not None and not BEFORE_YEAR.search(
        text[max(0, start - 8) : start]
    )


def _is_month(text: str, start: int, end: int) -> bool:
    """Whether a month name without a day means the month: "May" and "March" begin sentences."""
    word = text[start:end].rstrip(".").lower()
    if word not in ("may", "march", "mar", "jan", "dec", "sep", "august"):
        return len(word) > 3
    return word in ("may", "march", "august") and text[max(0, start - 3) : start].lower() == "in "


def _month(name: str) -> int:
    short = name[:3].lower()
    return next(number for number, full in enumerate(MONTHS, 1) if full.startswith(short))


def _digits(text: str | None) -> int | None:
    return int("".join(filter(str.isdigit, text))) if text else None


def _figure(match: re.Match[str]) -> Value:
    found = match.groupdict()
    unit: str = Unit.NONE
    number: object
    if found["number"]:
        number = _number(found["number"], found["sign"])
        scale = (found["scale"] or found["short"] or "").lower()
        if isinstance(number, float):
            number *= SCALES.get(scale, 1.0)
        money = (found["currency"] or found["money"] or "").strip().lower()
        money = money.removeprefix("us ").rstrip("s") if money != "us$" else money
        unit = CURRENCIES.get(money, money)
        if found["percent"]:
            unit = Unit.PERCENT
        elif found["ordinal"]:
            unit = Unit.ORDINAL
    elif found["words"]:
        number = _spelled(found["words"])
        if found["part"]:
            number /= PARTS.get(found["part"].lower().removesuffix("s"), 2)
        if found["words_percent"]:
            unit = Unit.PERCENT
    elif found["share"]:
        number = 1 / PARTS[found["share"].lower()]
    elif found["nth"]:
        unit, number = Unit.ORDINAL, float(ORDINALS[found["nth"].lower()])
    else:
        number = 0.5 * SCALES.get((found["half_of"] or "").lower(), 1.0)
    if isinstance(number, float):
        number = float(f"{number:.12g}")  # makes 2.7 million exactly 2,700,000
    return Value(ConflictKind.FIGURE, (str(unit), number), *match.span())


def _number(digits: str, sign: str | None) -> float | str:
    """Parses a number; a text that is not one (a version, an address) is returned as it is."""
    if digits in "½¼¾":
        return {"½": 0.5, "¼": 0.25, "¾": 0.75}[digits]
    above, slash, below = digits.partition("/")
    if slash:
        return float(above) / float(below) if float(below) else digits
    plain = re.sub("[\u00a0\u202f]", "", digits)
    if len(plain) > MOST_DIGITS or plain.count(".") > 1:
        return plain
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    elif "," in plain:
        return plain
    return -float(plain) if sign else float(plain)


def _spelled(words: str) -> float:
    """Returns the value of a number in words, from 0 to trillions."""
    total = part = 0.0
    for word in re.split(r"[ -]", words.lower()):
        if word in UNITS:
            part += UNITS[word]
        elif word in TENS:
            part += TENS[word]
        elif word == "hundred":
            part = (part or 1.0) * 100
        elif word in SCALES:
            total += (part or 1.0) * SCALES[word]
            part = 0.0
    return total + part
