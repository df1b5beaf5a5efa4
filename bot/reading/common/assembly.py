"""Assembles text from pieces, for formats whose bytes are not the text itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...types import CAPTION_LEVEL, Block, BlockKind, Document, Mark, Metadata
from .metadata import clean
from .questions import mark_questions

_BETWEEN = "\n\n"

_LONGEST_HEADING = 250
"""Most characters of a heading; longer text is a paragraph, however it looks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a future block, possibly surrounded by white space.

    `mark` names the place in the original that starts with the piece; `divides` means that a reader
    of the original sees a break there. `skipped` is the reason why the piece is not content.
    """

    text: str
    kind: BlockKind
    level: int = 0
    mark: str | None = None
    divides: bool = False
    skipped: str | None = None


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """Joins the non-empty pieces with blank lines; returns the text, its blocks and its marks.

    The mark of an empty piece moves to the start of the next piece.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    length = 0
    for piece in pieces:
        # Parsers keep a carriage return only if it was written as an entity.
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
    """Returns the document made of the pieces, with its questions marked.

    Without a title in the metadata, the first heading is the title. `comments` follow the text, and
    their headings are never the title.
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
