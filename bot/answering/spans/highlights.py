"""Finds the sentences of a passage that answer: those that match the question's words best."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from ...retrieval.late_interaction import Match
from ...text.identifiers import Identifier, is_of_another
from ...text.remembered import remembered
from ...text.terms import ENGLISH, terms
from ...types import Passage, Span
from ..question.answer_types import AnswerType, names_more
from ..question.coverage import best, coverage

# A second sentence is highlighted if its score is nearly that of the best one.
NEARLY = 0.9

# The weight of meaning in a sentence's score, and the bonus for naming what the question asks for.
MEANING_WEIGHT = 0.7
NAMING_BONUS = 0.1


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence, as a span of its source, and how well it matches the question, each in [0, 1].

    `meaning` is its late-interaction score with the question, `covered` the share of the
    question's weighted terms that it has. `names` is true if it names a thing of the kind asked
    for that is not in the question; it is false if the kind is unknown.
    """

    span: Span
    meaning: float
    covered: float
    names: bool = False

    @property
    def score(self) -> float:
        """The weighted sum of meaning and words, plus the bonus for a possible answer."""
        met = MEANING_WEIGHT * self.meaning + (1 - MEANING_WEIGHT) * self.covered
        return met + NAMING_BONUS * self.names


def score_sentences(
    passage: Passage,
    match: Match,
    rarity: Mapping[str, float],
    kind: AnswerType | None,
    identifiers: Sequence[Identifier] = (),
    heading: str = "",
    language: str = ENGLISH,
) -> list[SentenceScore]:
    """Scores the sentences of a passage that can answer.

    A question in the text repeats the user's words but answers nothing, so it is left out unless
    the passage has nothing else. A statement about well 46 does not answer a question about well
    47: `identifiers` are the numbered things of the question, and `heading` has the passage's
    title and headings. `match` is the match of question and passage, `kind` is what the question
    asks for, and `language` is that in which its words are analysed.
    """
    scores = []
    others = _others(passage, match.sentences.tolist(), identifiers, heading)
    for (start, end), asks, meaning in zip(
        match.sentences.tolist(), match.asks.tolist(), match.interactions.tolist(), strict=True
    ):
        if asks and not match.asks.all():
            continue
        if (start, end) in others:
            continue
        text = passage.text[start:end]
        scores.append(
            SentenceScore(
                (passage.start + start, passage.start + end),
                meaning=meaning,
                covered=coverage(rarity, _terms(text, language)),
                names=kind is not None and names_more(text, kind, rarity.keys()),
            )
        )
    return scores


def highlighted(
    scores: Sequence[SentenceScore], answer: Span | None, chosen: SentenceScore | None = None
) -> tuple[Span, ...]:
    """Returns the best sentence, those nearly as good, and the answer's sentence, in reading order.

    If another sentence is `chosen`, it replaces the best sentence and those nearly as good.
    """
    if not scores:
        return ()
    top = scores[best([score.score for score in scores])]
    return tuple(
        score.span
        for score in scores
        if score is (chosen or top)
        or (chosen in (None, top) and score.score >= NEARLY * top.score > 0)
        or (answer is not None and holds(score.span, answer))
    )


def holding(scores: Sequence[SentenceScore], part: Span) -> SentenceScore | None:
    """Returns the sentence in which a part of the source begins."""
    return next((one for one in scores if one.span[0] <= part[0] < one.span[1]), None)


def holds(whole: Span, part: Span) -> bool:
    """Whether a span contains a part."""
    return whole[0] <= part[0] and part[1] <= whole[1]


def _others(
    passage: Passage,
    sentences: Sequence[Sequence[int]],
    identifiers: Sequence[Identifier],
    heading: str,
) -> Container[tuple[int, int]]:
    """Returns the sentences about another numbered thing than those of the question.

    After a name, sentences are about the named thing until the next name. Under a heading that
    names the question's thing, they may be about either.
    """
    found = set()
    is_headed = any(one.is_named(heading) for one in identifiers)
    about_another = False
    for start, end in sentences:
        text = passage.text[start:end]
        names_another = is_of_another(identifiers, text)
        if names_another or any(one.is_named(text) for one in identifiers):
            about_another = names_another
        if names_another or (about_another and not is_headed):
            found.add((start, end))
    return found


@remembered(1 << 12)
def _terms(sentence: str, language: str) -> frozenset[str]:
    return frozenset(terms(sentence, language))
