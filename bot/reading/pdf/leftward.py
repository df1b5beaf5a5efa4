"""Puts words of right-to-left scripts into reading order.

Some files draw them in visual order, leftmost first, and PDFium reverses parts of that. The
positions of the characters show the reading order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

from .lines import Part

FIRST = "\u0590"
"""The first character of right-to-left scripts; all before it run to the right."""

_ALEFS = "\u0622\u0623\u0625\u0627"
_LAM = "\u0644"
_SAME_PLACE = 0.01
_PAIR = 2
_ENDS = ".,:;!?،؛؟)»"


def is_leftward(sign: str) -> bool:
    """Whether a character is a letter of a right-to-left script."""
    return sign >= FIRST and unicodedata.bidirectional(sign[0]) in ("R", "AL")


def in_order(signs: Sequence[str], along: Sequence[float]) -> list[int]:
    """Returns the indices of a word's characters in reading order; `along` grows that way."""
    if not any(map(is_leftward, signs)):
        return _with_end_last(signs, along)
    drawn: list[list[int]] = []
    for at in range(len(signs)):
        if drawn and abs(along[drawn[-1][0]] - along[at]) < _SAME_PLACE:
            drawn[-1].append(at)
        else:
            drawn.append([at])
    forwards = sum(along[one[0]] < along[other[0]] for one, other in pairwise(drawn))
    is_plain = all(is_leftward(sign) or not sign.isalnum() for sign in signs)
    if is_plain and 2 * forwards < len(drawn) - 1:
        drawn.sort(key=lambda together: along[together[0]])
    for together in drawn:
        # Lam and alef are drawn as one glyph, and then come in visual order.
        if len(together) == _PAIR and _is_swapped(*(signs[at] for at in together)):
            together.reverse()
    return [at for together in drawn for at in together]


def with_rightward_runs(words: Sequence[Part]) -> list[Part]:
    """Returns the words of a leftward line, with runs of words in other scripts reversed."""
    ordered: list[Part] = []
    for is_other, words_of_run in groupby(
        words, key=lambda word: not any(map(is_leftward, word[2]))
    ):
        run = list(words_of_run)
        ordered += sorted(run, key=lambda word: -word[0]) if is_other else run
    return ordered


def _is_swapped(first: str, second: str) -> bool:
    return first in _ALEFS and second == _LAM


def _with_end_last(signs: Sequence[str], along: Sequence[float]) -> list[int]:
    """Moves a full stop to the end of a number that it stands to the left of."""
    places = list(range(len(signs)))
    if len(signs) > 1 and signs[0] in _ENDS and along[0] > max(along[1:]):
        return [*places[1:], 0]
    return places
