"""Texts in languages that the encoder does not know: what a passage has of a question's words.

To such an encoder all words of a language are much alike, so that any passage seems to answer. Two
words are met here where they have a term in common, and not at all otherwise. What is told of a
passage has the same form as if vectors had been compared, so that the same evidence follows from
it: the share of the question's words that are met, by the passage and by each of its sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .interaction import ContentWord
from .matching import Match, best_by_group, groups_of, matched_by
from .terms import words
from .types import Spans, Vectors

_LATIN = "\u024f"
"""The last letter of the blocks in which Latin letters are, but for a few with marks."""

_FOREIGN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Worded:
    """A passage by its words: its text, its title and headings, its sentences as spans of the text,
    which of them ask, and which do no more than that.
    """

    text: str
    context: str
    sentences: Spans
    asks: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]


def is_known(text: str, language: str | None, known: Collection[str] | None) -> bool:
    """Whether an encoder knows what a text means, of which the language may be known.

    `known` are the languages of the encoder, which are written in Latin letters; None for all.
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
    """How a question is met by the words of passages.

    `content` are its words that carry meaning, each with the places of its word pieces, and
    `weights` says what each piece counts. All words are analysed as those of `language`.
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
