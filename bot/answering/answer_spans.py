"""The few words of a passage that answer a question of who, when, where or how many.

Every candidate of the kind that is asked for competes: what counts is how well its sentence meets
the question, how near it stands to the question's own words, and what stands around it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..terms import terms
from ..types import Passage, Span
from .answer_types import AnswerType, named, repeats
from .highlights import SentenceScore

# Characters over which nearness to a word of the question falls to about a third.
REACH = 40

# The weight of nearness and of surroundings beside the sentence's share of the best score.
NEARNESS, SURROUNDINGS = 1.0, 0.2

LISTED = 3

_WORD = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"['’]s?$")
_PLACED = re.compile(
    r"\b(?:in|at|near|from|to|into|outside|around|across|of)(?: the)? $", re.IGNORECASE
)
_BETWEEN = re.compile(r",? (?:(?:and|or) )?(?:the )?", re.IGNORECASE)
_PAUSE = re.compile(r"[,;:](?=\s)")
_CLAUSE_END = re.compile(r"[;:](?=\s)")
_ARTICLE = re.compile(r"\b(?:the|a|an) $", re.IGNORECASE)


def answer_span(
    passage: Passage,
    sentences: Sequence[SentenceScore],
    kind: AnswerType,
    rarity: Mapping[str, float],
) -> Span | None:
    """The best candidate of a kind, as offsets into the source; None when there is none.

    What only repeats the question is no candidate.
    """
    top = max((sentence.score for sentence in sentences), default=0.0)
    best: tuple[float, int, int] | None = None
    for sentence in sentences:
        start, end = sentence.span[0] - passage.start, sentence.span[1] - passage.start
        text = passage.text[start:end]
        candidates = named(text, kind)
        if kind is AnswerType.COUNTRY:
            candidates = _listed(text, candidates)
        met = _met(text, rarity)
        # "They hold 38 percent of the ore, 31 of the chromium": what goes before is said of all.
        common = min((first for first, _ in candidates), default=0)
        for first, last in candidates:
            score = (
                (sentence.score / top if top else 0.0)
                + NEARNESS * _nearness(text, met, (first, last), common, rarity)
                + SURROUNDINGS * _surroundings(text, (first, last), kind)
            )
            last -= len(match[0]) if (match := _POSSESSIVE.search(text, first, last)) else 0
            if not repeats(text[first:last], rarity) and (best is None or score > best[0]):
                best = score, sentence.span[0] + first, sentence.span[0] + last
    return best[1:] if best else None


def _listed(text: str, candidates: Sequence[Span]) -> list[Span]:
    """Candidates with each list of `LISTED` or more as one: none of its members answers alone."""
    runs: list[list[Span]] = []
    for span in candidates:
        if runs and _BETWEEN.fullmatch(text, runs[-1][-1][1], span[0]):
            runs[-1].append(span)
        else:
            runs.append([span])
    found: list[Span] = []
    for run in runs:
        found += [(run[0][0], run[-1][1])] if len(run) >= LISTED else run
    return found


def _met(text: str, rarity: Mapping[str, float]) -> list[tuple[int, int, str]]:
    """Where words of the question stand in a text, each with its term."""
    return [
        (word.start(), word.end(), term)
        for word in _WORD.finditer(text)
        for term in _terms(word[0])
        if term in rarity
    ]


@lru_cache(maxsize=10_000)
def _terms(word: str) -> tuple[str, ...]:
    return tuple(terms(word))


def _nearness(
    text: str,
    met: Sequence[tuple[int, int, str]],
    span: Span,
    common: int,
    rarity: Mapping[str, float],
) -> float:
    """The share of the question's weight that stands near, in [0, 1].

    A pause between is as far as `REACH`. What stands before `common` is as near to every candidate
    of its clause as to the first, which begins there.
    """
    nearest: dict[str, float] = {}
    for start, end, term in met:
        if start >= span[1]:
            first, last = span[1], start
        else:
            first, last = end, max(end, common if end <= common else span[0])
        pauses = len(_PAUSE.findall(text, first, last))
        if end <= common:
            pauses += len(_CLAUSE_END.findall(text, common, span[0]))
        distance = last - first + REACH * pauses
        nearest[term] = max(nearest.get(term, 0.0), math.exp(-distance / REACH))
    total = sum(rarity.values())
    return sum(rarity[term] * near for term, near in nearest.items()) / total if total else 0.0


def _surroundings(text: str, span: Span, kind: AnswerType) -> float:
    """Whether a capitalised run looks like a person, a place or all that is asked for, from -1 to
    1; 0 for the rest.
    """
    start, end = span
    if kind is AnswerType.COUNTRY:
        return 1.0 if "," in text[start:end] else 0.0
    placed = bool(_PLACED.search(text, 0, start))
    if kind is AnswerType.PLACE:
        return 1.0 if placed else 0.0
    if kind is not AnswerType.NAME:
        return 0.0
    if _POSSESSIVE.search(text, start, end) or _ARTICLE.search(text, 0, start) or placed:
        return -1.0
    several = " " in text[start:end]
    return 1.0 if several else -0.5 if start == 0 else 0.0
