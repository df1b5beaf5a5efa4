"""A question's way through the conversation to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from .documents import Passage, SourceInfo, Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `dense` is the cosine of passage and question, `lexical` the BM25 score, `interaction` how
    well the question's words are met by words of the passage, in [0, 1] and 0 for hits that were
    not compared so closely. `score` in [0, 1] joins them; by it hits are ranked. `via` is the
    approved question that led to the passage, if one did.
    """

    row: int
    passage: Passage
    dense: float
    lexical: float
    interaction: float
    score: float
    via: Hit | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to the exact passage of one source."""

    number: int
    passage_id: str
    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as an answer shows it.

    `citations` holds the number of its own citation first, then those of near-identical
    passages in other sources. `highlights` are spans of the source's text within the passage;
    `answer` is the span among them that names who, when, where or how many, if that was asked.
    """

    rank: int
    citations: tuple[int, ...]
    text: str
    score: float
    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]
    highlights: tuple[Span, ...]
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """What one citation says where sources differ."""

    text: str
    citation: int


class ConflictKind(StrEnum):
    """What sources differ in. A name is that of a person, a place, an organisation or a thing."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing for which the cited sources give different values of one kind.

    `about` says which: what a figure counts, or the statement with "…" in the value's place.
    """

    about: str
    values: tuple[ConflictValue, ...]
    kind: ConflictKind = ConflictKind.FIGURE


@dataclass(frozen=True, slots=True)
class CarriedTurn:
    """An earlier turn that the answer leaned on; `turn` counts the history from 0."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall time of an answer's steps in milliseconds."""

    encode: float
    search: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; `bot.contract` gives its JSON form.

    When `answered` is false, `quotes` are the closest passages and `notice` says so.
    `withheld` names passages that failed their check against the source and are not shown.
    `reworded` says what of the question was searched for in other words ("enviroment →
    environment"), and `unquoted` which phrases in quotes no passage has.
    """

    question: str
    answered: bool
    confidence: float
    generation: int
    context: tuple[CarriedTurn, ...]
    quotes: tuple[Quote, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    timings: Timings
    notice: str | None = None
    withheld: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    unquoted: tuple[str, ...] = ()
