"""Figures on which the cited sources differ, found where their statements otherwise match.

A figure is compared with another only if both have the same unit and count the same thing: the
words that follow them agree ("31 percent of chromium"), and so do most words of the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ..sentences import sentences
from ..terms import terms
from ..types import Citation, Conflict, ConflictValue, Span

# Shares of common words from which two counted things, or two statements, are the same.
SAME_THING = 0.6
SAME_STATEMENT = 0.35

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
FIGURE = re.compile(
    r"(?<![\w.,])(?P<currency>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[ \u00a0-](?P<scale>thousand|million|billion|trillion))?"
    r"(?:[ \u00a0]?(?P<percent>%|percent\b|per cent\b))?(?!\w)"
)
# What a figure counts: up to six words after it, not past the clause.
COUNTED = re.compile(r"\s*(?:of (?:the |all |its )?)?((?:[^\s,;:.()–—]+\s*){1,6})")
CLAUSE_END = re.compile(r"\b(?:and|or|but|while|which|that|who)\b.*", re.IGNORECASE | re.DOTALL)
MONTHS = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"\W*$",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Statement:
    """A cited passage's sentence: where it stands, and whether the answer highlights it."""

    citation: Citation
    text: str
    highlighted: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    text: str
    value: float
    unit: str
    about: str
    about_terms: frozenset[str]


def statements(
    citation: Citation, text: str, highlights: Sequence[Span], language: str | None
) -> list[Statement]:
    """The sentences of a cited passage that give figures."""
    found = []
    for start, end in sentences(text, 0, len(text), language):
        lit = any(a < citation.start + end and citation.start + start < b for a, b in highlights)
        if FIGURE.search(text, start, end):
            found.append(Statement(citation, text[start:end], lit))
    return found


def conflicts(candidates: Sequence[Statement], question_terms: Collection[str]) -> list[Conflict]:
    """The figures that differ between sources and bear on the question, by their subject."""
    by_subject: dict[tuple[str, frozenset[str]], dict[tuple[float, str], ConflictValue]] = {}
    names: dict[tuple[str, frozenset[str]], str] = {}
    for left, right in combinations(candidates, 2):
        if left.citation.source.id == right.citation.source.id or not _match(left, right):
            continue
        for one, other in _differing(left, right):
            if not _asked_for(one, other, left, right, question_terms):
                continue
            key = (one.unit, one.about_terms & other.about_terms)
            names.setdefault(key, min(one.about, other.about, key=len))
            values = by_subject.setdefault(key, {})
            for figure, statement in ((one, left), (other, right)):
                value = ConflictValue(figure.text, statement.citation.number)
                values.setdefault((figure.value, statement.citation.source.id), value)
    return [
        Conflict(names[key], tuple(sorted(values.values(), key=lambda value: value.citation)))
        for key, values in by_subject.items()
    ]


def _match(left: Statement, right: Statement) -> bool:
    return _overlap(_words(left.text), _words(right.text)) >= SAME_STATEMENT


def _differing(left: Statement, right: Statement) -> Iterable[tuple[_Figure, _Figure]]:
    """Pairs of figures about the same thing whose values are not found on the other side."""
    ours, theirs = list(_figures(left.text)), list(_figures(right.text))
    for one in ours:
        rivals = [
            other
            for other in theirs
            if other.unit == one.unit and _overlap(one.about_terms, other.about_terms) >= SAME_THING
        ]
        if any(other.value == one.value for other in rivals):
            continue
        for other in rivals:
            if not any(same.value == other.value and same.unit == other.unit for same in ours):
                yield one, other


def _asked_for(
    one: _Figure, other: _Figure, left: Statement, right: Statement, asked: Collection[str]
) -> bool:
    """Whether the question names the thing, or names none that the statements give figures for."""
    if (one.about_terms | other.about_terms) & set(asked):
        return True
    subjects = {
        term
        for text in (left.text, right.text)
        for figure in _figures(text)
        for term in figure.about_terms
    }
    return (left.highlighted or right.highlighted) and not subjects & set(asked)


def _figures(sentence: str) -> Iterable[_Figure]:
    for match in FIGURE.finditer(sentence):
        plain = not (match["currency"] or match["scale"] or match["percent"])
        is_date = MONTHS.search(sentence, 0, match.start()) or YEAR.fullmatch(match["number"])
        following = COUNTED.match(sentence, match.end())
        if (plain and is_date) or following is None:
            continue
        about = CLAUSE_END.sub("", following[1]).strip()
        about_terms = frozenset(term for term in terms(about) if not term.isdecimal())
        if about_terms:
            unit = match["currency"] or ("percent" if match["percent"] else "")
            scale = SCALES.get(match["scale"] or "", 1.0)
            value = float(match["number"].replace(",", "")) * scale
            yield _Figure(match[0], value, unit, about, about_terms)


def _words(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Jaccard's index of two sets of terms."""
    return len(left & right) / len(left | right) if left or right else 0.0
