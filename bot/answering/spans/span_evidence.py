"""Computes the features of a candidate for the few words that answer a question.

They are measured on the words of a passage: which of them mean words of the question, by the
cosines of their word pieces, and how near these stand to the candidate.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from ...text.remembered import remembered
from ...text.terms import terms
from ...types import Span, Spans, Vectors
from ..comparing.value_patterns import MONTHS, WEEKDAYS
from ..question.answer_types import AnswerType, countries
from .candidates import Candidate, Trait, Unit
from .wanted import Doing, Family, Sought, Wanted

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# The distance in characters at which nearness to the verb falls to 1/e, and how many words on each
# side of a candidate belong to its surroundings.
REACH, AROUND = 40, 4

# From the first cosine on, a word may mean a word of the question; from the second, it surely does.
SAME, SURELY = 0.55, 0.8

# At least this many candidates of a sentence are a list, in which each is about another thing.
LISTED = 3

# Terms that share this many first letters may be a country and its people: "uzbek", "uzbekistan".
AKIN = 5

_WORD = re.compile(r"\w+")
_PAUSE = re.compile(r"[,;:|()–—](?=\s|$|\w)|\n")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_NUMBER = re.compile(r"\d")
_BY = re.compile(r"\bby\b")

# Countries that have other common names.
_ALIASES = frozenset(("us", "usa", "uk"))
_ELEMENTS = frozenset(
    terms(
        "aluminum antimony arsenic barium beryllium bismuth boron cadmium carbon cerium cesium "
        "chlorine chromium cobalt copper dysprosium gallium germanium gold graphite hafnium helium "
        "hydrogen indium iodine iron lanthanum lead lithium magnesium manganese mercury molybdenum "
        "neodymium nickel niobium nitrogen oxygen palladium phosphorus platinum potassium rhenium "
        "rhodium scandium selenium silicon silver sodium sulfur tantalum tellurium tin titanium "
        "tungsten uranium vanadium yttrium zinc zirconium coal oil gas"
    )
)
# "May" is rarely the month, and is not a term.
_TIMES = frozenset(terms(" ".join((*MONTHS, *WEEKDAYS))))

_COMMON = ("best", "clause", "around", "asking", "covered")
# The features of each family; candidate traits go by their names.
NAMES: Mapping[Family, tuple[str, ...]] = {
    Family.WHO: (*_COMMON, "repeats", "does", "placed", "opens", "role"),
    Family.WHERE: (*_COMMON, "placed", "opens", "role", "lower", "acronym", "country",
                   "country_asked"),
    Family.WHEN: (*_COMMON, "fits"),
    Family.FIGURE: (*_COMMON, "fits"),
    Family.WHETHER: ("clause", "best"),
}  # fmt: skip


class Ground:
    """The words of a passage, and how well each matches each word of a question.

    `cosines` have shape (pieces of the question, pieces of the passage). `spans` are those of the
    passage's pieces in its text, negative for its context.
    """

    def __init__(self, text: str, sought: Sought, cosines: Vectors, spans: Spans) -> None:
        self.text = text
        self.sought = sought
        self.asked = sought.terms
        found = [(*word.span(), _terms(word[0])) for word in _WORD.finditer(text)]
        found = [word for word in found if word[2]]
        self.starts: Places = np.array([word[0] for word in found], dtype=np.int64)
        self.ends: Places = np.array([word[1] for word in found], dtype=np.int64)
        self.terms = [word[2] for word in found]
        self.weights: Numbers = np.array([word.weight for word in sought.words], dtype=np.float64)
        self.met: Numbers = np.zeros((len(sought.words), len(found)))
        # For each word: its cosine with the interrogative, and its cosine with the whole question
        # (the mean over the question's pieces) minus the passage's mean.
        self.asking: Numbers = np.zeros(len(found))
        self.meaning: Numbers = np.zeros(len(found))
        if cosines.size and found:
            self._measure(cosines, spans)
        places: dict[str, list[int]] = defaultdict(list)
        for column, own in enumerate(self.terms):
            for term in own:
                places[term].append(column)
        for row, asked in enumerate(sought.words):
            for term in asked.terms:
                self.met[row, places.get(term, [])] = 1.0
        self.pauses: Places = np.array([p.start() for p in _PAUSE.finditer(text)], dtype=np.int64)

    def _measure(self, cosines: Vectors, spans: Spans) -> None:
        own = np.flatnonzero(spans[:, 0] >= 0)
        words = np.searchsorted(self.starts, spans[own, 0], side="right") - 1
        inside = (words >= 0) & (spans[own, 1] <= self.ends[np.maximum(words, 0)])
        own, words = own[inside], words[inside]
        if not len(own):
            return
        first = np.flatnonzero(np.diff(words, prepend=-1))
        places, known = words[first], cosines[:, own].astype(np.float64)
        for row, asked in enumerate(self.sought.words):
            mean = known[list(asked.pieces)].mean(axis=0)
            self.met[row, places] = np.clip(np.maximum.reduceat(mean, first), 0.0, 0.99)
        overall = known.mean(axis=0)
        self.meaning[places] = np.maximum.reduceat(overall - overall.mean(), first)
        if self.sought.asking is not None:
            self.asking[places] = np.maximum.reduceat(known[self.sought.asking], first)

    def within(self, part: Span) -> slice:
        """Returns the slice of words that start in a part of the text."""
        first, last = np.searchsorted(self.starts, part)
        return slice(int(first), int(last))

    def covered(self, part: Span) -> float:
        """Returns how much of the question's weight a part of the text covers."""
        return float(self.met[:, self.within(part)].max(axis=1, initial=0.0) @ self.weights)

    def said(self, words: slice) -> frozenset[str]:
        """Returns the terms of a slice of words."""
        return frozenset[str]().union(*self.terms[words])


