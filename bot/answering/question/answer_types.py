"""The kind of thing that a question asks for, and where a text names things of that kind.

The English wording decides: "who" asks for a name, "how many" for a number. For other questions
("what", "why", "how") the kind is None, which implies nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cache
from itertools import accumulate

from ...text.terms import STOP_WORDS, terms
from ...types import Span


class AnswerType(StrEnum):
    """A kind of short answer that the words of a text reveal."""

    NAME = "name"
    PLACE = "place"
    COUNTRY = "country"
    DATE = "date"
    DURATION = "duration"
    NUMBER = "number"
    AMOUNT = "amount"
    MONEY = "money"
    PERCENT = "percent"


# Kinds that a text writes in digits or in words of a closed list, so that their absence can be
# detected. Names have no such fixed form.
CLOSED = frozenset(
    {
        AnswerType.DATE,
        AnswerType.DURATION,
        AnswerType.NUMBER,
        AnswerType.AMOUNT,
        AnswerType.MONEY,
        AnswerType.PERCENT,
    }
)


def _words(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_AUXILIARY = (
    r"(?:['’]s\b|\s+(?:do|does|did|is|are|was|were|will|would|can|could|may|might|must|shall|should|has"
    r"|have|had|else|exactly)\b)"
)
# The first match asks. "when" may also join a clause, and the "Who" in "Doctor Who" asks nothing.
_INTERROGATIVE = re.compile(
    rf"\b(?:[Ww]hat|[Ww]hich|[Ww]hy|[Hh]ow|who|whom|whose)\b|(?:^\W*|[.!?]\W{{1,9}})(?P<who>Who(?:m|se)?)\b"
    rf"|\b(?:[Ww]hen|[Ww]here)(?:{_AUXILIARY}|\W*$)"
)
# A few words may stand between "which" and the noun that reveals the kind: "which Asian state".
_WHICH = r"(?:what|which)(?:\s+(?!(?:is|was|are|were|did|does|do|has|have|had)\b)[\w'-]+){0,3}?\s+"
_OF_WHAT = r"what (?:is|was|are|were) the (?:[\w-]+\s+){0,2}?"

# What may follow the interrogative; the first pattern that matches decides.
_ASKED: tuple[tuple[str, AnswerType], ...] = (
    (r"how many\s+(?:years|months|weeks|days|hours|minutes)\b", AnswerType.DURATION),
    (r"how (?:many|large a number|old)\b", AnswerType.NUMBER),
    (r"how (?:much|big|large) (?:a |of a )?(?:percent\w*|share|proportion)\b", AnswerType.PERCENT),
    (r"how much (?:money|funding|did .* (?:cost|pay|invest|spend))\b", AnswerType.MONEY),
    (r"how (?:much|high|tall|far|large|big|wide|deep|heavy|fast|thick|hot|cold|often)\b",
     AnswerType.AMOUNT),
    (r"how long\b(?! ago)", AnswerType.DURATION),
    (r"how long ago\b", AnswerType.DATE),
    (_WHICH + r"(?:percent|percentages?|share|proportion|fraction)\b", AnswerType.PERCENT),
    (_WHICH + r"(?:years?|dates?|day|months?|centur(?:y|ies)|decades?)\b", AnswerType.DATE),
    (_WHICH + r"(?:countr(?:y|ies)|nations?)\b", AnswerType.COUNTRY),
    (_WHICH + r"(?:city|cities|town|village|province|continent)\b", AnswerType.PLACE),
    (_WHICH + r"(?:person|president|minister|official|secretary|ambassador|leader|author|"
     r"scientist|king|queen|player|senator|director)\b", AnswerType.NAME),
    (_OF_WHAT + r"(?:population|number)\b", AnswerType.NUMBER),
    (_OF_WHAT + r"(?:percentage|share|proportion)\b", AnswerType.PERCENT),
    (_OF_WHAT + r"(?:price|cost|budget|gdp|salary|revenue)\b", AnswerType.MONEY),
    (_OF_WHAT + r"date\b", AnswerType.DATE),
    (_OF_WHAT + r"names?\b", AnswerType.NAME),
    (r"\W*who(?:m|se)?\b", AnswerType.NAME),
    (r"when\b", AnswerType.DATE),
    (r"where\b", AnswerType.PLACE),
)  # fmt: skip
_ASKED_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _ASKED)

_CARDINALS = _words(
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundreds?", "thousands?", "millions?", "billions?", "trillions?", "dozens?",
)  # fmt: skip
_ORDINALS = _words(
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", r"twenty-first", r"\d{1,2}(?:st|nd|rd|th)",
)  # fmt: skip
_MONTH = _words(
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December", r"Jan\.", r"Feb\.", r"Mar\.", r"Apr\.", r"Jun\.", r"Jul\.",
    r"Aug\.", r"Sept?\.", r"Oct\.", r"Nov\.", r"Dec\.",
)  # fmt: skip
# Bounded: with "+", a text of only digits and commas would take quadratic time.
_DIGITS = r"\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,20})?|\d{1,20}(?:\.\d{1,20})?"
_NUMERAL = rf"(?:(?:{_DIGITS})(?:[ \u00a0](?:hundred|thousand|million|billion|trillion))?|"
_NUMERAL += rf"(?i:\b{_CARDINALS}(?:[ -]{_CARDINALS}){{0,4}}\b))"
_YEAR = r"(?:1\d{3}|20\d\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_UNIT_OF_TIME = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))"
_DATE = "|".join(
    (
        rf"\b{_DAY} {_MONTH},? {_YEAR}\b",
        rf"\b{_MONTH} {_DAY}(?:, ?{_YEAR})?\b",
        rf"\b{_DAY} {_MONTH}\b",
        rf"\b{_MONTH},? {_YEAR}\b",
        r"\b\d{4}-\d\d-\d\d\b",
        rf"(?:~ ?)?(?:{_DIGITS})(?: (?:thousand|million|billion))? years ago\b",
        rf"\b(?:{_DIGITS}) (?:BC|BCE|AD|CE|BP)\b",
        r"\b\d{1,2}:\d\d(?: ?[ap]\.m\.| ?[ap]m\b|\b)",
        rf"\b(?:the )?(?:early |late |mid-)?(?i:{_ORDINALS}) century\b",
        rf"\b(?:(?:early|late|mid)[ -])?{_YEAR}(?:s\b|\b(?![\d,.]*\d))"
        rf"(?: ?(?:[-–]|to|until) ?{_YEAR}\b)?",
        rf"\b{_MONTH}(?!\w)",
    )
)
_WORD = r"[^\W\d_][\w'’.&-]*"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’&-]*(?:\.(?=[A-Z ]))?(?:[A-Z]\.)*"
_NAME = (
    rf"{_CAPITAL}(?: (?:(?:of|the|de|la|van|von|der|bin|al|du|and the) ){{0,2}}{_CAPITAL}){{0,7}}"
)

_PATTERNS = {
    AnswerType.NAME: re.compile(_NAME),
    AnswerType.PLACE: re.compile(_NAME),
    AnswerType.DATE: re.compile(_DATE),
    AnswerType.DURATION: re.compile(
        rf"\b{_NUMERAL}(?: (?:to|or|and|-) {_NUMERAL})?[ -]{_UNIT_OF_TIME}\b"
        rf"|\b{_YEAR} ?(?:[-–]|to|until) ?{_YEAR}\b"
    ),
    AnswerType.NUMBER: re.compile(
        rf"(?<![\w.,$€£])(?:{_NUMERAL}[-–])?{_NUMERAL}(?!\w)|\b(?:once|twice)\b"
    ),
    AnswerType.MONEY: re.compile(
        rf"(?:[$€£¥]|\b(?:USD|EUR|GBP|US\$)) ?(?:{_DIGITS})"
        r"(?: ?(?:thousand|million|billion|trillion|[mbk]n?)\b)?"
        rf"|\b{_NUMERAL} (?:US |U\.S\. )?(?:dollars|euros?|pounds|cents|yen|yuan|tenge|som)\b"
    ),
    AnswerType.PERCENT: re.compile(
        rf"(?<![\w.,])(?:{_NUMERAL}(?:[-–]| to | or ))?{_NUMERAL}"
        r"(?: ?%| ?percent\b| per cent\b)"
        r"|\b(?:(?i:one|two|three|four)[- ](?:half|thirds?|quarters?|fifths?)|half|most|majority)\b"
    ),
}  # fmt: skip
# Codes that CLDR lists beside countries: unions, catch-all codes and test codes.
_NO_COUNTRIES = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
_LONE_YEAR = re.compile(_YEAR)
# Number of characters before a number in which a word may mark it as a year: "September ".
DATING_REACH = 12
_DATING = re.compile(
    rf"(?:\b(?:in|since|by|from|to|until|between|and|during|before|after|year|early|late)|{_MONTH}"
    r"|\d,) $",
    re.IGNORECASE,
)
_AMOUNT_UNIT = re.compile(r"[ \u00a0-]?(?:%|°[CF]?|[^\W\d_]{1,15}\b)")
_NOT_NAMES = frozenset(STOP_WORDS) | frozenset(
    "however although while since after before during despite when where january february march "
    "april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday many several some most both each one two three four five six "
    "seven eight nine ten first second".split()
)


def asked_for(question: str) -> AnswerType | None:
    """Returns the kind of thing that a question asks for; None if it asks for an explanation."""
    asking = interrogative(question)
    if asking is None:
        return None
    matching = (kind for pattern, kind in _ASKED_PATTERNS if pattern.match(question, asking[0]))
    return next(matching, None)


def interrogative(question: str) -> Span | None:
    """Returns the span of the question's interrogative word; None if it has none."""
    match = _INTERROGATIVE.search(question)
    if match is None:
        return None
    return match.start("who") if match["who"] else match.start(), match.end()


