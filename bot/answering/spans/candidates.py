"""Finds the words of a passage that may answer: names, places and dates.

Each candidate records how it is written and what stands next to it, so that scoring it need not
read the text again. `figures` finds figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ...text.terms import STOP_WORDS
from ...types import Span
from ..comparing.value_patterns import MONTHS, ORDINALS
from ..question.answer_types import AnswerType, countries, named


class Trait(StrEnum):
    """How a candidate is written, or what stands next to it."""

    COUNTRY = "a country"
    BODY = "an institution by its words"
    ACRONYM = "capitals only"
    PLACED = "a preposition of place before it"
    OPENS = "a single word that opens the sentence"
    LOWER = "no capital in it"
    ROLE = "a role or a title without a name"
    YEAR = "has a year"
    DAY = "has a day"
    CLOCK = "a time of day"


class Unit(StrEnum):
    """What a figure measures, as far as the words next to it reveal."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    TIME = "time"
    LENGTH = "length"
    MASS = "mass"
    VOLUME = "volume"
    HEAT = "temperature"
    SPEED = "speed"
    POWER = "power"
    RATE = "how often"
    POUNDS = "pounds, of money or of mass"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row, "Header: value": where its value starts, and its header."""

    start: int
    key: Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words of a text that may answer, at `text[start:end]`; `unit` is what a figure measures."""

    start: int
    end: int
    traits: frozenset[Trait] = frozenset()
    unit: Unit | None = None


def any_of(words: str) -> str:
    """Returns a pattern that matches any of these words, which blanks separate."""
    return "(?:" + "|".join(words.split()) + ")"


_TITLES = any_of(
    r"Mr\.? Mrs\.? Ms\.? Miss Dr\.? Sir Lady Lord Dame Prof\.? Professor President Secretary "
    "Minister Ambassador Governor Mayor Senator Captain Colonel General Major Sergeant Judge "
    "Justice King Queen Prince Princess Pope Bishop Father Sister Saint Director Chairman Chair "
    "Chancellor Emperor Duke Count Councillor Officer Inspector Nurse Coach"
)
_TITLE = re.compile(_TITLES)
_BODY = re.compile(
    r"\b"
    + any_of(
        "Ministry Department University College Company Companies Inc Ltd LLC Corp Corporation "
        "Council Committee Center Centre Institute Institution Agency Association Society Party "
        "Bank Group Board Office Police Court Government Foundation School Club Team Army Church "
        "Commission Organization Organisation Service Authority Assembly Parliament Senate "
        "Congress Press Museum Theatre Laboratory Laboratories Trust Bureau Survey Network "
        "Networks Airlines Brothers Sons Shipyard Union"
    )
    + r"\b"
)
_ROLE = re.compile(
    r"\b(?i:the|an?|his|her|its|their|our|my|your|each|every|two|three|one) "
    r"(?:[a-z][\w'’-]+ ){0,2}?"
    + any_of(
        "director minister manager chairman chair president secretary owner owners leaders? head "
        "mayor governor captain master skipper mate engineers? officers? inspector clerk treasurer "
        "warden ambassador authors? teams? committee council board staff company government police "
        "crew purser driver teachers? doctor nurse scientists? researchers? students? volunteers? "
        "residents? members group community administration department office agency king queen "
        "emperor pope parents? mother father wife husband brother sister son daughter supervisor "
        "editor designer developers? users? applicant tenant landlord customer employers? "
        "employees? contractor supplier operator"
    )
    + r"\b"
)
_PLACED = re.compile(
    r"\b(?:in|at|near|outside|inside|around|across|on|behind|beside|between|within)(?: the)? $",
    re.IGNORECASE,
)
# Number of characters before a candidate in which to look for a preposition.
_BEFORE = 15
# A participle that opens a title or a sentence is not part of a name: "Leveraging Central Asia".
_OPENING = re.compile(r"[A-Z][a-z]+ing")

# A minister's field is not a person: "Under Secretary for Economic Growth, Energy, and …".
_CHARGE = re.compile(rf"\b{_TITLES} (?:for|of) (?:the )?(?:[A-Z]\w+,? (?:and )?(?:the )?){{0,9}}$")
_CHARGE_REACH = 100

