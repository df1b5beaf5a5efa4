"""What programs send and get, field by field: the schemas of the HTTP API and of the MCP tools.

The values themselves are made by `bot.contract`, and these describe them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from ..asking import MAX_PASSAGES
from ..contract import VERSION
from ..filtering import MOST_VALUES


class _Fields(BaseModel):
    """Nothing but the fields that are named, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(number: Any) -> Any:
    """1 for 1.0: JSON has one kind of number, and calls both an integer."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


# Described here, and told by the engine in its own words.
_DAY: JsonDict = {"pattern": "^[0-9]{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12][0-9]|3[01]))?)?$"}
_MANY: JsonDict = {"maxItems": MOST_VALUES}


class TurnFields(_Fields):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"] = Field(description="Who said it.")
    content: str = Field(description="What was said.")


class FilterFields(_Fields):
    """Which sources: those that meet every field; one of a field's values is enough."""

    source: list[str] = Field(
        default=[],
        description="By title, path or id; the path of a folder names all below it.",
        json_schema_extra=_MANY,
    )
    publisher: list[str] = Field(
        default=[],
        description="By publisher, as the sources name it.",
        json_schema_extra=_MANY,
    )
    since: str | None = Field(
        default=None,
        description="From a year, a month or a day on: 2024, 2024-06 or 2024-06-30. A source "
        "without a date is left out.",
        json_schema_extra=_DAY,
    )
    until: str | None = Field(
        default=None,
        description="Up to the end of a year, a month or a day, in the same way.",
        json_schema_extra=_DAY,
    )
    language: list[str] = Field(
        default=[], description="By language, as an ISO 639 code.", json_schema_extra=_MANY
    )
    type: list[str] = Field(
        default=[], description="By the ending of the file's name: pdf.", json_schema_extra=_MANY
    )


class AppliedFields(_Fields):
    """A filter as it was asked for, and what came of it."""

    source: list[str] = Field(description="Titles, paths or ids.")
    publisher: list[str] = Field(description="Publishers.")
    since: str | None = Field(description="The first year, month or day.")
    until: str | None = Field(description="The last year, month or day.")
    language: list[str] = Field(description="Languages.")
    type: list[str] = Field(description="File types.")
    admitted: int = Field(description="How many sources meet it.")
    undated: int = Field(description="How many were left out because they have no date.")


class AskFields(_Fields):
    """A question."""

    # Described here, and told by the engine in its own words.
    question: str = Field(
        description="The question, in a few words or a sentence.",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    )
    history: list[TurnFields] = Field(
        default=[],
        description="Earlier turns, oldest first, for questions such as 'And zinc?'.",
    )
    k: Annotated[int | None, BeforeValidator(_whole)] = Field(
        default=None,
        description="Exactly so many passages as far as there are any; by default those worth it.",
        json_schema_extra={"minimum": 1, "maximum": MAX_PASSAGES},
    )
    ignore_context: bool = Field(default=False, description="Ask without the history.")
    filter: FilterFields | None = Field(
        default=None, description="Search some sources only, as if there were no others."
    )


class FindFields(_Fields):
    """A question of which all passages are wanted."""

    question: str = Field(
        description="The question, in a few words or a sentence.",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    )
    history: list[TurnFields] = Field(
        default=[],
        description="Earlier turns, oldest first, for questions such as 'And zinc?'.",
    )
    ignore_context: bool = Field(default=False, description="Ask without the history.")
    filter: FilterFields | None = Field(
        default=None, description="Search some sources only, as if there were no others."
    )
    order: Literal["relevance", "date", "title"] = Field(
        default="relevance",
        description="Sources by their best passage, the latest first, or by title.",
    )


class SourceIdFields(_Fields):
    """Which source."""

    id: str = Field(description="The id of a source, as answers and lists give it.")


class PassageIdFields(_Fields):
    """Which passage."""

    id: str = Field(description="The id of a passage: `passage` of a citation.")


class ErrorFields(_Fields):
    """What stands in the place of what was asked for."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: None = Field(description="Always null here.")
    error: str = Field(description="What is wrong and what to do about it.")


class SourceFields(_Fields):
    """The description of a source."""

    id: str = Field(description="Derived from the file's content.")
    path: str = Field(description="Its file, from the name of the corpus folder on.")
    title: str = Field(description="The title that the document gives, or the file's name.")
    publisher: str | None = Field(description="As the document says.")
    author: str | None = Field(description="As the document says.")
    date: str | None = Field(description="As the document says.")
    url: str | None = Field(description="Where the document says that it comes from.")
    language: str | None = Field(description="ISO 639 code.")
    format: str = Field(description="What it was read as.")
    sha256: str = Field(description="Of the file's bytes.")
    also_at: list[str] = Field(description="Further files of the same content.")


class ListedFields(SourceFields):
    """The description of a source, with its size."""

    passages: int = Field(description="Passages that can be cited.")
    characters: int = Field(description="Length of its text.")
    skipped_blocks: int = Field(description="Menus and other furniture that is not answered from.")


class SourcesFields(_Fields):
    """All sources."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    generation: int = Field(description="The index generation that lists them.")
    filter: AppliedFields | None = Field(description="Which of them are listed; null for all.")
    sources: list[ListedFields] = Field(description="By path.")


