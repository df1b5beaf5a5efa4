"""The lines of a PDF's pages and their positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

LEFTWARD = 4
"""Values of `turn` (see `turned`) from this one on mean that lines run from right to left."""

_PART_GAP = 1.0
"""White space wider than this, in sizes of the type, separates parts of a line."""

_FEWEST_GAPS = 3
_EVEN = 2.0
_WIDEST = 2.5
"""Justified lines: the fewest gaps, the most that gaps may differ, and the widest gap in sizes
of the type."""

_SAME_LINE = 0.5
_CLOSE = 1.5
_BLANK_GAP = 0.15
_LARGE = 1.8
_WORDS_OF_ONE_LETTER = ("A", "I", "O")

Part: TypeAlias = tuple[float, float, str]
"""The left and right end of a stretch of a line, and its text."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table: its lines, and whether it repeats the cell to its left or above."""

    lines: tuple[str, ...] = ()
    is_across: bool = False
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page: its type size, the height of its baseline, and its ends, in points.

    `words` are separated by white space. `is_added` marks form values and text added to the page. A
    table is a line with `rows`.
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
        """The parts of the line between wide gaps, as lines; at least one."""
        gaps = [after[0] - before[1] for before, after in pairwise(self.words)]
        widest = max(gaps, default=0.0)
        if widest <= _PART_GAP * self.size or self._is_justified(gaps):
            return [self]
        wide = (at for at, gap in enumerate(gaps, 1) if gap > _PART_GAP * self.size)
        edges = [0, *wide, len(self.words)]
        return [self.of_words(self.words[start:end]) for start, end in pairwise(edges)]

    def _is_justified(self, gaps: Sequence[float]) -> bool:
        """Whether all gaps between words are similar, so that the line is only justified."""
        is_even = max(gaps) <= _EVEN * min(gaps)
        return is_even and len(gaps) >= _FEWEST_GAPS and max(gaps) < _WIDEST * self.size

    def of_words(self, words: Sequence[Part]) -> PageLine:
        """Returns the line reduced to some of its words."""
        text = " ".join(word for _, _, word in words)
        left, right = min(word[0] for word in words), max(word[1] for word in words)
        # This runs very often, and `replace` takes several times as long.
        return PageLine(
            text, self.size, self.baseline, left, right, tuple(words), self.is_added, self.rows
        )


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Returns a point in coordinates where lines run to the right, each below the previous one.

    `turn` is a number of right angles; values from 4 on also mean right-to-left lines.
    """
    along, height = ((x, y), (y, -x), (-x, -y), (-y, x))[turn % LEFTWARD]
    return (along, height) if turn < LEFTWARD else (-along, height)


def goes_on(line: PageLine, following: PageLine) -> bool:
    """True if both are parts of one line that PDFium splits after a raised character."""
    size = max(line.size, following.size)
    gap = following.left - line.right
    is_level = abs(line.baseline - following.baseline) < _SAME_LINE * size
    return is_level and -_SAME_LINE * size < gap < _CLOSE * size


def joined(line: PageLine, following: PageLine) -> PageLine:
    """Joins two lines side by side, in the type of the longer one.

    Words without a gap between them become one word.
    """
    longer = max(line, following, key=lambda part: len(part.text))
    words = [*line.words, *following.words]
    if following.left - line.right <= _BLANK_GAP * following.size and line.words:
        at = len(line.words)
        one = (words[at - 1][0], words[at][1], words[at - 1][2] + words[at][2])
        words[at - 1 : at + 1] = [one]
    return longer.of_words(words)


def with_drop_caps(lines: Sequence[PageLine]) -> list[PageLine]:
    """Returns the lines, with each drop cap joined to the word beside it."""
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
