"""The lines of a PDF's pages and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

LEFTWARD = 4
"""How lines are turned (see `turned`) from which on they run from right to left."""

_PART_GAP = 1.0
"""White space wider than the type is high parts what stands side by side."""

_FEWEST_GAPS = 3
_EVEN = 2.0
_WIDEST = 2.5
"""White space between words that justifies a line: how much of it, how even and how wide."""

_SAME_LINE = 0.5
_CLOSE = 1.5
_BLANK_GAP = 0.15
_LARGE = 1.8
_WORDS_OF_ONE_LETTER = ("A", "I", "O")

Part: TypeAlias = tuple[float, float, str]
"""Left and right end of a stretch of a line, and its text."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table: its lines, and whether it repeats the cell to its left or above."""

    lines: tuple[str, ...] = ()
    is_across: bool = False
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page: the size of its type, the height of its baseline and its ends, in points.

    `words` are what white space parts. `is_added` is set for what somebody filled in or wrote upon
    the page. A table is a line that has `rows`.
    """

    text: str
    size: float
    baseline: float
    left: float = 0.0
    right: float = 0.0
    words: tuple[Part, ...] = ()
    is_added: bool = False
    rows: tuple[tuple[TableCell, ...], ...] = ()

    @property
    def parts(self) -> list[PageLine]:
        """The stretches of the line between wide white space, as lines: at least one."""
        gaps = [after[0] - before[1] for before, after in pairwise(self.words)]
        widest = max(gaps, default=0.0)
        if widest <= _PART_GAP * self.size or self._is_justified(gaps):
            return [self]
        wide = (at for at, gap in enumerate(gaps, 1) if gap > _PART_GAP * self.size)
        edges = [0, *wide, len(self.words)]
        return [self.of_words(self.words[start:end]) for start, end in pairwise(edges)]

    def _is_justified(self, gaps: Sequence[float]) -> bool:
        """Whether the white space between all words is alike, so that the line is merely full."""
        is_even = max(gaps) <= _EVEN * min(gaps)
        return is_even and len(gaps) >= _FEWEST_GAPS and max(gaps) < _WIDEST * self.size

    def of_words(self, words: Sequence[Part]) -> PageLine:
        """The line with some of its words alone."""
        text = " ".join(word for _, _, word in words)
        left, right = min(word[0] for word in words), max(word[1] for word in words)
        # There are many: `replace` takes several times as long.
        return PageLine(
            text, self.size, self.baseline, left, right, tuple(words), self.is_added, self.rows
        )


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A place on a page seen so that its lines run to the right, each below the one before.

    They are turned by `turn` right angles, and from 4 on they run from right to left.
    """
    along, height = ((x, y), (y, -x), (-x, -y), (-y, x))[turn % LEFTWARD]
    return (along, height) if turn < LEFTWARD else (-along, height)


def goes_on(line: PageLine, following: PageLine) -> bool:
    """True when both are parts of one line, which PDFium parts where a raised sign ends."""
    size = max(line.size, following.size)
    gap = following.left - line.right
    is_level = abs(line.baseline - following.baseline) < _SAME_LINE * size
    return is_level and -_SAME_LINE * size < gap < _CLOSE * size


def joined(line: PageLine, following: PageLine) -> PageLine:
    """Two lines that stand side by side as one, of the type of the longer; words between which
    there is no blank are one word.
    """
    longer = max(line, following, key=lambda part: len(part.text))
    words = [*line.words, *following.words]
    if following.left - line.right <= _BLANK_GAP * following.size and line.words:
        at = len(line.words)
        one = (words[at - 1][0], words[at][1], words[at - 1][2] + words[at][2])
        words[at - 1 : at + 1] = [one]
    return longer.of_words(words)


def with_drop_caps(lines: Sequence[PageLine]) -> list[PageLine]:
    """The lines, each large first letter with the words beside it."""
    found: list[PageLine] = []
    for line in lines:
        if found and _is_drop_cap(found[-1], line):
            between = " " if found[-1].text in _WORDS_OF_ONE_LETTER else ""
            left, right, first = (*line.words, (line.left, line.right, line.text))[0]
            word = (left, right, f"{found.pop().text}{between}{first}")
            line = line.of_words([word, *line.words[1:]])
        found.append(line)
    return found


def _is_drop_cap(letter: PageLine, line: PageLine) -> bool:
    if len(letter.text) != 1 or not letter.text.isupper() or not line.text[:1].isalpha():
        return False
    is_beside = -_SAME_LINE * line.size < line.left - letter.right < _CLOSE * line.size
    is_level = -line.size / 2 < line.baseline - letter.baseline < letter.size
    return letter.size > _LARGE * line.size and is_beside and is_level
