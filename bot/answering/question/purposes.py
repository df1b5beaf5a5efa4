"""Classifies what a question is for by its wording and its meaning, in English.

A wrong guess costs little: the search finds the best passages whatever the purpose is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...text.terms import terms
from ...types import Purpose, Vectors
from .language import language_of_question
from .purpose_model import PurposeModel
from .purpose_patterns import (
    ASKS_FOR_FACT,
    COMPARISON_WORDS,
    COMPARISONS,
    DOCUMENTS,
    FRAME_WORDS,
    LISTING,
    LISTS,
    OVERVIEW_WORDS,
    OVERVIEWS,
    POLITE,
    SOURCES_DIFFER,
    WHOLE,
    YES_OR_NO,
)
from .sides import sides_of
from .whole_patterns import MANNER, WHOLE_ASKED

_PRONOUNS = frozenset(("that", "this", "it", "these", "those", "them"))

# A longer question seldom follows a pattern, and matching it takes long.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class ClassifiedQuestion:
    """A question and its purpose.

    `topic` is what to search for: the question without the words that only state its purpose, ""
    if it is about all sources. `sides` are the two things that a comparison compares, and
    `document` is the question's name for the document that it is about. `points_back` is true if
    the topic is a pronoun, which means all sources only if there is no earlier question.
    """

    purpose: Purpose
    topic: str
    sides: tuple[str, ...] = ()
    document: str = ""
    points_back: bool = False


def classify_purpose(question: str, vector: Vectors | None = None) -> ClassifiedQuestion:
    """Returns a question with its purpose; `bot.answering.talk` identifies talk.

    `vector` is that of the question by the encoder of `PurposeModel.shipped`. The wording decides
    alone if there is no vector or the question may not be English.
    """
    if len(question) > LONGEST:
        return ClassifiedQuestion(Purpose.FACT, question)
    bare = POLITE.sub("", " ".join(question.split()), count=1) or question
    if WHOLE_ASKED.fullmatch(_without_manner(bare)):
        return ClassifiedQuestion(Purpose.OVERVIEW, "")
    found = _worded(question, bare)
    if vector is not None and _is_english(question):
        purpose = PurposeModel.shipped().classify(question, found.purpose, vector)
        found = found if purpose is found.purpose else with_purpose(purpose, question, bare)
    if found.purpose is Purpose.COMPARISON:
        return replace(found, sides=sides_of(bare))
    return found


def _is_english(question: str) -> bool:
    """Whether a question is English, or has only a few words that may be English."""
    language = language_of_question(question)
    return language == "en" or (language is None and question.isascii())


def _worded(question: str, bare: str) -> ClassifiedQuestion:
    """Classifies a question by its wording alone; `bare` is the question without polite words."""
    for tell in (_comparison, _document, _overview, _by_words):
        if found := tell(bare):
            return found
    if any(pattern.search(bare) for pattern in LISTS):
        return _listing(question, bare)
    if YES_OR_NO.search(bare):
        return ClassifiedQuestion(Purpose.YES_OR_NO, question)
    return ClassifiedQuestion(Purpose.FACT, question)


def with_purpose(purpose: Purpose, question: str, bare: str) -> ClassifiedQuestion:
    """Returns a question with a purpose that its wording does not show."""
    if purpose is Purpose.LIST:
        return _listing(question, bare)
    if purpose is Purpose.DOCUMENT:
        return _document(bare) or ClassifiedQuestion(purpose, question, document=question)
    return ClassifiedQuestion(purpose, question)


def _listing(question: str, bare: str) -> ClassifiedQuestion:
    return ClassifiedQuestion(Purpose.LIST, LISTING.sub("", bare, count=1) or question)


def _comparison(question: str) -> ClassifiedQuestion | None:
    if match := SOURCES_DIFFER.match(question):
        return ClassifiedQuestion(Purpose.COMPARISON, _topic(match["topic"]))
    for pattern in COMPARISONS:
        if match := pattern.match(question):
            topic = _topic(match["topic"])
            rest = _topic(match.groupdict().get("rest"))
            return ClassifiedQuestion(Purpose.COMPARISON, f"{topic} {rest}".strip())
    return None


def _document(question: str) -> ClassifiedQuestion | None:
    for pattern in DOCUMENTS:
        match = pattern.match(question)
        if match and not WHOLE.match(match["document"]) and terms(match["document"]):
            return ClassifiedQuestion(
                Purpose.DOCUMENT, _topic(match["topic"]), document=match["document"].strip()
            )
    return None


def _overview(question: str) -> ClassifiedQuestion | None:
    if ASKS_FOR_FACT.search(question):
        return None
    for pattern in OVERVIEWS:
        if match := pattern.match(question):
            points_back = (match["topic"] or "").strip(" ?.!").lower() in _PRONOUNS
            return ClassifiedQuestion(
                Purpose.OVERVIEW, _topic(match["topic"]), points_back=points_back
            )
    return None


def _by_words(question: str) -> ClassifiedQuestion | None:
    """Recognises a comparison or an overview by a single word anywhere in the question."""
    if ASKS_FOR_FACT.search(question):
        return None
    if COMPARISON_WORDS.search(question):
        return ClassifiedQuestion(Purpose.COMPARISON, question)
    if OVERVIEW_WORDS.search(question):
        rest = " ".join(OVERVIEW_WORDS.sub(" ", question).split())
        return ClassifiedQuestion(
            Purpose.OVERVIEW, rest if terms(FRAME_WORDS.sub(" ", _topic(rest))) else ""
        )
    return None


def _topic(text: str | None) -> str:
    """Returns what the question is about; "" for all sources."""
    topic = (text or "").strip(" \t?.!,;:")
    return "" if WHOLE.match(_without_manner(topic)) else topic


def _without_manner(text: str) -> str:
    """Returns a question without a request at its end for a way to answer, such as "briefly"."""
    return MANNER.sub("", text, count=1)