class SourceTextFields(_Fields):
    """A source with its text."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    source: SourceFields = Field(description="Its description.")
    text: str = Field(description="The extracted text; offsets are code points into it.")


class _Place(_Fields):
    source: SourceFields = Field(description="The source that it is a slice of.")
    start: int = Field(description="Offset of its first character in the source's text.")
    end: int = Field(description="Offset behind its last character.")
    locator: str = Field(description="Where it is in the original: page, lines, section.")
    section: list[str] = Field(description="The headings above it, outermost first.")


class PassageFields(_Place):
    """A passage."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: str = Field(description="The same for the same slice of the same content, always.")
    text: str = Field(description="Word for word what the source says between start and end.")


class WeighedFields(_Fields):
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
    """What a number in `citations` points to."""

    number: int = Field(description="The number.")
    passage: str = Field(description="The id of the passage, to read it again.")


class ConflictValueFields(_Fields):
    """What one citation says where sources differ."""

    text: str = Field(description="The figure, date or name.")
    citation: int = Field(description="The number of the citation.")
    span: list[int] | None = Field(description="Where it stands in the source's text.")
    sentence: list[int] | None = Field(description="Where the sentence around it stands.")


class ConflictFields(_Fields):
    """A thing for which the cited sources give different values."""

    about: str = Field(description="Which thing.")
    values: list[ConflictValueFields] = Field(description="What each of them says.")
    kind: Literal["figure", "date", "name"] = Field(description="Of which kind the values are.")


class CarriedFields(_Fields):
    """An earlier question that this one leaned on."""

    turn: int = Field(description="Its place in the history, from 0.")
    text: str = Field(description="What was taken from it.")


class LineFields(_Fields):
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


class GroundsFields(_Fields):
    """What the confidence rests on."""

    words: int = Field(description="Words of the question that carry meaning.")
    words_met: int = Field(description="How many of them the first passages meet.")
    missing: list[str] = Field(description="Words of the question that occur in no source.")
    latest: str | None = Field(
        description="The date of the latest source, where the question names a later year."
    )


class HoldingFields(_Fields):
    """A source that a reply names."""

    source_id: str = Field(description="Its id.")
    title: str = Field(description="Its title.")
    date: str | None = Field(description="As the document says.")


class ReplyFields(_Fields):
    """What stands in the place of an answer where nothing is asked of the sources."""

    talk: Literal[
        "greeting", "thanks", "goodbye", "identity", "help", "adding", "holdings", "other"
    ] = Field(description="What is wanted.")
    sources: int = Field(description="How many sources there are.")
    holdings: list[HoldingFields] = Field(description="Some of them.")
    questions: list[str] = Field(description="Some questions that they answer.")


class TimingFields(_Fields):
    """Milliseconds."""

    encode: float = Field(description="For the question's vector.")
    search: float = Field(description="For finding and comparing passages.")
    total: float = Field(description="For all of it.")


class FoundCountFields(_Fields):
    """How much was found."""

    passages: int = Field(description="Passages, at most 50.")
    sources: int = Field(description="Sources that these are in.")


class _ToldFields(_Fields):
    """What an answer says."""

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


class PartFields(_ToldFields):
    """A part of a question that asks for several things."""

    text: str = Field(description="Its words in the question; `question` can be asked alone.")


class AnswerFields(_ToldFields):
    """The answer to a question."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: None = Field(description="Always null here.")
    parts: list[PartFields] = Field(
        description="The answers to its parts, where it asks for several things."
    )
    timings_ms: TimingFields = Field(description="How long it took.")


class FoundPassageFields(_Fields):
    """A passage that was found."""

    rank: int = Field(description="From 1, over all sources.")
    passage: str = Field(description="The id by which it can be read again.")
    text: str = Field(description="The slice of the source's text, word for word.")
    score: float = Field(description="What it is ranked by, in [0, 1].")
    start: int = Field(description="Where it begins in the source's text, in code points.")
    end: int = Field(description="Where it ends.")
    locator: str = Field(description="Where a reader of the original finds it.")
    section: list[str] = Field(description="The headings above it, outermost first.")
    highlights: list[list[int]] = Field(
        description="Start and end of the sentences nearest to the question, in the source's text."
    )


class FoundSourceFields(_Fields):
    """A source with its passages that were found, best first."""

    source: SourceFields = Field(description="Its description.")
    passages: list[FoundPassageFields] = Field(description="Best first.")


class FoundFields(_Fields):
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


class AliveFields(_Fields):
    """The process runs."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    status: Literal["alive"] = Field(description="Always the same.")


class ReadyFields(_Fields):
    """Questions are answered."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    status: Literal["ready"] = Field(description="Always the same; otherwise there is an error.")
