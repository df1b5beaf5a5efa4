"""Schemas of requests and replies for the HTTP API and the MCP tools.

`bot.export.answer_json` builds the values, and these schemas describe them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from ..engine.asking import MAX_PASSAGES
from ..export.answer_json import VERSION
from ..retrieval.filtering import MOST_VALUES


class Fields(BaseModel):
    """Allows only the declared fields, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(number: Any) -> Any:
    """Turns 1.0 into 1: JSON has only one number type, and schemas accept both as an integer."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


# These limits only document the schema. The engine enforces them with its own messages.
_DAY: JsonDict = {"pattern": "^[0-9]{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12][0-9]|3[01]))?)?$"}
_MANY: JsonDict = {"maxItems": MOST_VALUES}


class TurnFields(Fields):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"] = Field(description="Who said it.")
    content: str = Field(description="What was said.")


class FilterFields(Fields):
    """Restricts sources to those that match every field; one of a field's values is enough."""

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


class AppliedFields(Fields):
    """The requested filter and its result."""

    source: list[str] = Field(description="Titles, paths or ids.")
    publisher: list[str] = Field(description="Publishers.")
    since: str | None = Field(description="The first year, month or day.")
    until: str | None = Field(description="The last year, month or day.")
    language: list[str] = Field(description="Languages.")
    type: list[str] = Field(description="File types.")
    admitted: int = Field(description="How many sources meet it.")
    undated: int = Field(description="How many were left out because they have no date.")


class AskFields(Fields):
    """A question."""

    # These limits only document the schema. The engine enforces them with its own messages.
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


class FindFields(Fields):
    """A question for which all passages are wanted."""

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


class SourceIdFields(Fields):
    """The id of a source."""

    id: str = Field(description="The id of a source, as answers and lists give it.")


class PassageIdFields(Fields):
    """The id of a passage."""

    id: str = Field(description="The id of a passage: `passage` of a citation.")


class ErrorFields(Fields):
    """An error, returned instead of the requested value."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    id: None = Field(description="Always null here.")
    error: str = Field(description="What is wrong and what to do about it.")


class SourceFields(Fields):
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


class SourcesFields(Fields):
    """All sources."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    generation: int = Field(description="The index generation that lists them.")
    filter: AppliedFields | None = Field(description="Which of them are listed; null for all.")
    sources: list[ListedFields] = Field(description="By path.")


class SourceTextFields(Fields):
    """A source with its text."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    source: SourceFields = Field(description="Its description.")
    text: str = Field(description="The extracted text; offsets are code points into it.")


class AliveFields(Fields):
    """The process is running."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    status: Literal["alive"] = Field(description="Always the same.")


class ReadyFields(Fields):
    """Questions can be answered."""

    version: int = Field(description=f"Of this contract: {VERSION}.")
    status: Literal["ready"] = Field(description="Always the same; otherwise there is an error.")
