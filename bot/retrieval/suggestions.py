"""Suggests first questions from the corpus itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..store import GenerationReader
from ..types import Block, BlockKind, Source
from .search import QUESTION_MARKS

LONGEST = 120

# An item of a checklist is a question to the reader, not to the document.
_LIST_MARK = re.compile(r"(?:[-*+•‣▪●○◦☐☑✓–—]|\[[ xX]?\])\s")

# Nobody looks through more suggestions, so the first sources of a large corpus are enough.
MOST_SUGGESTIONS = 2_000
SOURCES_READ = 1_000


def suggest(generation: GenerationReader, count: int) -> tuple[str, ...]:
    """Returns up to `count` questions that sources ask and answer, from each source in turn.

    If the corpus has no questions, returns section headings. In a corpus of more than
    `SOURCES_READ` sources, only the first by path are read.
    """
    ids = [summary.info.id for summary in generation.summaries()[:SOURCES_READ]]
    by_source = [list(_lines(generation.source(id_))) for id_ in ids]
    for is_question in (True, False):
        listed = [[line for line, asks in lines if asks or not is_question] for lines in by_source]
        found: dict[str, None] = {}
        for number in range(max(map(len, listed), default=0)):
            found |= dict.fromkeys(lines[number] for lines in listed if number < len(lines))
            if len(found) >= count:
                break
        if found:
            return tuple(found)[:count]
    return ()


def askable(source: Source, block: Block) -> str | None:
    """Returns a question or heading of a source without its number; None for a list item or if it
    is not a short line.
    """
    if block.kind not in (BlockKind.QUESTION, BlockKind.HEADING) or block.skipped is not None:
        return None
    text = _unnumbered(source.text[block.start : block.end])
    if "\n" in text or _LIST_MARK.match(text):
        return None
    return text if 0 < len(text) <= LONGEST else None


def _lines(source: Source) -> Iterator[tuple[str, bool]]:
    """Yields the questions and headings of a source in order, and whether each is a question."""
    for block in source.blocks:
        text = askable(source, block)
        # "You: how did it go?" and "Look at the lid: clean?" are dialogue or checks, not questions.
        is_aside = block.kind is BlockKind.QUESTION and text is not None and ": " in text
        if text is not None and not is_aside:
            yield text, block.kind is BlockKind.QUESTION or text.endswith(QUESTION_MARKS)


def _unnumbered(question: str) -> str:
    """Returns a question without its "Q1:" or "1."."""
    head, _, rest = question.partition(" ")
    marks = head.rstrip(":.)")
    is_number = head != marks and marks.lower().removeprefix("question").lstrip("qQ").isdecimal()
    return rest.strip() if is_number or head.lower() in ("q:", "question:") else question.strip()
