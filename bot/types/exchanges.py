"""What is kept of conversations, and the quotes that their readers keep."""

from __future__ import annotations

from dataclasses import dataclass

from .answers import Answer
from .documents import SourceInfo


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer or, as a sentence, the error in its place.

    `number` counts the exchanges of a conversation from 0, `asked` is the moment in ISO 8601 and
    UTC, and `alone` says that earlier exchanges were left out of account.
    """

    number: int
    asked: str
    question: str
    alone: bool
    answer: Answer | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class PinnedQuote:
    """A quote that a reader has pinned to the notebook, with a note of their own.

    `accessed` is the day on which it was quoted, YYYY-MM-DD; `note` is plain text, "" for none.
    """

    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]
    text: str
    accessed: str
    note: str = ""
