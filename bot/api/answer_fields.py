"""Schemas of answers, passages and their positions; `fields` has the other schemas."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..export.answer_json import VERSION
from .fields import AppliedFields, Fields, SourceFields

_OCR = "How sure OCR is of the page that it read, in percent; null where the file has the text."


class _Place(Fields):
    source: SourceFields = Field(description="The source that it is a slice of.")
    start: int = Field(description="Offset of its first character in the source's text.")
    end: int = Field(description="Offset behind its last character.")
    locator: str = Field(description="Where it is in the original: page, lines, section.")
    ocr: int | None = Field(description=_OCR)
    section: list[str] = Field(description="The headings above it, outermost first.")


class PassageFields(_Place):
    """A passage."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: str = Field(description="The same for the same slice of the same content, always.")
    text: str = Field(description="Word for word what the source says between start and end.")


class WeighedFields(Fields):
    """One kind of evidence for a passage."""

    value: float = Field(description="As found, about in [0, 1].")
    weighed: float = Field(description="What it adds to the logit of the score.")


class QuoteFields(_Place):
    """A quote of an answer."""

    rank: int = Field(description="From 1, the best.")
    citations: list[int] = Field(
        description="Its own citation first, then those of passages that say the same."
    )
    text: str = Field(description="Word for word what the source says between start and end.")
    score: float = Field(description="By which quotes are ranked, in [0, 1].")
    place: str = Field(description="Where in the original the highlights are.")
    side: str = Field(description="The side of a comparison that it tells of, or empty.")
    highlights: list[tuple[int, int]] = Field(
        description="The sentences that answer, as spans of the source's text."
    )
    answer: tuple[int, int] | None = Field(
        description="The words that say who, when, where or how many, as a span."
    )
    evidence: dict[str, WeighedFields] | None = Field(
        description="What its rank rests on, by name; null for one that was not read closely."
    )


class CitationFields(_Place):
    """The passage that a number in `citations` refers to."""

    number: int = Field(description="The number.")
    passage: str = Field(description="The id of the passage, to read it again.")


class ConflictValueFields(Fields):
    """The value that one citation gives where sources differ."""

    text: str = Field(description="The figure, date or name.")
    citation: int = Field(description="The number of the citation.")
    span: list[int] | None = Field(description="Where it stands in the source's text.")
    sentence: list[int] | None = Field(description="Where the sentence around it stands.")


class ConflictFields(Fields):
    """A thing for which the cited sources give different values."""

    about: str = Field(description="Which thing.")
    values: list[ConflictValueFields] = Field(description="What each of them says.")
    kind: Literal["figure", "date", "name"] = Field(description="Of which kind the values are.")


class CarriedFields(Fields):
    """An earlier question used as context for this one."""

    turn: int = Field(description="Its place in the history, from 0.")
    text: str = Field(description="What was taken from it.")


class LineFields(Fields):
    """The shortest slice that answers."""

    kind: Literal["words", "list", "sentence"] = Field(
        description="A few words, an enumeration, or the one sentence that answers."
    )
    text: str = Field(description="Word for word what the source says between start and end.")
    source: str = Field(description="The id of that source.")
    start: int = Field(description="Offset of its first character in the source's text.")
    end: int = Field(description="Offset behind its last character.")
    citations: list[int] = Field(description="Those that say it, its own first.")
    agreeing: int = Field(description="How many sources say it.")
    differing: int = Field(description="How many sources say something else of the same thing.")


class GroundsFields(Fields):
    """The basis of the confidence."""

    words: int = Field(description="Words of the question that carry meaning.")
    words_met: int = Field(description="How many of them the first passages meet.")
    missing: list[str] = Field(description="Words of the question that occur in no source.")
    latest: str | None = Field(
        description="The date of the latest source, where the question names a later year."
    )


class HoldingFields(Fields):
    """A source that a reply lists."""

    source_id: str = Field(description="Its id.")
    title: str = Field(description="Its title.")
    date: str | None = Field(description="As the document says.")


class ReplyFields(Fields):
    """pincite's own reply to a message that asks nothing of the sources."""

    talk: Literal[
        "greeting", "thanks", "goodbye", "identity", "help", "adding", "holdings", "other"
    ] = Field(description="What is wanted.")
    sources: int = Field(description="How many sources there are.")
    holdings: list[HoldingFields] = Field(description="Some of them.")
    questions: list[str] = Field(description="Some questions that they answer.")