def named(text: str, kind: AnswerType) -> list[Span]:
    """Returns where a text names things of a kind, in reading order."""
    return list(_FINDERS.get(kind, _matching)(text, kind))


def names_more(text: str, kind: AnswerType, known: Collection[str]) -> bool:
    """Whether a text names a thing of a kind that the known terms don't cover."""
    return any(not repeats(text[start:end], known) for start, end in named(text, kind))


def repeats(text: str, known: Collection[str]) -> bool:
    """Whether all terms of a text are known; False for a text without terms."""
    found = terms(text)
    return bool(found) and all(term in known for term in found)


@cache
def countries() -> frozenset[str]:
    """Returns the English names of all countries in lower case (CLDR, through Babel)."""
    from babel import Locale

    names = {
        str(name)
        for code, name in Locale("en").territories.items()
        if code.isalpha() and code not in _NO_COUNTRIES
    }
    names |= {"United States of America", "USA", "US", "U.S.", "UK", "U.K.", "England", "Scotland",
              "Great Britain", "Britain", "Soviet Union", "Czech Republic", "Turkey",
              "Kyrgyz Republic", "Slovak Republic", "Russian Federation", "Republic of Korea",
              "Democratic Republic of Congo", "Ivory Coast", "Burma", "Holland", "UAE"}  # fmt: skip
    return frozenset(name.lower() for name in names)


