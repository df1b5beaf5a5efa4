"""The numbered things that a question names, such as "well 47" or "E18", found as they stand.

Vectors hardly tell "well 47" from "well 46", and BM25 takes the number for one word of many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .terms import STOP_WORDS

# A word with its number, "part 3" or "Article no. 12"; and a code that has a letter and a figure.
_NUMBERED = re.compile(
    r"(?<!\w)(?P<name>[^\W\d_]{3,})(?: no\.?| number|\.)? "
    r"(?P<number>\d+[a-z]?(?:\.\d+)*)(?!\w|[.,]\d| ?(?:%|per ?cent|[ap]\.?m\b))"
)
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[^\W\d_])\w+(?:-\w+)*(?![\w-])")

# Amounts, ordinals and decades are no names: "5th", "20km", "1990s", "100-day".
_AMOUNT = re.compile(r"\d+-?[^\W\d_]+")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")

# Words before a number that count or place it, in time most of all.
_COUNTING = frozenset(
    "about above after almost around before below between during every first last least least less "
    "next nearly number only per since than till under within without".split()
) | frozenset(STOP_WORDS)
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


def identifiers(question: str) -> tuple[re.Pattern[str], ...]:
    """What finds each numbered thing of a question in a text: "wells 47" as "Well no. 47"."""
    found = []
    for match in _NUMBERED.finditer(question):
        name, number = match["name"].lower(), match["number"]
        if name in _COUNTING or name in _MONTHS or _YEAR.fullmatch(number):
            continue
        stem = re.escape(name.removesuffix("s"))
        found.append(rf"(?<!\w){stem}s?\W{{1,3}}(?:(?:no|nr|number)\W{{1,2}})?{re.escape(number)}")
    for match in _CODE.finditer(question):
        if not _AMOUNT.fullmatch(match[0]):
            found.append(rf"(?<![\w-]){re.escape(match[0])}")
    return tuple(re.compile(rf"{text}(?!\w|[.,-]\d|-\w\b)", re.IGNORECASE) for text in found)


def share_identified(patterns: Sequence[re.Pattern[str]], text: str) -> float:
    """The share in [0, 1] of the numbered things of a question that a text names."""
    return sum(pattern.search(text) is not None for pattern in patterns) / max(1, len(patterns))