class TimingFields(Fields):
    """Times in milliseconds."""

    encode: float = Field(description="For the question's vector.")
    search: float = Field(description="For finding and comparing passages.")
    total: float = Field(description="For all of it.")


class FoundCountFields(Fields):
    """The number of passages and sources found."""

    passages: int = Field(description="Passages, at most 50.")
    sources: int = Field(description="Sources that these are in.")


class _AnswerContentFields(Fields):
    """The content of an answer."""

    question: str = Field(description="As asked.")
    verdict: Literal["answered", "unsure", "unanswered"] = Field(
        description="Whether the sources answer; if they don't, the passages are the closest ones."
    )
    answered: bool = Field(description="True unless the verdict is 'unanswered'.")
    confidence: float = Field(description="In [0, 1].")
    generation: int = Field(description="The index generation that answered.")
    context: list[CarriedFields] = Field(description="Earlier turns that the question leaned on.")
    passages: list[QuoteFields] = Field(description="The quotes, best first.")
    citations: list[CitationFields] = Field(description="What the numbers of quotes point to.")
    conflicts: list[ConflictFields] = Field(description="Where the cited sources differ.")
    notice: str | None = Field(description="Why there is no answer and what to do.")
    withheld: list[str] = Field(description="Faults of passages that are not shown for them.")
    reworded: list[str] = Field(description="What was searched for in other words.")
    unquoted: list[str] = Field(description="Phrases in quotes that no passage has as they stand.")
    purpose: Literal["fact", "list", "yes or no", "comparison", "overview", "document", "talk"] = (
        Field(description="What the question is for.")
    )
    line: LineFields | None = Field(description="The shortest slice that answers.")
    grounds: GroundsFields | None = Field(description="What the confidence rests on.")
    reply: ReplyFields | None = Field(description="Where nothing is asked of the sources.")
    filter: AppliedFields | None = Field(description="Which sources were searched; null for all.")
    found: FoundCountFields | None = Field(
        description="How many passages were found in all; null for none."
    )


class PartFields(_AnswerContentFields):
    """A part of a question that asks for several things."""

    text: str = Field(description="Its words in the question; `question` can be asked alone.")


class AnswerFields(_AnswerContentFields):
    """The answer to a question."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: None = Field(description="Always null here.")
    parts: list[PartFields] = Field(
        description="The answers to its parts, where it asks for several things."
    )
    timings_ms: TimingFields = Field(description="How long it took.")


class FoundPassageFields(Fields):
    """A passage that was found."""

    rank: int = Field(description="From 1, over all sources.")
    passage: str = Field(description="The id by which it can be read again.")
    text: str = Field(description="The slice of the source's text, word for word.")
    score: float = Field(description="What it is ranked by, in [0, 1].")
    start: int = Field(description="Where it begins in the source's text, in code points.")
    end: int = Field(description="Where it ends.")
    locator: str = Field(description="Where a reader of the original finds it.")
    ocr: int | None = Field(description=_OCR)
    section: list[str] = Field(description="The headings above it, outermost first.")
    highlights: list[list[int]] = Field(
        description="Start and end of the sentences nearest to the question, in the source's text."
    )


class FoundSourceFields(Fields):
    """A source with its passages that were found, best first."""

    source: SourceFields = Field(description="Its description.")
    passages: list[FoundPassageFields] = Field(description="Best first.")


class FoundFields(Fields):
    """All passages found for a question, by source."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    question: str = Field(description="As asked.")
    verdict: Literal["answered", "unsure", "unanswered"] = Field(
        description="Whether the sources answer."
    )
    answered: bool = Field(description="True unless the verdict is 'unanswered'.")
    generation: int = Field(description="The index generation that was searched.")
    context: list[CarriedFields] = Field(description="Earlier turns that the question leaned on.")
    filter: AppliedFields | None = Field(description="Which sources were searched; null for all.")
    reworded: list[str] = Field(description="What was searched for in other words.")
    unquoted: list[str] = Field(description="Phrases in quotes that no passage has as they stand.")
    withheld: list[str] = Field(description="Faults of passages that are not listed for them.")
    order: Literal["relevance", "date", "title"] = Field(description="Of the sources.")
    passages: int = Field(description="How many passages are listed.")
    is_cut: bool = Field(description="Whether there are more.")
    sources: list[FoundSourceFields] = Field(description="Each with its passages.")