_OWNER = re.compile(r"\w['’]s(?= )")
_POSSESSIVE = re.compile(r"['’]s?\Z")
_PART = re.compile(r"\S+")
_BETWEEN = re.compile(r",? (?:and )?(?:the )?")
_NOBODY = re.compile(r"\b(?:nobody|none|no one|neither)\b", re.IGNORECASE)

_PLACES = re.compile(
    r"\b(?:in|at|on|under|behind|near|outside|inside|beside|above|below|opposite|into|beneath"
    r"|between|around|next to|from|to) (?=(?:the|an?|its|their|his|her|our|your|every) )",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'’-]+")
_STOPS = frozenset(STOP_WORDS)
# Most words in a place without a name, including its article: "the net store".
PLACE_WORDS = 4

_MONTHS = frozenset(MONTHS)
_WEEKDAYS = any_of("Mondays? Tuesdays? Wednesdays? Thursdays? Fridays? Saturdays? Sundays?")
_MORE_DATES = re.compile(
    rf"\b(?:(?:every|each|last|next|this|on|from|until) )?{_WEEKDAYS}\b"
    r"(?: (?:morning|afternoon|evening|night)s?)?"
    # Without one of these words "fall" may be a verb.
    r"|\b(?:early|late|last|next|this|the|in|by|until) (?:spring|summer|autumn|fall|winter|Easter"
    r"|Christmas|Michaelmas)\b(?:(?: of)? (?:1\d|20)\d\d\b)?"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th)?|last|{any_of(' '.join(ORDINALS))}) of "
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b\d{1,2}(?:[.:]\d\d)? ?(?:[ap]\.?m\b\.?|o['’]clock)"
    r"|\b(?:noon|midnight|yesterday|tomorrow|today|tonight)\b"
)
_CLOCK = re.compile(r"\d[.:]\d\d|[ap]\.?m\b|o['’]clock|noon|midnight")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_MONTH = re.compile(rf"\b{any_of(' '.join(MONTHS))}|-[01]\d-", re.IGNORECASE)
_DAY = re.compile(
    rf"(?<!\d)[0-3]?\d(?:st|nd|rd|th)?(?!\d)|\b{any_of(' '.join(ORDINALS))} of", re.IGNORECASE
)

_KEY = re.compile(r"(?:^|\| |\n)(?P<key>[^|:\n]{1,40}): (?=\S)")
# A longer cell says more than who or where.
CELL_WORDS = 7


def cells_of(sentence: str) -> list[Cell]:
    """Returns the cells of a table row written as "Header: value | Header: value"."""
    found = [Cell(match.end(), match.span("key")) for match in _KEY.finditer(sentence)]
    return found if len(found) > 1 or "|" in sentence else []


def placed(
    found: Iterable[Candidate], sentence: str, cells: Sequence[Cell], start: int
) -> list[Candidate]:
    """Moves a sentence's candidates to their places in the text, marking those after a preposition.

    The sentence begins at `start`. Candidates in cell headers and duplicates are dropped.
    """
    kept: dict[Span, Candidate] = {}
    for one in found:
        if any(cell.key[0] < one.end and one.start < cell.key[1] for cell in cells):
            continue
        at_place = _PLACED.search(sentence, max(0, one.start - _BEFORE), one.start)
        moved = replace(
            one,
            start=one.start + start,
            end=one.end + start,
            traits=one.traits | {Trait.PLACED} if at_place else one.traits,
        )
        kept.setdefault((moved.start, moved.end), moved)
    return [kept[span] for span in sorted(kept)]


def people(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields people and institutions, by name or by role, and words like "nobody"."""
    names = [
        name
        for name in _names(sentence, AnswerType.NAME)
        if not _CHARGE.search(sentence, max(0, name.start - _CHARGE_REACH), name.start)
    ]
    yield from _with_lists(sentence, names)
    for match in _ROLE.finditer(sentence):
        yield Candidate(*match.span(), frozenset({Trait.ROLE, Trait.LOWER}))
    for match in _NOBODY.finditer(sentence):
        yield Candidate(*match.span(), frozenset({Trait.LOWER}))


def places(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields places with a name, places after a preposition, and short table cells."""
    yield from _with_lists(sentence, list(_names(sentence, AnswerType.PLACE)))
    for match in _PLACES.finditer(sentence):
        first = last = match.end()
        for number, word in enumerate(_WORD.finditer(sentence, first)):
            joined = number == 0 or (
                sentence[last : word.start()] == " " and word[0].lower() not in _STOPS
            )
            if not joined or number > PLACE_WORDS:
                break
            last = word.end()
        if " " in sentence[first:last]:
            yield Candidate(first, last, frozenset({Trait.LOWER}))
    for cell in cells:
        end = sentence.find(" |", cell.start)
        value = sentence[cell.start : len(sentence) if end < 0 else end].rstrip()
        if value and len(value.split()) <= CELL_WORDS and not value[0].isdigit():
            yield Candidate(cell.start, cell.start + len(value))


def dates(sentence: str, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yields dates, weekdays, seasons and times of day."""
    more = [match.span() for match in _MORE_DATES.finditer(sentence)]
    spans = [
        (start, end)
        for start, end in named(sentence, AnswerType.DATE)
        if not any(first <= start and end <= last for first, last in more)
    ]
    for one in more:
        if not any(start < one[1] and one[0] < end for start, end in spans):
            spans.append(one)
    for start, end in spans:
        said = sentence[start:end]
        traits = {Trait.YEAR} if _YEAR.search(said) else set()
        if _CLOCK.search(said):
            traits.add(Trait.CLOCK)
        elif _DAY.search(said) and _MONTH.search(said):
            traits.add(Trait.DAY)
        yield Candidate(start, end, frozenset(traits))


def _names(sentence: str, kind: AnswerType) -> Iterator[Candidate]:
    """Yields names without the titles before them and the months next to them."""
    for start, end in named(sentence, kind):
        # "Norway’s Anna Petrova" names two.
        at = start
        for owner in _OWNER.finditer(sentence, start, end):
            yield from _name(sentence, at, owner.end())
            at = owner.end() + 1
        if at < end:
            yield from _name(sentence, at, end)


def _name(sentence: str, start: int, end: int) -> Iterator[Candidate]:
    if possessive := _POSSESSIVE.search(sentence, start, end):
        end = possessive.start()
    words = [word.span() for word in _PART.finditer(sentence, start, end)]
    while words and _is_month(sentence[slice(*words[-1])]):
        words.pop()
    while words and _is_month(sentence[slice(*words[0])]):
        words.pop(0)
    traits = set()
    title = max(
        (at for at, word in enumerate(words) if _TITLE.fullmatch(sentence, *word)), default=-1
    )
    if 0 <= title < len(words) - 1 and sentence[words[title + 1][0]].isupper():
        words = words[title + 1 :]
    elif title >= 0:
        traits.add(Trait.ROLE)
    elif len(words) > 1 and start == 0 and _OPENING.fullmatch(sentence, *words[0]):
        words.pop(0)
    if not words:
        return
    start, end = words[0][0], words[-1][1]
    name = sentence[start:end]
    if len(words) == 1:
        traits |= {Trait.OPENS} if start == 0 else set()
        traits |= {Trait.ACRONYM} if name.isupper() else set()
    traits |= {Trait.BODY} if _BODY.search(name) else set()
    traits |= {Trait.COUNTRY} if name.lower() in countries() else set()
    yield Candidate(start, end, frozenset(traits))


def _with_lists(sentence: str, names: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yields names, and the lists that they form: "Anna Petrova and Bob Lane".

    A pair whose second name is an institution is one name: "the Tax and Investment Center".
    """
    yield from names
    first = 0
    while first < len(names):
        last = first
        while last + 1 < len(names) and _BETWEEN.fullmatch(
            sentence, names[last].end, names[last + 1].start
        ):
            last += 1
        start, end = names[first].start, names[last].end
        if last == first + 1 and Trait.BODY in names[last].traits - names[first].traits:
            yield Candidate(start, end, names[last].traits)
        elif last > first and " and " in sentence[start:end]:
            yield Candidate(start, end, names[first].traits)
        first = last + 1


def _is_month(word: str) -> bool:
    return word.lower().strip(".,'’") in _MONTHS
