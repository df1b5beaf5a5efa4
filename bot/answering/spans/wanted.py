"""Describes the few words that a question wants: family, unit, what is counted, who did it.

Only the English wording of the question decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...embedding.word_pieces import content_words
from ...text.terms import terms
from ...types import Span
from ..question.answer_types import AnswerType, asked_for, interrogative
from ..question.coverage import Name
from .candidates import Unit
from .figures import unit_of


class Family(StrEnum):
    """Questions whose candidates are scored by the same features."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    FIGURE = "figure"
    WHETHER = "whether"


FAMILIES = {
    AnswerType.NAME: Family.WHO,
    AnswerType.PLACE: Family.WHERE,
    AnswerType.COUNTRY: Family.WHERE,
    AnswerType.DATE: Family.WHEN,
    AnswerType.DURATION: Family.FIGURE,
    AnswerType.NUMBER: Family.FIGURE,
    AnswerType.AMOUNT: Family.FIGURE,
    AnswerType.MONEY: Family.FIGURE,
    AnswerType.PERCENT: Family.FIGURE,
}


class Doing(StrEnum):
    """The role of the person asked for in the action."""

    DOER = "who did it"
    DONE_TO = "whom it was done to"
    UNKNOWN = "not told by the wording"


class Part(StrEnum):
    """The part of a date that a question explicitly wants."""

    YEAR = "year"
    DAY = "day"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a who, when, where, how many, how much or yes-or-no question wants.

    `units` are the possible units (empty for any), `verb` the terms of the action, `doing` the role
    in it of the person asked for, and `part` the part of a date that is wanted.
    """

    family: Family
    kind: AnswerType | None = None
    units: frozenset[Unit] = frozenset()
    verb: frozenset[str] = frozenset()
    doing: Doing = Doing.UNKNOWN
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A content word of the question: its terms, the places of its word pieces, and its weight.

    The weights of all words of a question sum to 1.
    """

    terms: frozenset[str]
    pieces: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Sought:
    """The few words that a question wants, ready to be looked for in passages.

    `words` are those of the question and of an earlier one that it depends on. `names` are the
    terms of the proper names and figures among them. `asking` is the place of the interrogative's
    word piece. `own` are the terms of the question alone. `is_carried` is true if only the earlier
    question says what is wanted: "And zinc?"
    """

    wanted: Wanted
    words: tuple[AskedWord, ...]
    names: tuple[tuple[str, ...], ...]
    asking: int | None
    own: frozenset[str] = frozenset()
    is_carried: bool = False

    @property
    def terms(self) -> frozenset[str]:
        """All terms of the question."""
        return frozenset[str]().union(*(word.terms for word in self.words))


_WHAT = r"(?:what|which)(?:['’]s)?(?: [\w'’-]+){0,2}?"
_THE = r"what(?:['’]s| is| was| are| were) (?:the|a|an|my|our|their|its)"
_AUXILIARY = "is are was were do does did has have had will would can could may might must should"
_AUXILIARIES = frozenset(f"{_AUXILIARY} shall be been being 's ’s".split())
_WORD = re.compile(r"[\w’'-]+|[?!.,;:]")
_BY = re.compile(r"\bby $", re.IGNORECASE)
_WHETHER = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|must|should)\b",
    re.IGNORECASE,
)
_PARTS = {
    Part.YEAR: re.compile(r"(?:what|which) (?:[\w-]+ )?(?:year|decade|century)", re.IGNORECASE),
    Part.DAY: re.compile(r"(?:what|which) (?:[\w-]+ )?(?:dates?|days?)", re.IGNORECASE),
    Part.CLOCK: re.compile(r"(?:what|which) (?:[\w-]+ )?(?:time|hour)", re.IGNORECASE),
}
_NOT_VERBS = frozenset("first originally actually else exactly also really then ever now".split())

