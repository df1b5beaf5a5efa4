"""Finds numbered things that a question names, such as "well 47" or "SKU-8847".

Vectors barely distinguish "well 47" from "well 46", and for BM25 the number is just one more word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .terms import STOP_WORDS

# A word with its number or numbers, "part 3", "Article No. 12", "wells 47 and 48"; or a code made
# of a letter and a number of at least three digits. A shorter number usually belongs to the name of
# a topic: "HIV-1", "C5+1".
_NUMBER = r"\d+[a-z]?(?:\.\d+)*"
_AND = r"(?:, (?:and |or )?| and | or )"
# Words that follow an amount: "45 minutes", "12 people", but not "well 47 gives".
_COUNTED = (
    r" (?:people|men|women|children|kg|km|m|t|per)\b"
    r"| (?!(?:is|was|has|does|says|gives|lies|goes|costs|needs|means|allows|applies|requires)\b)"
    r"[a-z]+s\b"
)
_NUMBERED = re.compile(
    r"(?<!\w)(?P<name>[^\W\d_]{3,})(?:[ \u00a0]+(?i:no|nr|number)\b\.?|\.)?[ \u00a0]+#?"
    rf"(?P<numbers>{_NUMBER}(?:{_AND}{_NUMBER})*)"
    rf"(?!\w|[.,]\d| ?(?:%|per ?cent|[ap]\.?m\b)|{_COUNTED})"
)
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d{3})(?=[\w-]*[^\W\d_])\w+(?:-\w+)*(?![\w-])")

# Amounts, ordinals and decades do not name things: "5th", "20km", "1990s", "100-day".
_AMOUNT = re.compile(r"\d+-?[^\W\d_]+")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")

# Limit per question, because each is searched for in every passage found.
MOST = 20

# A number in a code, the pattern that stands for any number there, and the end of a number or code.
_ANY, _ANY_NUMBER = re.compile(r"\d+"), r"\\d+"
_END = r"(?!\w|[.,-]\d|-\w\b)"

# A number after its name, possibly in a list: "Well no. 47", "wells 46 and 47", "well: 47".
_APART = r"[^\w,.;!?]{1,3}"
_BEFORE_NUMBER = rf"s?(?:{_APART}(?:no|nr|number)\b\.?)?{_APART}(?:{_NUMBER}{_AND})*"

# Words before a number that express a count or a position, mostly in time.
_COUNTING = frozenset(
    "about above after age aged all almost around before below between during every exactly first "
    "just last least less monday tuesday wednesday thursday friday saturday sunday next nearly "
    "number only other per roughly since some than till top under within without".split()
) | frozenset(STOP_WORDS)
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A numbered thing that a question names.

    `named` finds it in a text, so that "wells 47" matches "Well no. 47". `kind` finds anything
    named in the same way with any number.
    """

    named: re.Pattern[str]
    kind: re.Pattern[str]

    def is_named(self, text: str) -> bool:
        """Whether a text names this thing."""
        return self.named.search(text) is not None


def identifiers(question: str) -> tuple[Identifier, ...]:
    """Returns the numbered things that a question names."""
    found = []
    for match in _NUMBERED.finditer(question):
        name = match["name"].lower()
        if name in _COUNTING or name in _MONTHS:
            continue
        before = rf"(?<!\w){re.escape(name.removesuffix('s'))}{_BEFORE_NUMBER}"
        for number in re.findall(_NUMBER, match["numbers"]):
            if not _YEAR.fullmatch(number):
                found.append(_identifier(before + re.escape(number), before + _NUMBER))
    for match in _CODE.finditer(question):
        if not _AMOUNT.fullmatch(match[0]):
            code = re.escape(match[0])
            found.append(
                _identifier(rf"(?<![\w-]){code}", rf"(?<![\w-]){_ANY.sub(_ANY_NUMBER, code)}")
            )
    return tuple(found[:MOST])


def is_of_another(asked: Sequence[Identifier], text: str) -> bool:
    """Whether a text names none of the asked things, but another of the same kind."""
    return not any(one.is_named(text) for one in asked) and any(
        one.kind.search(text) for one in asked
    )


def share_identified(asked: Sequence[Identifier], text: str) -> float:
    """Returns the share in [0, 1] of a question's numbered things that a text names."""
    return sum(one.is_named(text) for one in asked) / max(1, len(asked))


def _identifier(named: str, kind: str) -> Identifier:
    return Identifier(*(re.compile(text + _END, re.IGNORECASE) for text in (named, kind)))
