"""Measures the layout of a PDF: line spacing, and the type sizes of headings.

A PDF holds lines, but not paragraphs or headings; only white space and type size tell these apart.
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
"""Type larger than the body's by this factor is a heading."""

DISTINCT_SIZES = 1.25
"""Sizes within this factor count as equal when they are measured from ink."""

_WIDE = 1.3
"""Lines farther apart than usual by this factor are not in one paragraph."""

_DEEPEST_LEVEL = 4
_CONTINUED_SHARE = 0.3
"""The share of line ends before a lower-case letter from which a document is wrapped prose."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The usual type size and line distance of a document, in points.

    `levels` maps each larger size to its heading level. `is_wrapped` means that full lines continue
    on the next line; otherwise each line stands alone.
    """

    body: float
    spacing: float
    levels: Mapping[float, int]
    is_wrapped: bool


def layout_of(pages: Sequence[Sequence[PageLine]]) -> Layout:
    """Returns the usual layout of the pages."""
    body = _body_size(pages)
    spacing = line_spacing(pages)
    return Layout(body, spacing, _heading_levels(pages, body), _is_wrapped(pages, spacing))


def line_spacing(pages: Sequence[Sequence[PageLine]]) -> float:
    """Returns the usual distance of neighbouring lines in points, 0 if there are none."""
    distances = (line.baseline - following.baseline for line, following in _neighbours(pages))
    return median([distance for distance in distances if distance > 0] or [0.0])


def is_set_apart(line: PageLine, following: PageLine, spacing: float) -> bool:
    """True if white space or a change of type separates two consecutive lines."""
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
    """Returns the heading level of each type size larger than the body's; 1 is the largest."""
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