def lacks_what_is_asked(ground: Ground, sentence: Span, context: frozenset[str]) -> bool:
    """Whether a sentence is about another country, element, year, month or day than the question.

    That is the case if the question names one that the sentence and its context lack, while the
    sentence names another: its figures then belong to that other one. A figure of the question
    that is not a year must be there in any case.
    """
    asked = ground.asked
    own = ground.said(ground.within(sentence))
    here = own | context
    for kind in (_country_terms(), _ELEMENTS, _TIMES):
        # "Who leads it?" does not ask about the metal lead.
        things = (asked & kind) - ground.sought.wanted.verb
        others = [term for term in own & kind if not _is_akin(term, asked)]
        if others and not all(_is_akin(term, here) for term in things):
            return True
    numbers = {term for name in ground.sought.names for term in name if _NUMBER.search(term)}
    if not {term for term in numbers if not _YEAR.fullmatch(term)} <= here:
        return True
    years = {term for term in asked if _YEAR.fullmatch(term)}
    return not years <= here and any(_YEAR.fullmatch(term) for term in own - asked)


def told_of_others(ground: Ground, found: Sequence[Candidate], sentence: Span) -> Flags:
    """Returns which figures of a list belong to other things than the one asked for.

    A word of the question that stands in the clause of a single figure counts for that figure.
    Words beside the first figure don't count, since they may apply to all: "38 percent of the
    world's ore, 31 of the tin".
    """
    if len(found) < LISTED:
        return np.zeros(len(found), dtype=np.bool_)
    words = ground.within(sentence)
    starts, begins = ground.starts[words], _starts(found)
    clause, own = np.searchsorted(ground.pauses, starts), np.searchsorted(ground.pauses, begins)
    shared = own[:, None] == clause
    nearest = np.abs(begins[:, None] - starts) + np.where(shared, 0, 10**9)
    owner = np.where(shared.any(axis=0), nearest.argmin(axis=0), -1)
    votes = np.zeros(len(found))
    for met, weight in zip(ground.met[:, words], ground.weights, strict=True):
        owners = set(owner[met >= SURELY].tolist()) - {-1}
        if len(owners) == 1 and (only := owners.pop()) > 0:
            votes[only] += weight
    told: Flags = votes < votes.max()
    return told


def missing_word_weight(ground: Ground, sentence: Span) -> float:
    """Returns the greatest weight of a question word that the passage has but the sentence lacks.

    Another sentence with that word answers: "Anna founded it in 1998. Bob sold it in 2004."
    """
    own = ground.met[:, ground.within(sentence)].max(axis=1, initial=0.0)
    known = ground.met.max(axis=1, initial=0.0)
    return float(ground.weights[(known >= SURELY) & (own < SURELY)].max(initial=0.0))


