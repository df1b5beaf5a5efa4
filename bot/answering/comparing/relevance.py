"""Decides whether a difference between two statements matters for the question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...types import ConflictKind, Span
from ..question.coverage import coverage
from .alignment import Difference
from .paraphrases import counted
from .tokens import Role, Wording, read, runs

# A question that can be answered with yes or no names the value that it asks about.
YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
)
# What a question asks for, if its first words say so.
ASKED_FOR = (
    (ConflictKind.DATE, re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|century))\b")),
    (
        ConflictKind.FIGURE,
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|high|large|big|often|wide|deep|heavy|fast)\b|"
            r"\bwhat (?:share|percentage|number|amount|proportion)\b"
        ),
    ),
    (ConflictKind.NAME, re.compile(r"\b(?:who|whom|whose|where)\b")),
)
# The share of the question that a statement must cover to matter for it: if the answer does not
# highlight the statement, but it is in the first passage and of the kind asked for; if it is not
# in the first passage; and if neither holds.
SOME_OF_IT = 0.25
HALF_OF_IT = 0.5
MOST_OF_IT = 0.6


@dataclass(frozen=True, slots=True)
class QuestionNames:
    """The names in a question, and the weight of each of its terms.

    `keys` are the keys of its words and values. `names` are the keys of its values and of its runs
    of capitalised words. `kind` is the kind of value that it asks for, None if that is open.
    """

    keys: frozenset[object]
    names: tuple[frozenset[object], ...]
    rarity: Mapping[str, float]
    yes_or_no: bool
    kind: ConflictKind | None

    @classmethod
    def of(cls, question: str, rarity: Mapping[str, float]) -> QuestionNames:
        """Parses a question as the user typed it."""
        found = [sentence.wording for sentence in read(question, None)]
        keys = frozenset(key for sentence in found for key in sentence.content)
        names = tuple(
            _keys(sentence, run)
            for sentence in found
            for run in runs(sentence, lambda token: token.capital or token.role is Role.VALUE)
        )
        places = [
            (match.start(), kind)
            for kind, pattern in ASKED_FOR
            if (match := pattern.search(question.lower()))
        ]
        kind = min(places)[1] if places else None
        return cls(keys, names, rarity, YES_OR_NO.match(question) is not None, kind)

    def name(self, value: frozenset[object], distinct: frozenset[object]) -> bool:
        """Whether the question names a value; `distinct` is what the other value lacks."""
        return (bool(distinct) and distinct <= self.keys) or any(
            run <= value and run & distinct for run in self.names
        )


def may_bear(left: Wording, right: Wording, asked: QuestionNames, *, highlighted: int) -> bool:
    """Whether any difference between two statements could matter for the question."""
    return highlighted > 0 or _covered(left, right, asked) >= SOME_OF_IT


def bears_on_question(
    left: Wording,
    right: Wording,
    difference: Difference,
    asked: QuestionNames,
    *,
    highlighted: int,
    first: bool,
) -> bool:
    """Whether a difference answers the question, rather than being a side remark.

    A question that names one of two values asks about that one. A statement with the other value
    is then about something else ("How much was mined in 2022?", and a report on 2023).
    `highlighted` is how many of the two statements the answer highlights. `first` is true if one
    of them is in the passage that answers best.
    """
    kinds = {difference.kind} | {
        token.value.kind
        for sentence, span in ((left, difference.left), (right, difference.right))
        for token in sentence.tokens[slice(*span)]
        if token.value is not None and difference.kind is ConflictKind.FIGURE
    }
    if asked.kind is not None and asked.kind not in kinds and not asked.yes_or_no:
        return False
    ours = _keys(left, difference.left)
    theirs = _keys(right, difference.right)
    named = asked.name(ours, ours - theirs), asked.name(theirs, theirs - ours)
    if named[0] != named[1] and not asked.yes_or_no:
        return False
    if difference.kind is ConflictKind.FIGURE:
        things = counted(left, difference.left[0])[1]
        things |= counted(right, difference.right[0])[1]
        if things & asked.rarity.keys() and highlighted:
            return True
        if things and _things_counted(left, right) & asked.rarity.keys():
            return False
    covered = _covered(left, right, asked)
    if not highlighted:
        return covered >= (SOME_OF_IT if first and asked.kind in kinds else MOST_OF_IT)
    return (first and (highlighted == 2 or covered > 0)) or covered >= HALF_OF_IT


def _covered(left: Wording, right: Wording, asked: QuestionNames) -> float:
    return coverage(asked.rarity, {str(key) for key in left.words | right.words})


def _keys(sentence: Wording, span: Span) -> frozenset[object]:
    return frozenset(token.key for token in sentence.tokens[slice(*span)])


def _things_counted(*sentences: Wording) -> frozenset[str]:
    """Returns the terms of all things for which the sentences give figures."""
    return frozenset(
        term
        for sentence in sentences
        for at, token in enumerate(sentence.tokens)
        if token.role is Role.VALUE
        and token.value is not None
        and token.value.kind is ConflictKind.FIGURE
        for term in counted(sentence, at)[1]
    )