# The first pattern that matches at the interrogative decides.
_UNITS = (
    (r"how (?:many|few) (?P<counted>(?:[\w'’-]+ ?){1,4})", ()),
    (r"how much (?P<counted>time)\b", (Unit.TIME,)),
    (r"how much (?:money|funding|did .* (?:cost|pay|invest|spend)|does .* cost|do .* cost"
     r"|is .* worth)\b", (Unit.MONEY,)),
    (r"how (?:long|soon|quickly)\b", (Unit.TIME, Unit.LENGTH)),
    (r".*\b(?:cost|costs|pay|paid|spend|spent|earn|charge|charged|price|worth|invest|invested"
     r"|budget|salary|fee|fare|funding)\b", (Unit.MONEY, Unit.PERCENT)),
    (r"how much .*\bweighs?\b", (Unit.MASS,)),
    (r"how (?:much|big|large) (?:a |of a )?(?:percent\w*|share|proportion|slice|part)\b",
     (Unit.PERCENT,)),
    (r"how much (?:of|more|less|higher|lower|heavier|faster)\b", (Unit.PERCENT,)),
    (r"how heavy\b|(?:what|which) .*\bweight\b", (Unit.MASS,)),
    (r"(?:what|which) .*\b(?:height|length|width|depth|distance|thickness)\b", (Unit.LENGTH,)),
    (r"(?:what|which) .*\btemperature\b", (Unit.HEAT,)),
    (r"(?:what|which) .*\bspeed\b", (Unit.SPEED,)),
    (r"how old\b", (Unit.TIME, Unit.COUNT)),
    (r"how often\b", (Unit.RATE,)),
    (r"how (?:far|tall|high|deep|wide|thick|near|close)\b", (Unit.LENGTH, Unit.TIME)),
    (r"how fast\b", (Unit.SPEED, Unit.TIME)),
    (r"how (?:hot|cold|warm)\b", (Unit.HEAT,)),
    (r"how much (?P<counted>(?:[\w'’-]+ ?){1,2})", ()),
)  # fmt: skip
_UNIT_PATTERNS = tuple((re.compile(words, re.IGNORECASE), units) for words, units in _UNITS)
_BY_KIND = {
    AnswerType.PERCENT: (Unit.PERCENT,),
    AnswerType.MONEY: (Unit.MONEY,),
    AnswerType.DURATION: (Unit.TIME, Unit.LENGTH),
    AnswerType.NUMBER: (Unit.COUNT,),
}


# Questions that `asked_for` leaves open, since their answers may have other forms too. The first
# pattern that matches at the interrogative decides.
_ASKED = (
    (rf"{_WHAT} (?:time|day|days|weekday|week|season|hour)\b", AnswerType.DATE),
    (rf"{_WHAT} (?:[\w'’-]+ )?(?:height|weight|length|width|depth|size|age|temperature|speed"
     r"|distance|capacity|thickness|area|volume|limit|margin|amount|quantity|tonnage|power"
     r"|availability|rate|percentage|wind limit)\b", AnswerType.AMOUNT),
    (rf"{_THE} (?:[\w'’-]+ ){{0,2}}?(?:height|weight|length|width|depth|size|age|temperature|speed"
     r"|distance|capacity|thickness|area|volume|limit|margin|amount|quantity|tonnage|power"
     r"|availability)\b", AnswerType.AMOUNT),
    (rf"{_THE} (?:[\w'’-]+ ){{0,2}}?(?:fee|fine|fare|rate|charge|rent|toll|wage|pay|penalty|deposit"
     r"|punishment|bill|turnover|profit|price|cost)\b", AnswerType.MONEY),
    (r"what (?:does|do|did|would|will|can|could|should|must|is|are|was|were) .*\b(?:cost|pay|pays"
     r"|paid|charge|charged|owe|owes|spend|set (?:me|us|you|him|her|them|one) back|shell out"
     r"|knock off|fined)\b", AnswerType.MONEY),
    (r"how (?:soon|quickly)\b", AnswerType.DURATION),
    (r"how few\b", AnswerType.NUMBER),
    (r"how (?:strong|powerful|heavy|late|early|loud|close|near|steep)\b", AnswerType.AMOUNT),
    (rf"{_WHAT} (?:towns|cities|villages|rooms?|streets?|islands?|regions?|places?|ports?|harbours?"
     r"|building|address|state|county|district|part of)\b", AnswerType.PLACE),
    (rf"{_WHAT} (?:head|envoy|diplomat|agency|company|companies|firm|body|employer|broadcaster"
     r"|organi[sz]ation|institution|institute|team|actor|actress|artist|writer|singer|architect"
     r"|engineer|captain|governor|mayor|pope|emperor|general|university|publisher|publication"
     r"|journal|newspaper|committee|council|bank|supplier|builder|yard|school|club|party|man|woman"
     r"|designer|manager|officer|politician|philosopher|mathematician|physicist)\b",
     AnswerType.NAME),
    (rf"{_WHAT} (?:one|two|three) of\b", AnswerType.COUNTRY),
)  # fmt: skip
_ASKED_PATTERNS = tuple((re.compile(words, re.IGNORECASE), kind) for words, kind in _ASKED)
# "Who is Anna Petrova?" asks for a description. "Where does it rank?" does not ask for a place.
_ASKS_ABOUT = re.compile(
    r"(?i:who(?:['’]s| is| are| was| were)) [A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*)*\W*$"
    r"|(?i:where (?:does|do|did|is|are|was|were) .*\b(?:rank|ranked|stand|placed)\b)"
    r"|(?i:what makes\b)"
)


