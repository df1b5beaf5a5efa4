"""How much of a question a text covers: its terms, each counting by how rare it is in the corpus,
and the names and figures that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..matching import Match
from ..terms import ENGLISH, STOP_WORDS, terms
from ..types import Span, Vectors

# Languages that write nouns with a capital, so that capitals tell no names.
CAPITAL_NOUNS = frozenset(("de", "lb"))

# A capitalised word or a figure. The first word of a question is capitalised whatever it is.
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
    """The proper names and figures that a question is about; `spans` are those of its pieces.

    Figures alone in a language that writes every noun with a capital.
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


def unmet(asked: Sequence[Name], cosines: Vectors, found: Collection[str]) -> float:
    """How far the name that is met worst is from anything in a passage, in [0, 1].

    A name whose terms are all among those `found` is met; another as well as its pieces are by
    those of the passage, which lets "Kazakh" meet "Kazakhstan" but not "Mongolia". Figures are
    met as they stand or not at all: to vectors, 46 is much like 47. `cosines` has shape (pieces of
    the question, pieces of the passage).
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
    """How rare the rarest term of a question is that is not found, as a share of its rarest."""
    missing = (rarity[term] for term in rarity if term not in found)
    return max(missing, default=0.0) / max(rarity.values(), default=1.0)


def least_met(words: Sequence[Sequence[int]], match: Match) -> float:
    """How well the question's word that is met worst is met by the sentence that meets the
    question best, in its context; in [0, 1].

    `words` are the places of each word's pieces. A passage that has all that was asked but one
    word is about something near to it.
    """
    if not match.context_pieces.size:
        return 0.0
    best = match.context_pieces[:, int(match.context_interactions.argmax())]
    met = min((float(best[list(pieces)].mean()) for pieces in words), default=float(best.mean()))
    return max(0.0, met)


def coverage(weights: Mapping[str, float], found: Collection[str]) -> float:
    """The share in [0, 1] of the question's weight that is found; 0 for a question of no terms."""
    total = sum(weights.values())
    return sum(weights[term] for term in weights if term in found) / total if total else 0.0


def best(scores: Sequence[float]) -> int:
    """The place of the highest score, the first of equals."""
    return max(range(len(scores)), key=lambda place: (scores[place], -place))
