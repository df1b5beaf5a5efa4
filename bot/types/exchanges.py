"""Exchanges of a conversation, and quotes pinned by readers."""

from __future__ import annotations

from dataclasses import dataclass

from .answers import Answer
from .documents import SourceInfo


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer or, if it failed, the error as a sentence.

    `number` counts the exchanges of a conversation from 0. `asked` is the time in ISO 8601, UTC.
    `alone` is true if earlier exchanges were ignored.
    """

    number: int
    asked: str
    question: str
    alone: bool
    answer: Answer | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class PinnedQuote:
    """A quote that a reader has pinned to the notebook, with the reader's note.

    `accessed` is the day on which it was quoted, YYYY-MM-DD. `note` is plain text, "" for none.
    """

    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]
    text: str
    accessed: str
    note: str = ""