def sought(
    question: str,
    together: str,
    spans: Sequence[Span],
    rarity: Mapping[str, float],
    names: Sequence[Name],
    earlier: str = "",
) -> Sought | None:
    """Returns what a question wants; None if that is not a few words.

    `together` is the question after an `earlier` one if it depends on one, else the question alone.
    `spans` are those of its word pieces and `names` its names.
    """
    found = wanted(question)
    is_carried = found is None and interrogative(question) is None
    if is_carried:
        found = wanted(earlier)
        found = found if found and found.family is Family.FIGURE else None
    if found is None:
        return None
    words = [
        (frozenset(own), pieces, max(rarity.get(term, 0.0) for term in own))
        for own, pieces in content_words(together, spans)
    ]
    total = sum(weight for _, _, weight in words) or 1.0
    asking = interrogative(question)
    start = len(together) - len(question) + (asking[0] if asking else 0)
    return Sought(
        found,
        tuple(AskedWord(own, pieces, weight / total) for own, pieces, weight in words),
        tuple(name.terms for name in names),
        next((at for at, (first, _) in enumerate(spans) if first >= start), None),
        frozenset(terms(question)),
        is_carried,
    )


def wanted(question: str) -> Wanted | None:
    """Returns what a question wants; None if that is not a few words."""
    asking = interrogative(question)
    if asking is None:
        return Wanted(Family.WHETHER) if _WHETHER.match(question) else None
    if _ASKS_ABOUT.match(question, asking[0]):
        return None
    kind = asked_for(question) or next(
        (kind for pattern, kind in _ASKED_PATTERNS if pattern.match(question, asking[0])), None
    )
    if kind is None:
        return None
    family = FAMILIES[kind]
    rest = question[asking[0] :]
    if family is Family.FIGURE:
        return Wanted(family, kind, frozenset(_measured(rest, kind)))
    if family is Family.WHEN:
        parts = (part for part, pattern in _PARTS.items() if pattern.match(rest))
        return Wanted(family, kind, part=next(parts, None))
    words = [word[0].lower() for word in _WORD.finditer(question, asking[1])]
    verb, doing = _done(words, by=bool(_BY.search(question, 0, asking[0])))
    return Wanted(family, kind, verb=frozenset(verb), doing=doing)


def _measured(rest: str, kind: AnswerType) -> Sequence[Unit]:
    for pattern, units in _UNIT_PATTERNS:
        if match := pattern.match(rest):
            counted = match.groupdict().get("counted")
            if units or not counted:
                return units
            first = next((unit for word in counted.split()[:2] if (unit := unit_of(word))), None)
            return (first,) if first else (Unit.COUNT,) if kind is AnswerType.NUMBER else ()
    return _BY_KIND.get(kind, ())


def _done(words: Sequence[str], by: bool) -> tuple[Sequence[str], Doing]:
    """Returns the terms of the action, and the role in it of the person asked for.

    Examples: "who led it", "who was it led by", "who was elected", "whom did they elect".
    """
    words = [word for word in words if word not in _NOT_VERBS]
    if not words or words[0] in "?!.":
        return (), Doing.UNKNOWN
    ends_by = [word for word in words if word.isalpha()][-1:] == ["by"]
    if words[0] not in _AUXILIARIES:
        return terms(words[0]), Doing.DOER
    if words[0] in ("do", "does", "did"):
        return (), Doing.DONE_TO
    if by or ends_by:
        done = [word for word in words if word.endswith(("ed", "en"))]
        return terms(done[-1]) if done else (), Doing.DOER
    if len(words) > 1 and words[0] in ("has", "have", "had", "will", "would", "can", "could", "may",
                                       "must", "should", "might"):  # fmt: skip
        main = next((word for word in words[1:] if word not in _AUXILIARIES), "")
        if words[1] in _AUXILIARIES and main.endswith(("ed", "en")):
            return terms(main), Doing.DONE_TO
        return terms(main), Doing.DOER
    if len(words) > 1 and words[1].endswith("ing"):
        return terms(words[1]), Doing.DOER
    if len(words) > 1 and words[1].endswith("ed"):
        return terms(words[1]), Doing.DONE_TO
    return (), Doing.UNKNOWN
