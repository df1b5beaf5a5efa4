"""Whether a difference between two statements bears on the question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..types import ConflictKind, Span
from .alignment import Difference
from .evidence import coverage
from .loose import counted
from .wording import Role, Wording, read

# A question that can be answered with yes or no names the value that it asks about.
YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
)
# The share of the question that a statement has to cover to bear on it without being the answer.
MOST_OF_IT = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question names, and how much each of its terms weighs."""

    keys: frozenset[object]
    rarity: Mapping[str, float]
    yes_or_no: bool

    @classmethod
    def of(cls, question: str, rarity: Mapping[str, float]) -> Asked:
        """Reads a question as it was asked."""
        keys = {key for sentence in read(question, None) for key in sentence.wording.content}
        return cls(frozenset(keys), rarity, YES_OR_NO.match(question) is not None)


def bears(
    left: Wording, right: Wording, difference: Difference, asked: Asked, *, highlighted: int
) -> bool:
    """Whether a difference is an answer to the question rather than something said beside it.

    A question that names one of two values asks about that one: a statement with the other value
    is about something else ("How much was mined in 2022?", and a report on 2023). `highlighted`
    is how many of the two statements the answer highlights.
    """
    ours = _keys(left, difference.left_tokens)
    theirs = _keys(right, difference.right_tokens)
    named = bool((ours - theirs) & asked.keys), bool((theirs - ours) & asked.keys)
    if named[0] != named[1] and not asked.yes_or_no:
        return False
    if difference.kind is ConflictKind.FIGURE:
        things = counted(left, difference.left_tokens[0])[1]
        things |= counted(right, difference.right_tokens[0])[1]
        if things & asked.rarity.keys():
            return True
        if _things_counted(left, right) & asked.rarity.keys():
            return False
    covered = coverage(asked.rarity, {str(key) for key in left.words | right.words})
    return highlighted == 2 or (highlighted == 1 and covered > 0) or covered >= MOST_OF_IT


def _keys(sentence: Wording, span: Span) -> frozenset[object]:
    return frozenset(token.key for token in sentence.tokens[slice(*span)])


def _things_counted(*sentences: Wording) -> frozenset[str]:
    """The terms of all things that the sentences give figures for."""
    return frozenset(
        term
        for sentence in sentences
        for at, token in enumerate(sentence.tokens)
        if token.role is Role.VALUE
        and token.value is not None
        and token.value.kind is ConflictKind.FIGURE
        for term in counted(sentence, at)[1]
    )
