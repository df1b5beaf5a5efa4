"""Text put together from pieces, for formats in which the file's bytes are not the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..types import Block, BlockKind, Document, Mark, Metadata
from .metadata import clean
from .questions import mark_questions

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one block to be, which may have white space around it.

    `mark` names the place of the original that begins with it, and `divides` says that its readers
    see a break there.
    """

    text: str
    kind: BlockKind
    level: int = 0
    mark: str | None = None
    divides: bool = False


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """The pieces that can be seen as one text, a blank line between them; their blocks and marks.

    A mark of a piece that cannot be seen stands where the next one begins.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    length = 0
    for piece in pieces:
        # Parsers leave a carriage return only where an entity asked for one.
        text = piece.text.replace("\r", "\n").strip()
        if piece.mark is not None:
            marks.append(Mark(length, piece.mark, piece.divides))
        if text:
            texts.append(text)
            blocks.append(Block(length, length + len(text), piece.kind, piece.level))
            length += len(text) + len(_BETWEEN)
    whole = _BETWEEN.join(texts)
    ended = (replace(mark, start=min(mark.start, len(whole))) for mark in marks)
    return whole, tuple(blocks), tuple(ended)


def assembled(pieces: Iterable[Piece], metadata: Metadata, notes: Iterable[str] = ()) -> Document:
    """The document of the pieces, its questions marked; its first heading is a title if need be."""
    text, blocks, marks = assemble(pieces)
    headings = (clean(text[block.start : block.end]) for block in blocks if block.level)
    return Document(
        text=text,
        metadata=replace(metadata, title=metadata.title or next(headings, None)),
        blocks=mark_questions(text, blocks),
        marks=marks,
        notes=tuple(notes),
    )
