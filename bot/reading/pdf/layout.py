"""What the layout of a PDF's pages tells: spacing, and the sizes of type that headings have.

A PDF holds no paragraphs and no headings, only lines; what sets them apart is white space and
the size of their type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ..common.prose import list_marker, starts_afresh
from .lines import PageLine

_LARGE = 1.15
"""Type this much larger than the body's is a heading's."""

DISTINCT_SIZES = 1.25
"""Sizes of type nearer to each other are taken for one where they are measured by their ink."""

_WIDE = 1.3
"""Lines this much farther apart than most are not of one paragraph."""

_DEEPEST_LEVEL = 4
_CONTINUED_SHARE = 0.3
"""Share of line ends before a small letter from which on a document counts as wrapped prose."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is usual in a document: the size of its type, the distance of its lines in points.

    `levels` has the heading level of each larger size; `is_wrapped` tells that lines go on where
    they are full, rather than that each says something of its own.
    """

    body: float
    spacing: float
    levels: Mapping[float, int]
    is_wrapped: bool


def layout_of(pages: Sequence[Sequence[PageLine]]) -> Layout:
    """The usual layout of the pages."""
    body = _body_size(pages)
    spacing = line_spacing(pages)
    return Layout(body, spacing, _heading_levels(pages, body), _is_wrapped(pages, spacing))


def line_spacing(pages: Sequence[Sequence[PageLine]]) -> float:
    """The usual distance of neighbouring lines in points, 0 where there are none."""
    distances = (line.baseline - following.baseline for line, following in _neighbours(pages))
    return median([distance for distance in distances if distance > 0] or [0.0])


def is_set_apart(line: PageLine, following: PageLine, spacing: float) -> bool:
    """True when white space or a change of type parts two lines that follow each other."""
    if abs(line.size - following.size) > (_LARGE - 1) * line.size:
        return True
    return line.baseline - following.baseline > _WIDE * spacing


def _neighbours(pages: Sequence[Sequence[PageLine]]) -> Iterator[tuple[PageLine, PageLine]]:
    return (pair for page in pages for pair in pairwise(page))


def _body_size(pages: Sequence[Sequence[PageLine]]) -> float:
    characters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            characters[line.size] += len(line.text)
    return max(characters, key=lambda size: (characters[size], -size), default=0.0)


def _heading_levels(pages: Sequence[Sequence[PageLine]], body: float) -> dict[float, int]:
    """The heading level of each size of type that is larger than the body's; 1 is the largest."""
    large = {line.size for page in pages for line in page if line.size > _LARGE * body}
    sizes = sorted(large, reverse=True)
    return {size: min(level, _DEEPEST_LEVEL) for level, size in enumerate(sizes, 1)}


def _is_wrapped(pages: Sequence[Sequence[PageLine]], spacing: float) -> bool:
    continues = [
        not starts_afresh(following.text)
        for line, following in _neighbours(pages)
        if not is_set_apart(line, following, spacing) and not list_marker(following.text)
    ]
    return sum(continues) > 0 and sum(continues) >= _CONTINUED_SHARE * len(continues)
