"""Finds values that differ between sentences that say the same in other words.

Such sentences can't be aligned, so the conditions are stricter: figures must have one unit and
count one thing, and dates and names must be the only ones that differ.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...text.terms import terms
from ...types import ConflictKind, Span
from .alignment import Comparison, Difference, same_name
from .tokens import LIGHT, Role, Token, Wording, is_label, is_name, overlap, runs
from .values import Unit, Value, compatible

# A length counts nothing: it measures something that is named elsewhere.
MEASURES = frozenset(
    term
    for word in "km kilometres kilometers m metres meters miles feet ft inches yards ha hectares "
    "acres acre sq square cubic kg kilograms tonnes tons pounds lb litres liters years months days "
    "hours minutes seconds".split()
    for term in terms(word)
)
# Word overlap from which two counted things, or two statements, are the same.
SAME_THING = 0.6
SAME_STATEMENT = 0.35
# A date or a name counts nothing, so the other words have to match better.
SAME_FIGURE = 0.8
SAME_EVENT = 0.5
SAME_ROLE = 0.7
SHARED = 3

# What a figure counts: up to six words after it, not past the clause.
COUNTED = re.compile(
    r"(?:\)? (?:had|have|has|were|are) |\s*)(?:of (?:the |all |its )?)?"
    r"((?:[^\s,;:.()–—]{1,60}\s?){1,6})"
)
CLAUSE_END = re.compile(r"\b(?:and|or|but|while|which|that|who)\b.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Figure:
    at: int
    value: Value
    about: str
    about_terms: frozenset[str]


def paraphrase_differences(
    left: Wording, right: Wording, comparison: Comparison, known: Container[object]
) -> Iterator[Difference]:
    """Yields values about the same thing in two sentences that the other sentence lacks."""
    names = _Names(left, right, known)
    subjects = not (names.strangers or _other_start(left, right)) and not any(
        one.identifies for one in comparison.differences
    )
    shared = len(left.words & right.words)
    reworded = bool(left.words - right.words) and bool(right.words - left.words)
    similar = overlap(left.words, right.words)
    dates = _apart(left, right, ConflictKind.DATE)
    figures = _apart(left, right, ConflictKind.FIGURE)
    counted_apart: list[Difference] = []
    dated_apart = bool(dates[0] and dates[1])
    if subjects and not dated_apart and similar >= SAME_STATEMENT:
        counted_apart = list(_figures_apart(left, right))
        yield from counted_apart
    if (
        subjects
        and not counted_apart
        and not reworded
        and not dated_apart
        and len(figures[0]) == len(figures[1]) == 1
    ):
        one, other = figures[0][0], figures[1][0]
        units = {_unit(left.tokens[one]), _unit(right.tokens[other])}
        if shared >= SHARED and similar >= SAME_FIGURE and len(units) == 1:
            yield Difference(ConflictKind.FIGURE, False, (one, one + 1), (other, other + 1))
    if (figures[0] and figures[1]) or (shared < SHARED and similar < SAME_FIGURE):
        return
    if subjects and similar >= SAME_EVENT and len(dates[0]) == len(dates[1]) == 1:
        one, other = dates[0][0], dates[1][0]
        if _same_precision(left.tokens[one].value, right.tokens[other].value):
            yield Difference(ConflictKind.DATE, False, (one, one + 1), (other, other + 1))
    if not dated_apart and len(names.left) == len(names.right) == 1:
        without = overlap(
            left.words - _keys(left, names.left), right.words - _keys(right, names.right)
        )
        if without >= SAME_ROLE:
            yield Difference(ConflictKind.NAME, True, names.left[0], names.right[0])


def may_differ(left: Wording, right: Wording) -> bool:
    """Whether `paraphrase_differences` could find anything in two sentences."""
    if overlap(left.words, right.words) >= SAME_STATEMENT:
        return True
    common, apart = len(left.words & right.words), len(left.plain | right.plain)
    return common >= SAME_ROLE * apart


def counted(sentence: Wording, at: int) -> tuple[str, frozenset[str]]:
    """Returns what the figure at a place counts: the words that follow it, and their terms."""
    following = COUNTED.match(sentence.text, sentence.tokens[at].end)
    about = CLAUSE_END.sub("", following[1]).strip() if following else ""
    return about, frozenset(term for term in terms(about) if not term.isdecimal())


class _Names:
    """The runs of names that only one of two sentences has, as spans of tokens."""

    def __init__(self, left: Wording, right: Wording, known: Container[object]) -> None:
        ours, theirs = _runs(left, known), _runs(right, known)
        self.left = _unmatched(left, ours, right, theirs)
        self.right = _unmatched(right, theirs, left, ours)
        # Sentences that both have names, but none in common, are about different subjects.
        self.strangers = bool(ours and theirs) and (
            len(self.left) == len(ours) and len(self.right) == len(theirs)
        )


def _runs(sentence: Wording, known: Container[object]) -> list[Span]:
    places = iter(range(len(sentence.tokens)))
    return runs(sentence, lambda _: is_name(sentence, next(places), known))


def _unmatched(
    mine: Wording, runs: Sequence[Span], its: Wording, others: Sequence[Span]
) -> list[Span]:
    return [
        run
        for run in runs
        if not _keys(mine, [run]) <= its.words
        and not any(same_name(_slice(mine, run), _slice(its, other)) for other in others)
    ]


def _slice(sentence: Wording, span: Span) -> Sequence[Token]:
    return sentence.tokens[slice(*span)]


def _keys(sentence: Wording, spans: Iterable[Span]) -> frozenset[object]:
    return frozenset(token.key for span in spans for token in _slice(sentence, span))


def _apart(left: Wording, right: Wording, kind: ConflictKind) -> tuple[list[int], list[int]]:
    """Returns the places of values of a kind that agree with no value of the other sentence."""
    ours, theirs = _places(left, kind), _places(right, kind)
    return (
        [at for at in ours if not _agrees(left, at, right, theirs)],
        [at for at in theirs if not _agrees(right, at, left, ours)],
    )


def _places(sentence: Wording, kind: ConflictKind) -> list[int]:
    return [
        at
        for at, token in enumerate(sentence.tokens)
        if token.role is Role.VALUE
        and not is_label(sentence, at)
        and token.value is not None
        and token.value.kind is kind
    ]


def _agrees(mine: Wording, at: int, its: Wording, places: Sequence[int]) -> bool:
    value = mine.tokens[at].value
    return any(
        value is not None and other is not None and compatible(value, other)
        for other in (its.tokens[place].value for place in places)
    )


def _other_start(left: Wording, right: Wording) -> bool:
    """Whether each sentence begins with a word, probably its subject, that the other lacks.

    An initial capital doesn't prove a name ("Zinc", "Kazakhstan"), but this check needs no name.
    """
    ours, theirs = (
        next((token for token in sentence.tokens if token.role is not Role.LIGHT), None)
        for sentence in (left, right)
    )
    return (
        ours is not None
        and theirs is not None
        and ours.opens
        and theirs.opens
        and ours.key not in right.words
        and theirs.key not in left.words
    )


def _unit(token: Token) -> object:
    return token.value.key[0] if token.value is not None else None


def _same_precision(one: Value | None, other: Value | None) -> bool:
    if one is None or other is None:
        return False
    known = [[part is not None for part in value.key[1:4]] for value in (one, other)]
    return known[0] == known[1] and one.key[0] == other.key[0]


def _figures_apart(left: Wording, right: Wording) -> Iterator[Difference]:
    """Yields pairs of figures about the same thing whose values the other side lacks."""
    ours, theirs = list(_figures(left)), list(_figures(right))
    for one in ours:
        rivals = [
            other
            for other in theirs
            if other.value.key[0] == one.value.key[0]
            and overlap(one.about_terms, other.about_terms) >= SAME_THING
        ]
        if any(other.value.key == one.value.key for other in rivals):
            continue
        for other in rivals:
            if not any(same.value.key == other.value.key for same in ours):
                yield Difference(
                    ConflictKind.FIGURE,
                    False,
                    (one.at, one.at + 1),
                    (other.at, other.at + 1),
                    min(one.about, other.about, key=len),
                )


def _figures(sentence: Wording) -> Iterator[_Figure]:
    for at in _places(sentence, ConflictKind.FIGURE):
        value = sentence.tokens[at].value
        about, about_terms = counted(sentence, at)
        if (
            value is not None
            and about_terms - MEASURES
            and about.split()[0].lower() not in LIGHT
            and value.key[0] != Unit.ORDINAL
        ):
            yield _Figure(at, value, about, about_terms)
