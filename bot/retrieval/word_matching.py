"""Matches texts by words, for languages that the encoder does not know.

To such an encoder all words of a language look alike, so any passage seems to answer. Here two
words match if they share a term, and not otherwise. The result has the same form as a match by
vectors, so that the same evidence is computed from it: the share of the question's words that the
passage and each of its sentences contain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..embedding.word_pieces import ContentWord
from ..text.terms import words
from ..types import Spans, Vectors
from .late_interaction import Match, best_by_group, groups_of, matched_by

_LATIN = "\u024f"
"""The last letter of the Latin blocks, except a few letters with diacritics."""

_FOREIGN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Worded:
    """A passage for word matching: its text, its title and headings, its sentences as spans of the
    text, which of them are questions, and which are bare questions.
    """

    text: str
    context: str
    sentences: Spans
    asks: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]


def is_known(text: str, language: str | None, known: Collection[str] | None) -> bool:
    """Whether an encoder knows the language of a text, which may be given.

    `known` are the languages of the encoder, all in Latin letters; None means all languages.
    """
    if known is None:
        return True
    if language and language.lower().replace("_", "-").partition("-")[0] not in known:
        return False
    if text.isascii():
        return True
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(letter > _LATIN for letter in letters)
    return foreign <= _FOREIGN_SHARE * len(letters)


def match_words(
    content: Sequence[ContentWord], weights: Vectors, language: str, passages: Sequence[Worded]
) -> list[Match]:
    """Matches a question with passages by words.

    `content` are its words that carry meaning, each with the indices of its word pieces, and
    `weights` are the weights of the pieces. All words are analysed in `language`.
    """
    return [_matched(content, weights, language, passage) for passage in passages]


def _matched(
    content: Sequence[ContentWord], weights: Vectors, language: str, passage: Worded
) -> Match:
    places: dict[str, list[int]] = {}
    found = [((-1, -1), terms) for _, terms in words(passage.context, language)]
    found += words(passage.text, language)
    for at, (_, terms) in enumerate(found):
        for term in terms:
            places.setdefault(term, []).append(at)
    met = np.zeros((len(weights), len(found)), dtype=np.float32)
    for terms, pieces in content:
        for term in terms:
            for at in places.get(term, ()):
                met[list(pieces), at] = 1.0
    spans = np.array([span for span, _ in found], dtype=np.int32).reshape(-1, 2)
    groups = groups_of(spans, passage.sentences)
    best = best_by_group(met, groups, 1 + len(passage.sentences))
    return matched_by(weights, np.maximum(best, 0.0), met, spans, passage)
