"""Measures how much of a question a text covers: its terms, weighed by rarity, and the names and
figures that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ...retrieval.late_interaction import Match
from ...text.terms import ENGLISH, STOP_WORDS, terms
from ...types import Span, Vectors

# Languages that capitalise every noun, so that capitals don't identify names.
CAPITAL_NOUNS = frozenset(("de", "lb"))

# A capitalised word or a figure. The first word of a question is always capitalised, so it doesn't
# count unless it begins with two capitals.
_NAME = re.compile(r"(?<=\S\s)[A-ZА-ЯЁ][\w'’.-]*\w|(?<!\w)\d[\d.,]*|^\W*[A-Z]{2}[\w.-]*")


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name or figure in a question: its terms, and the places of its word pieces."""

    terms: tuple[str, ...]
    pieces: tuple[int, ...]

    @property
    def is_figure(self) -> bool:
        """Whether it has a digit, as "47" and "E18" do."""
        return any(char.isdigit() for term in self.terms for char in term)


def names(question: str, spans: Sequence[Span], language: str = ENGLISH) -> tuple[Name, ...]:
    """Returns the proper names and figures of a question; `spans` are those of its word pieces.

    In a language that capitalises every noun, only figures count.
    """
    found = []
    for match in _NAME.finditer(question):
        if language in CAPITAL_NOUNS and not any(map(str.isdigit, match[0])):
            continue
        inside = tuple(
            at
            for at, (start, end) in enumerate(spans)
            if match.start() <= start and end <= match.end()
        )
        if (
            inside
            and match[0].lower() not in STOP_WORDS
            and (own := tuple(terms(match[0], language)))
        ):
            found.append(Name(own, inside))
    return tuple(found)


def name_distance(asked: Sequence[Name], cosines: Vectors, found: Collection[str]) -> float:
    """Returns the distance of the worst-matched name from anything in a passage, in [0, 1].

    A name matches fully if all its terms are among those `found`. Otherwise its word pieces are
    compared with those of the passage, so that "Kazakh" matches "Kazakhstan" but not "Mongolia".
    Figures match exactly or not at all, because 46 and 47 have similar vectors. `cosines` has
    shape (pieces of the question, pieces of the passage).
    """
    if not asked or not cosines.size:
        return float(bool(asked))
    best = cosines.max(axis=1)
    return max(
        (1 - sum(term in found for term in name.terms) / len(name.terms))
        * (1 - min(1.0, max(0.0, 0.0 if name.is_figure else float(best[list(name.pieces)].mean()))))
        for name in asked
    )


def rarest_missing(rarity: Mapping[str, float], found: Collection[str]) -> float:
    """Returns the rarity of the rarest missing term, as a share of the question's rarest."""
    missing = (rarity[term] for term in rarity if term not in found)
    return max(missing, default=0.0) / max(rarity.values(), default=1.0)


def least_met(words: Sequence[Sequence[int]], match: Match) -> float:
    """Returns how well the best-matching sentence, in its context, matches the question's
    worst-matched word; in [0, 1].

    `words` are the places of each word's pieces. A passage that has all but one word of the
    question is about something similar.
    """
    if not match.context_pieces.size:
        return 0.0
    best = match.context_pieces[:, int(match.context_interactions.argmax())]
    met = min((float(best[list(pieces)].mean()) for pieces in words), default=float(best.mean()))
    return max(0.0, met)


def coverage(weights: Mapping[str, float], found: Collection[str]) -> float:
    """Returns the share in [0, 1] of the question's weight that is found; 0 without terms."""
    total = sum(weights.values())
    return sum(weights[term] for term in weights if term in found) / total if total else 0.0


def best(scores: Sequence[float]) -> int:
    """Returns the place of the highest score; the first one in a tie."""
    return max(range(len(scores)), key=lambda place: (scores[place], -place))