def _matching(text: str, kind: AnswerType) -> Iterator[Span]:
    for match in _PATTERNS[kind].finditer(text):
        yield match.span()


def _names(text: str, kind: AnswerType) -> Iterator[Span]:
    """Yields capitalised runs, without function words at the start of a sentence."""
    for match in _PATTERNS[kind].finditer(text):
        start, end = match.span()
        words = list(re.finditer(r"\S+", match[0]))
        while words and words[0][0].lower().strip(".'’s") in _NOT_NAMES:
            words.pop(0)
        if words:
            start += words[0].start()
            yield start, end


def _countries(text: str, kind: AnswerType) -> Iterator[Span]:
    """Yields the countries within capitalised runs.

    One run may hold several; at each word, the longest match wins.
    """
    for start, end in _names(text, AnswerType.NAME):
        words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
        at = 0
        while at < len(words):
            for last in range(len(words), at, -1):
                part = start + words[at][0], start + words[last - 1][1]
                own = text[slice(*part)].removesuffix("’s").removesuffix("'s").lower()
                if own in countries():
                    yield part
                elif own.removesuffix(".") in countries():
                    yield part[0], part[1] - 1
                else:
                    continue
                at = last
                break
            else:
                at += 1


def _numbers(text: str, kind: AnswerType) -> Iterator[Span]:
    """Yields numbers that are not years."""
    for start, end in _matching(text, AnswerType.NUMBER):
        before = max(0, start - DATING_REACH)
        if not (_LONE_YEAR.fullmatch(text, start, end) and _DATING.search(text, before, start)):
            yield start, end


def _amounts(text: str, kind: AnswerType) -> Iterator[Span]:
    """Yields numbers with their units, amounts of money, and percentages."""
    found = sorted(named(text, AnswerType.MONEY) + named(text, AnswerType.PERCENT))
    starts = [start for start, _ in found]
    ends = list(accumulate((end for _, end in found), max))
    for start, end in named(text, AnswerType.NUMBER):
        before = bisect_left(starts, end)
        if not before or ends[before - 1] <= start:
            unit = _AMOUNT_UNIT.match(text, end)
            found.append((start, unit.end() if unit else end))
    yield from sorted(found)


_FINDERS = {
    AnswerType.NAME: _names,
    AnswerType.PLACE: _names,
    AnswerType.COUNTRY: _countries,
    AnswerType.NUMBER: _numbers,
    AnswerType.AMOUNT: _amounts,
}
