"""Joins several documents into one, such as the parts of a mail, with marks for their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...types import CAPTION_LEVEL, Block, Document, Mark

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Joint:
    """One of several texts that make up a document; blocks and marks use its own offsets.

    `name` is the place of the whole text; "" stands for the main document.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, document: Document) -> Joint:
        """Returns a joint for a whole document."""
        return cls(document.text, document.blocks, document.marks)

    @property
    def content(self) -> Iterator[str]:
        """The texts of the blocks that are not skipped."""
        return (self.text[each.start : each.end] for each in self.blocks if not each.skipped)

    def within(self, name: str) -> Joint:
        """Returns a copy placed in `name`, which is put before the names of its own marks."""
        if not name:
            return self
        marks = (replace(mark, name=f"{name}, {mark.name}") for mark in self.marks)
        return replace(self, name=name, marks=tuple(marks))

    def deeper(self) -> Joint:
        """Returns a copy with its headings one level lower."""
        blocks = (
            replace(block, level=min(block.level + 1, CAPTION_LEVEL - 1))
            if 0 < block.level < CAPTION_LEVEL
            else block
            for block in self.blocks
        )
        return replace(self, blocks=tuple(blocks))

    def skipped(self, reason: str) -> Joint:
        """Returns a copy in which all blocks are skipped."""
        blocks = (replace(block, skipped=block.skipped or reason) for block in self.blocks)
        return replace(self, blocks=tuple(blocks))


def joined(joints: Iterable[Joint]) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """Joins the texts with blank lines; returns the text, its blocks and its marks.

    There are marks only if a part has a name.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    length, name = 0, ""
    for joint in joints:
        if joint.name != name:
            marks.append(Mark(length, joint.name, divides=True))
            name = joint.name
        blocks += (
            replace(block, start=block.start + length, end=block.end + length)
            for block in joint.blocks
        )
        marks += (replace(mark, start=mark.start + length) for mark in joint.marks)
        texts.append(joint.text)
        length += len(joint.text) + len(_BETWEEN)
    if marks:
        marks.insert(0, Mark(0, "mail"))
    return _BETWEEN.join(texts), tuple(blocks), tuple(marks)
