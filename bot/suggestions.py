"""Questions to start with, taken from the corpus itself."""

from __future__ import annotations

from .store import GenerationReader
from .types import Block, BlockKind, Source

LONGEST = 120


def suggest(generation: GenerationReader, count: int) -> tuple[str, ...]:
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


def askable(source: Source, block: Block) -> str | None:
    """A question or heading of a source without its number; None when it is no short line."""
    if block.kind not in (BlockKind.QUESTION, BlockKind.HEADING) or block.skipped is not None:
        return None
    text = _unnumbered(source.text[block.start : block.end])
    return text if "\n" not in text and 0 < len(text) <= LONGEST else None


def _texts(source: Source, kind: BlockKind) -> list[str]:
    blocks = (block for block in source.blocks if block.kind is kind)
    return [text for block in blocks if (text := askable(source, block)) is not None]


def _unnumbered(question: str) -> str:
    """A question without the "Q1:" or "1." that it carries in its document."""
    head, _, rest = question.partition(" ")
    marks = head.rstrip(":.)")
    is_number = head != marks and marks.lower().removeprefix("question").lstrip("qQ").isdecimal()
    return rest.strip() if is_number or head.lower() in ("q:", "question:") else question.strip()
