"""What is kept of a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from .answers import Answer


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
