"""Patterns of figures and dates: number words, regular expressions, and where a value may begin."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10),
        strict=True)
)  # fmt: skip
SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
        "twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
        "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first".split(),
        range(1, 32),
        strict=True,
    )
)
PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
MONTHS = (
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CURRENCIES = {
    "us$": "$", "usd": "$", "dollar": "$", "eur": "€", "euro": "€", "gbp": "£", "pound": "£",
}  # fmt: skip


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# Capitals distinguish months from the verbs "march" and "may".
_MONTH = (
    "|".join(
        f"{short}(?:{rest})?\\.?" if rest else short
        for name in MONTHS
        for short, rest in (
            (name[:3].capitalize(), name[3:]),
            (name[:3].upper(), name[3:].upper()),
        )
    )
    .replace("Sep(?:tember)", "Sept?(?:ember)")
    .replace("SEP(?:TEMBER)", "SEPT?(?:EMBER)")
)
_WEEKDAY = "|".join(f"{name.capitalize()}|{name.upper()}" for name in WEEKDAYS)
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_YEAR = r"[12]\d{3}(?![\d,.]\d|\d)"
_ERA = r"(?:\s?(?:BCE?|CE|AD|BP|B\.C\.(?:E\.)?|A\.D\.|C\.E\.)(?!\w))"
_LOW = r"(?ai:{})".format
_SPACE = r"[ \t\u00a0\n]{1,2}"

DATE = re.compile(
    rf"""(?<![\w.,$€£])(?<![A-Z\d]-)(?:
        (?P<iso>[12]\d{{3}}-[01]\d-[0-3]\d)(?![\w-])
      | (?P<slashed>\d{{1,2}}[/.]\d{{1,2}}[/.][12]\d{{3}})(?!\w)
      | (?:(?P<weekday>{_WEEKDAY}),?{_SPACE}(?:the{_SPACE})?)?
        (?: (?P<day>{_DAY}|{_LOW(_either(ORDINALS))}(?={_SPACE}of{_SPACE}))
            (?:{_SPACE}of)?{_SPACE}(?P<month>{_MONTH})(?!\w)
            (?:,?{_SPACE}(?P<year>{_YEAR}))?
          | (?P<month2>{_MONTH}){_SPACE}(?:the{_SPACE})?(?P<day2>{_DAY})(?![\w%]|[.,]?\d)
            (?:,?{_SPACE}(?P<year2>{_YEAR}))?
          | (?P<month3>{_MONTH}),?{_SPACE}(?:of{_SPACE})?(?P<year3>{_YEAR}) )
      | (?P<decade>\d{{2,3}}0)['’]?s(?!\w)
      | (?P<century>\d{{1,2}}(?:st|nd|rd|th)|{_LOW(_either(ORDINALS))})[ \u00a0-]
        (?ai:centur(?:y|ies))(?!\w)(?P<century_era>{_ERA}?)
      | (?:(?P<anno>AD|A\.D\.)\s)(?P<anno_year>\d{{1,4}})(?!\w)
      | (?P<old>\d{{1,3}}(?:,\d{{3}})?|\d{{4}})(?P<era>{_ERA})
      | (?P<bare>{_YEAR})(?![\w%])
      | (?P<loose_month>{_MONTH})(?!\w)
      | (?P<loose_weekday>{_WEEKDAY})(?!\w)
    )""",
    re.VERBOSE,
)

_WORD_NUMBER = _either([*UNITS, *TENS])
_SCALE = _either(["dozen", "hundred", "thousand", "million", "billion", "trillion"])
FIGURE = re.compile(
    rf"""
      (?<![\w.,])(?<![A-Z]-)(?<!\w\+)(?P<currency>US\$|USD\s|EUR\s|GBP\s|[$€£¥₹])?
      (?P<sign>(?<![\w)])[-−])?
      (?P<number>\d{{1,3}}(?:[\u00a0\u202f,]\d{{3}})+(?:\.\d+)?|\d{{1,3}}/\d{{1,3}}(?![/\d])|\d+(?:[.,]\d+)*|[½¼¾])
      (?: (?P<ordinal>st|nd|rd|th)(?!\w)
        | (?:[ \u00a0-]?(?P<scale>{_LOW(_SCALE)})
            |(?P<short>(?(currency)(?:bn|mn|tn|m|k)|(?:bn|mn|tn)))(?!\w))?
          (?:[ \u00a0-]?(?P<percent>%|(?ai:percent|per\ cent)\b))?
          (?:[ \u00a0](?P<money>(?ai:(?:US\ )?dollar|euro)s?|USD|EUR|GBP)(?!\w))? )
      (?:(?!\w)|(?=(?:[kcm]?m|km2|[kmµ]?g|t|ft|[kMG]W|[kMGT]B|°)(?!\w)))
    | (?<![\w])(?P<words>(?ai:(?:{_WORD_NUMBER}|an?\ (?:{_SCALE}))
        (?:(?:-|[ ]and[ ]|[ ])(?:{_WORD_NUMBER}|{_SCALE})){{0,9}}))
      (?:[ -](?P<part>(?ai:hal(?:f|ves)|thirds?|quarters?|fifths?|sixths?|tenths?)))?
      (?:[ \u00a0-](?P<words_percent>(?ai:percent|per\ cent)\b))?(?!\w)
    | (?<![\w])(?ai:an?)\ (?P<share>(?ai:third|quarter|fifth|sixth|tenth))(?=\ of\b)
    | (?<![\w])(?P<nth>(?ai:{_either(ORDINALS)}))(?!\w)
    | (?<![\w-])(?P<half>(?ai:half))(?:[ ]an?[ ](?P<half_of>{_LOW(_SCALE)})(?!\w))?(?![\w-])
    """,
    re.VERBOSE,
)
_PART = re.compile(r"\w+|[$€£¥₹−-]")
_SIGNS = frozenset("$€£¥₹−-")
_OPENINGS = frozenset(
    word[:3]
    for words in (UNITS, TENS, ORDINALS, MONTHS, WEEKDAYS, CURRENCIES, "us a an ad half".split())
    for word in words
)


def likely_places(text: str) -> list[int]:
    """Returns where a date or figure may begin; the slow patterns need not look elsewhere."""
    return [match.start() for match in _PART.finditer(text) if _may_open(match[0])]


def matches(
    pattern: re.Pattern[str], text: str, likely: Sequence[int], start: int, end: int
) -> Iterator[re.Match[str]]:
    """Yields the matches of `pattern.finditer(text, start, end)`, trying only likely places."""
    for at in islice(likely, bisect_left(likely, start), None):
        if at >= end:
            break
        if at >= start and (match := pattern.match(text, at, end)):
            yield match
            start = match.end()


def _may_open(part: str) -> bool:
    """Whether a date or figure may begin with a word or sign; none begins inside a word."""
    return part[:3].lower() in _OPENINGS or part[0].isnumeric() or part in _SIGNS
