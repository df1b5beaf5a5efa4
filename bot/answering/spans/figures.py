"""Finds figures that may answer how many, how much, how long or how often, with their units.

Also finds the words that say that there is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...text.remembered import remembered
from ...types import Span
from ..question.answer_types import AnswerType, named
from .candidates import Candidate, Cell, Unit, any_of

_NOTHINGS = re.compile(
    r"\b(?:none|nobody|no one|nothing|neither|not any|not yet|yet to|no longer|free of charge"
    r"|(?:for|is|are|was|were|it['’]s) (?P<free>free)(?! to| of\b| from)|without charge"
    r"|at no (?:extra )?(?:cost|charge))\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\b(?:every|each) (?:other |second |(?:\w+ )?(?:\w+-)?)?(?:seconds?|minutes?|hours?|days?"
    r"|weeks?|months?|years?|quarter|time|decade|night|morning|Monday|Tuesday|Wednesday|Thursday"
    r"|Friday|Saturday|Sunday)\b"
    r"|\b(?:once|twice|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|many|few) times"
    r"(?! (?:as|more|larger|higher|the)\b))(?: (?:an?|per|each|every|in) (?:\w+ )?"
    r"(?:second|minute|hour|day|week|month|year|decade|season)s?)?\b"
    r"|\b(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|annually)\b",
    re.IGNORECASE,
)
_VAGUE_TIME = re.compile(
    r"\b(?:an?|one|half an?|several|a few|a couple of|the whole) "
    r"(?:second|minute|hour|day|night|week|fortnight|month|year|decade|century)s?\b",
    re.IGNORECASE,
)
_VAGUE_NUMBER = re.compile(
    r"\b(?:tens|dozens|hundreds|thousands|millions|billions)"
    r"(?: of (?:thousands|millions|billions|trillions)(?: of (?P<money>dollars|euros|pounds))?"
    r"| of (?P<only_money>dollars|euros|pounds))\b",
    re.IGNORECASE,
)
_UNITS = {
    Unit.PERCENT: r"% percent per\scent percentage",
    Unit.TIME: "seconds? minutes? mins? hours? hrs? days? nights? weeks? fortnights? months? "
    "years? decades? century centuries",
    Unit.SPEED: "km/h mph knots? kn m/s",
    Unit.LENGTH: "km kilomet(?:er|re)s? met(?:er|re)s? m cm mm centimet(?:er|re)s? feet foot ft "
    "inch(?:es)? miles? yards?",
    Unit.MASS: "kg kilograms? kilos? grams? g tonn?es? tons? lbs? ounces? oz",
    Unit.VOLUME: "lit(?:er|re)s? gallons? ml pints? barrels?",
    Unit.HEAT: "°[CF]? degrees?",
    Unit.POWER: "[kMG]Wh? watts? horsepower hp",
    Unit.MONEY: "dollars? euros? cents? pence USD EUR GBP yen yuan tenge som",
    Unit.POUNDS: "pounds?",
}
_AFTER = {unit: re.compile(rf"[ \u00a0-]?{any_of(words)}(?!\w)") for unit, words in _UNITS.items()}
_ALONE = {unit: re.compile(any_of(words)) for unit, words in _UNITS.items()}
_NO_WORD = re.compile(r"[\W_]+")


@remembered(1_000)
def unit_of(word: str) -> Unit | None:
    """Returns what a unit measures; None for a word that is not a unit."""
    return next((unit for unit, pattern in _ALONE.items() if pattern.fullmatch(word)), None)


def figures(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields figures with units, shares, sums, durations, rates, and words for nothing."""
    taken: list[Span] = []
    for one in _figures(sentence, cells):
        if not any(start < one.end and one.start < end for start, end in taken):
            taken.append((one.start, one.end))
            yield one


def _figures(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields the same, possibly overlapping, in order of precedence."""
    yield from nothings(sentence, cells)
    for match in _RATE.finditer(sentence):
        yield Candidate(*match.span(), unit=Unit.RATE)
    for match in _VAGUE_NUMBER.finditer(sentence):
        unit = Unit.MONEY if match["money"] or match["only_money"] else Unit.COUNT
        yield Candidate(*match.span(), unit=unit)
    for kind, unit in (
        (AnswerType.MONEY, Unit.MONEY),
        (AnswerType.PERCENT, Unit.PERCENT),
        (AnswerType.DURATION, Unit.TIME),
    ):
        for start, end in named(sentence, kind):
            measures = Unit.POUNDS if sentence.endswith("pounds", start, end) else unit
            yield Candidate(start, end, unit=measures)
    for match in _VAGUE_TIME.finditer(sentence):
        yield Candidate(*match.span(), unit=Unit.TIME)
    dates = named(sentence, AnswerType.DATE)
    for start, end in named(sentence, AnswerType.NUMBER):
        # The day of a date is not a number by itself; digits that may be a year are.
        if not any(a < end and start < b and b - a > end - start for a, b in dates):
            unit, last = _measured(sentence, cells, start, end)
            yield Candidate(start, last, unit=unit)


def nothings(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields words that say that there is nothing, or that something is free."""
    for match in _NOTHINGS.finditer(sentence):
        yield Candidate(*match.span("free" if match["free"] else 0))


def _measured(sentence: str, cells: Sequence[Cell], start: int, end: int) -> tuple[Unit, int]:
    """Returns what a number measures, and where its unit ends.

    The unit follows the number, or the header of its cell names it: "Cost GBP: 1200",
    "length_m: 84".
    """
    for after, pattern in _AFTER.items():
        if match := pattern.match(sentence, end):
            return after, match.end()
    key = next((cell.key for cell in reversed(cells) if cell.start <= start), None)
    words = _NO_WORD.split(sentence[slice(*key)]) if key else []
    return next((unit for word in reversed(words) if (unit := unit_of(word))), Unit.COUNT), end
