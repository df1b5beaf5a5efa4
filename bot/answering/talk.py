"""Recognises small talk and builds the reply: to a greeting, to thanks, to a request for help.

A text is talk only if all of it is: "hello" is talk, "who said hello?" is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..reading.formats.approved import is_approved_questions
from ..retrieval.suggestions import suggest
from ..store import GenerationReader
from ..types import Holding, Reply, Talk, Turn
from .presentation import NAMES_HOLDINGS
from .question.talk_wordings import FILLER, WORDINGS

# How many sources and questions a reply names.
HOLDINGS_NAMED = 8
QUESTIONS_OFFERED = 3

LONGEST = 120

_PATTERNS = {talk: re.compile("|".join(wordings)) for talk, wordings in WORDINGS.items()}
_FILLER = re.compile(FILLER)
_MARKS = re.compile(r"[^\w'-]+|(?<!\w)['-]+|['-]+(?!\w)")


def talk_of(text: str) -> Talk | None:
    """Returns the kind of small talk; None for a question about the sources."""
    if len(text) > LONGEST:
        return None
    said = _MARKS.sub(" ", text.casefold().replace("’", "'")).strip()
    found: set[Talk] = set()
    at = 0
    while at < len(said):
        runs = {talk: _run(pattern, said, at) for talk, pattern in _PATTERNS.items()}
        longest = max(runs.values())
        filler = _run(_FILLER, said, at)
        if max(longest, filler) == at:
            return None
        if longest >= filler:
            found.add(next(talk for talk, end in runs.items() if end == longest))
        at = max(longest, filler) + 1
    return next((talk for talk in WORDINGS if talk in found), None)


def replied(generation: GenerationReader, talk: Talk) -> Reply:
    """Returns the reply; some also list what the index holds and questions it can answer."""
    if talk not in NAMES_HOLDINGS:
        return Reply(talk)
    infos = sorted(
        (info for info in generation.infos.values() if not is_approved_questions(info.path)),
        key=lambda info: (info.title.casefold(), info.path),
    )
    return Reply(
        talk,
        sources=len(infos),
        holdings=tuple(Holding(info.id, info.title, info.date) for info in infos[:HOLDINGS_NAMED]),
        questions=suggest(generation, QUESTIONS_OFFERED),
    )


def without_talk(history: Sequence[Turn]) -> list[Turn]:
    """Returns the conversation with small talk blanked, since no question depends on it."""
    return [
        replace(turn, content="") if turn.role == "user" and talk_of(turn.content) else turn
        for turn in history
    ]


def _run(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Returns the end of the longest run of whole words that a pattern matches at a place.

    Returns the place itself if there is no match.
    """
    ends = (end for end in _word_ends(text, at) if pattern.fullmatch(text, at, end))
    return max(ends, default=at)


def _word_ends(text: str, at: int) -> list[int]:
    return [place for place in range(at + 1, len(text) + 1) if text[place : place + 1] in ("", " ")]