def evidence(ground: Ground, found: Sequence[Candidate], sentence: Span, is_best: bool) -> Numbers:
    """Returns the features of the candidates of a sentence, a row each, in the order of `NAMES`.

    `is_best` is true for the best sentence of the passage.
    """
    wanted = ground.sought.wanted
    words = ground.within(sentence)
    met, weights = ground.met[:, words], ground.weights
    starts, ends = ground.starts[words], ground.ends[words]
    begins = _starts(found)
    finishes: Places = np.array([one.end for one in found], dtype=np.int64)
    inside = (starts < finishes[:, None]) & (ends > begins[:, None])
    own_clause = np.searchsorted(ground.pauses, begins)[:, None]
    beside = (np.searchsorted(ground.pauses, starts) == own_clause) & ~inside
    columns: dict[str, Numbers | float | list[float]] = {
        # Whether it is in the best sentence, and how much of the question its sentence covers.
        "best": float(is_best),
        "covered": float(met.max(axis=1, initial=0.0) @ weights),
        # How much of the question stands beside it in its clause.
        "clause": _clauses(met, weights, beside),
        # How near the words around it are to the meaning of the question, how near its own words
        # are to the interrogative, and how much they repeat any word of the question.
        "around": _around(ground.meaning[words], inside),
        "asking": np.where(inside, ground.asking[words], -1.0).max(axis=1, initial=-1.0),
        "repeats": _means(met.max(axis=0, initial=0.0), inside),
    }
    if wanted.family is Family.WHO:
        columns["does"] = _does(ground, found, words)
    elif wanted.family is Family.WHERE:
        asked = wanted.kind is AnswerType.COUNTRY
        columns["country_asked"] = [float(asked and Trait.COUNTRY in one.traits) for one in found]
    else:
        columns["fits"] = [_fits(wanted, one) for one in found]
    rows = np.zeros((len(found), len(NAMES[wanted.family])))
    for column, name in enumerate(NAMES[wanted.family]):
        if name in columns:
            rows[:, column] = columns[name]
        else:
            trait = Trait[name.upper()]
            rows[:, column] = [trait in one.traits for one in found]
    return rows


def _clauses(met: Numbers, weights: Numbers, beside: Flags) -> Numbers:
    # One word of the question at a time: all at once could take gigabytes for a long question.
    shares = np.zeros(len(beside))
    for row, weight in zip(met, weights.tolist(), strict=True):
        shares += weight * np.where(beside, row, 0.0).max(axis=1, initial=0.0)
    return shares


def _starts(found: Sequence[Candidate]) -> Places:
    return np.array([one.start for one in found], dtype=np.int64)


def _means(values: Numbers, inside: Flags) -> Numbers:
    means: Numbers = inside @ values / np.maximum(inside.sum(axis=1), 1)
    return means


def _around(values: Numbers, inside: Flags) -> Numbers:
    """Returns the mean over a few words on both sides of each candidate."""
    around = np.zeros(inside.shape, dtype=np.bool_)
    for row, own in enumerate(inside):
        at = np.flatnonzero(own)
        if len(at):
            around[row, max(0, at[0] - AROUND) : at[-1] + 1 + AROUND] = True
    return _means(values, around & ~inside)


def _does(ground: Ground, found: Sequence[Candidate], words: slice) -> list[float]:
    """Returns the nearness of each candidate to the question's verb, 0 on the wrong side of it.

    The doer stands before the verb, or after it and "by". The one it is done to stands after it.
    """
    wanted = ground.sought.wanted
    rows = [row for row, word in enumerate(ground.sought.words) if word.terms & wanted.verb]
    met = ground.met[rows, words].max(axis=0, initial=0.0)
    does = [0.0] * len(found)
    if not len(met) or met.max() < SAME:
        return does
    verb = words.start + int(met.argmax())
    start, end = int(ground.starts[verb]), int(ground.ends[verb])
    for row, one in enumerate(found):
        if one.end <= start:
            first, last, is_doer = one.end, start, True
        elif one.start >= end:
            first, last = end, one.start
            is_doer = bool(_BY.search(ground.text, first, last))
        else:
            continue
        if is_doer is not (wanted.doing is Doing.DONE_TO):
            between = sum(first <= other.start and other.end <= last for other in found)
            does[row] = math.exp(-(last - first) / REACH) / (1 + between)
    return does


def _fits(wanted: Wanted, one: Candidate) -> float:
    """Returns 1 for a date or figure of the kind asked for, -1 for another kind, 0 if unknown."""
    if wanted.family is Family.WHEN:
        if wanted.part is None:
            return 0.0
        return 1.0 if Trait[wanted.part.name] in one.traits else -1.0
    # A share may answer "how many of them".
    is_share = one.unit is Unit.PERCENT and Unit.COUNT in wanted.units
    if one.unit is None or not wanted.units or is_share:
        return 0.0
    pounds = (Unit.MONEY, Unit.MASS) if one.unit is Unit.POUNDS else ()
    return -1.0 if wanted.units.isdisjoint((one.unit, *pounds)) else 1.0


def _is_akin(term: str, others: frozenset[str]) -> bool:
    """Whether a term, or one with the same first letters, is among others.

    Two countries with the same first letters don't match.
    """
    return term in others or (
        len(term) >= AKIN
        and any(
            other.startswith(term[:AKIN]) and not {term, other} <= _country_terms()
            for other in others
        )
    )


@cache
def _country_terms() -> frozenset[str]:
    return frozenset(own[0] for name in countries() if len(own := terms(name)) == 1) - _ALIASES


@remembered(10_000)
def _terms(word: str) -> frozenset[str]:
    return frozenset(terms(word))
