"""Text put together from pieces, for formats in which the file's bytes are not the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..types import Block, BlockKind

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one block to be, which may have white space around it."""

    text: str
    kind: BlockKind
    level: int = 0


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The pieces that can be seen as one text, a blank line between them, and their blocks."""
    texts: list[str] = []
    blocks: list[Block] = []
    length = 0
    for piece in pieces:
        # Parsers leave a carriage return only where an entity asked for one.
        text = piece.text.replace("\r", "\n").strip()
        if text:
            texts.append(text)
            blocks.append(Block(length, length + len(text), piece.kind, piece.level))
            length += len(text) + len(_BETWEEN)
    return _BETWEEN.join(texts), tuple(blocks)
