"""Questions to start with, taken from the corpus itself."""

from __future__ import annotations

from .store import Generation
from .types import BlockKind, Source

LONGEST = 120


def suggest(generation: Generation, count: int) -> tuple[str, ...]:
    """Up to `count` questions that sources ask and answer, taken from one source after another.

    A corpus without questions lends the headings of its sections.
    """
    for kind in (BlockKind.QUESTION, BlockKind.HEADING):
        by_source = [
            _texts(generation.source(summary.info.id), kind) for summary in generation.summaries()
        ]
        rounds = max((len(texts) for texts in by_source), default=0)
        found = dict.fromkeys(
            texts[number] for number in range(rounds) for texts in by_source if number < len(texts)
        )
        if found:
            return tuple(found)[:count]
    return ()


def _texts(source: Source, kind: BlockKind) -> list[str]:
    texts = (
        _unnumbered(source.text[block.start : block.end])
        for block in source.blocks
        if block.kind is kind and block.skipped is None
    )
    return [text for text in texts if "\n" not in text and 0 < len(text) <= LONGEST]


def _unnumbered(question: str) -> str:
    """A question without the "Q1:" or "1." that it carries in its document."""
    head, _, rest = question.partition(" ")
    marks = head.rstrip(":.)")
    is_number = head != marks and marks.lower().removeprefix("question").lstrip("qQ").isdecimal()
    return rest.strip() if is_number or head.lower() in ("q:", "question:") else question.strip()
