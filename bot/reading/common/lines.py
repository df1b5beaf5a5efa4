"""Lines of a text by offset, and spans trimmed of the white space around them.

A line ends at a line feed alone; decoding has already turned other newlines into these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...types import Span


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, without its newline; `start` is its offset in that text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset of the newline that ends the line."""
        return self.start + len(self.text)

    @property
    def is_blank(self) -> bool:
        """True when nothing can be seen on the line."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """Columns before the first visible character, a tab being worth four."""
        expanded = self.text.expandtabs(4)
        return len(expanded) - len(expanded.lstrip())


Stanza = Sequence[Line]


def split_lines(text: str) -> list[Line]:
    """Every line of `text`, blank ones included."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Line(start, line))
        start += len(line) + 1
    return lines


def split_stanzas(text: str) -> Iterator[Stanza]:
    """The runs of lines that no blank line interrupts."""
    for is_blank, lines in groupby(split_lines(text), key=lambda line: line.is_blank):
        if not is_blank:
            yield list(lines)


def trim(text: str, start: int, end: int) -> Span:
    """`start:end` without the white space at either end of the slice."""
    slice_ = text[start:end]
    visible = slice_.strip()
    start += len(slice_) - len(slice_.lstrip())
    return start, start + len(visible)
