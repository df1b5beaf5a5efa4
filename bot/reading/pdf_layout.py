"""What the layout of a PDF's pages tells: spacing, headings in large type, running headers.

A PDF holds no paragraphs and no headings, only lines; what sets them apart is white space and
the size of their type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from statistics import median

from .pdf_pages import Page, PageLine
from .prose import HEADING_CHARACTERS

_LARGE = 1.15
"""Type this much larger than the body's is a heading's."""

_WIDE = 1.3
"""Lines this much farther apart than most are not of one paragraph."""

_DEEPEST_LEVEL = 4
_EDGE_LINES = 2
_FEWEST_REPEATS = 3
_REPEATED_SHARE = 0.3
_NUMBER = re.compile(r"\d+")
_OUTER_NUMBER = re.compile(r"\A\d{1,4}\b|\b\d{1,4}\Z", re.ASCII)


def heading_levels(pages: Sequence[Page]) -> dict[float, int]:
    """The heading level of each size of type that is larger than the body's; 1 is the largest."""
    characters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            characters[line.size] += len(line.text)
    body = max(characters, key=lambda size: (characters[size], -size), default=0.0)
    sizes = sorted((size for size in characters if size > _LARGE * body), reverse=True)
    return {size: min(level, _DEEPEST_LEVEL) for level, size in enumerate(sizes, 1)}


def line_spacing(pages: Sequence[Page]) -> float:
    """The usual distance of neighbouring lines in points, 0 where there are none."""
    neighbours = (pair for page in pages for pair in pairwise(page))
    distances = (line.baseline - following.baseline for line, following in neighbours)
    return median([distance for distance in distances if distance > 0] or [0.0])


def is_set_apart(line: PageLine, following: PageLine, spacing: float) -> bool:
    """True when white space or a change of type parts two lines that follow each other."""
    if abs(line.size - following.size) > (_LARGE - 1) * line.size:
        return True
    return line.baseline - following.baseline > _WIDE * spacing


def running_lines(pages: Sequence[Page], headings: Collection[float]) -> list[set[int]]:
    """For each page the places of its running headers, running footers and page number.

    They stand at the edge of many pages, in the same words or with the number of the page; but a
    number in a size of type that `headings` have is a chapter's.
    """
    marks = [
        {place: _marks(page[place], number, headings) for place in _edges(page)}
        for number, page in enumerate(pages)
    ]
    repeats = Counter(mark for page in marks for mark in set().union(*page.values()))
    enough = max(_FEWEST_REPEATS, _REPEATED_SHARE * len(pages))
    return [
        {place for place, found in page.items() if any(repeats[mark] >= enough for mark in found)}
        for page in marks
    ]


def _edges(page: Page) -> set[int]:
    places = range(len(page))
    return {*places[:_EDGE_LINES], *places[-_EDGE_LINES:]}


def _marks(line: PageLine, page_number: int, headings: Collection[float]) -> set[tuple[str, float]]:
    """What a running line shares with its like on other pages: its words, its way of counting."""
    words = " ".join(line.text.casefold().split())
    if len(words) > HEADING_CHARACTERS:
        return set()
    if line.size in headings:
        return {(words, line.size)}
    numbers = _OUTER_NUMBER.findall(words)
    counts = {("counts from", int(number) - page_number) for number in numbers}
    return {(_NUMBER.sub("#", words), line.size), *counts}
