"""Sources made of parts, and their passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passage_words import words

from bot.text.passages import PassageRules, split
from bot.types import Block, BlockKind, Mark, Passage, Source, SourceInfo

HEADING, QUESTION, PARAGRAPH, LIST_ITEM, TABLE, CODE = BlockKind


@dataclass(frozen=True)
class Part:
    """A block to be, and what parts it from the block before it."""

    text: str
    kind: BlockKind = PARAGRAPH
    level: int = 0
    skipped: str | None = None
    gap: str = "\n\n"


def make_source(
    *parts: Part,
    title: str = "A title",
    language: str | None = "en",
    marks: tuple[Mark, ...] = (),
    first_line: int | None = None,
) -> Source:
    text = ""
    blocks = []
    for part in parts:
        text += part.gap if text else ""
        blocks.append(
            Block(len(text), len(text) + len(part.text), part.kind, part.level, part.skipped)
        )
        text += part.text
    info = SourceInfo(
        id="source",
        path="corpus/source.txt",
        title=title,
        publisher=None,
        author=None,
        date=None,
        url=None,
        language=language,
        format="txt",
        sha256="0" * 64,
    )
    return Source(info, text, tuple(blocks), marks, first_line)


def signs(texts: Sequence[str]) -> list[int]:
    return [sum(not sign.isspace() for sign in text) for text in texts]


def split_words(source: Source, characters: int, tokens: int = 254) -> tuple[Passage, ...]:
    return split(source, PassageRules(characters, tokens), words)


def sections(passages: Sequence[Passage]) -> list[tuple[str, ...]]:
    return [passage.section for passage in passages]
