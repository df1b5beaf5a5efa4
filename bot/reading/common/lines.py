"""Splits text into lines with offsets, and trims white space from spans.

Only a line feed ends a line; decoding has already replaced other newlines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...types import Span


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, without its newline; `start` is its offset in the text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset of the newline that ends the line."""
        return self.start + len(self.text)

    @property
    def is_blank(self) -> bool:
        """True if the line has no visible characters."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """Columns before the first visible character; tab stops are four columns apart."""
        expanded = self.text.expandtabs(4)
        return len(expanded) - len(expanded.lstrip())


Stanza = Sequence[Line]


def split_lines(text: str) -> list[Line]:
    """Returns all lines of `text`, including blank ones."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Line(start, line))
        start += len(line) + 1
    return lines


def split_stanzas(text: str) -> Iterator[Stanza]:
    """Yields the groups of lines between blank lines."""
    for is_blank, lines in groupby(split_lines(text), key=lambda line: line.is_blank):
        if not is_blank:
            yield list(lines)


def trim(text: str, start: int, end: int) -> Span:
    """Returns the span `start:end` without white space at either end."""
    slice_ = text[start:end]
    visible = slice_.strip()
    start += len(slice_) - len(slice_.lstrip())
    return start, start + len(visible)
