"""Text put together from pieces, for formats in which the file's bytes are not the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...types import CAPTION_LEVEL, Block, BlockKind, Document, Mark, Metadata
from .metadata import clean
from .questions import mark_questions

_BETWEEN = "\n\n"

_LONGEST_HEADING = 250
"""Characters; what is longer is text, however it looks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one block to be, which may have white space around it.

    `mark` names the place of the original that begins with it, and `divides` says that its readers
    see a break there. `skipped` is why it is no content.
    """

    text: str
    kind: BlockKind
    level: int = 0
    mark: str | None = None
    divides: bool = False
    skipped: str | None = None


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
            end = length + len(text)
            if piece.kind is BlockKind.HEADING and len(text) > _LONGEST_HEADING:
                piece = replace(piece, kind=BlockKind.PARAGRAPH, level=0)
            blocks.append(Block(length, end, piece.kind, piece.level, piece.skipped))
            length += len(text) + len(_BETWEEN)
    whole = _BETWEEN.join(texts)
    end = len(whole)
    ended = (mark if mark.start <= end else replace(mark, start=end) for mark in marks)
    return whole, tuple(blocks), tuple(ended)


def assembled(
    pieces: Iterable[Piece],
    metadata: Metadata,
    notes: Iterable[str] = (),
    comments: Sequence[Piece] = (),
) -> Document:
    """The document of the pieces, its questions marked; its first heading is a title if need be.

    `comments` follow its text, and their heading is no title.
    """
    text, blocks, marks = assemble([*pieces, *comments])
    levels = range(1, CAPTION_LEVEL)
    own = blocks[: len(blocks) - len(comments)]
    headings = (clean(text[block.start : block.end]) for block in own if block.level in levels)
    return Document(
        text=text,
        metadata=replace(metadata, title=metadata.title or next(headings, None)),
        blocks=mark_questions(text, blocks),
        marks=marks,
        notes=tuple(notes),
    )
