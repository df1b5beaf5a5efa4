"""Finds running headers and footers of a PDF: lines at page edges that say nothing new.

A line is one only if it is the same on other pages except for the page number. Anything else that
differs between pages, such as an invoice number, is content.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ...types import Span
from ..common.prose import HEADING_CHARACTERS
from .layout import is_set_apart
from .lines import PageLine

_EDGE_LINES = 5
"""Lines at the top and at the bottom of a page that may hold its running lines, including one
line of the text."""

_FEWEST = 2
_SHARE = 0.5
_RUN = 3
"""Furniture occurs on at least two pages, and on half of all pages or on a run of this many; the
run may skip every other page."""

_DRIFT = 4.0
"""Points by which the height of a page number may differ from most."""

_FAR = 2.2
"""Line distance, in sizes of the type, that sets lines apart whatever the usual spacing."""

_FAR_OFF = 1_000
_NUMBER = re.compile(r"\d+")
_PAGE = (
    r"(?:page|pag|pg|p|seite|blatt|sida|side|pagina|página|pág|strona|str|stránka|strana|стр"
    r"|страница|с|бет|sayfa|oldal|sivu|lk)(?:\.|\b)"
)
_COUNT = r"\d{1,5}(?:\s*(?:/|\b(?:of|von|de|di|du|sur|av|af|van|z|ze|из)\b)\s*\d{1,5})?"
_BARE = re.compile(rf"\W*(?:{_PAGE}\s*)?(?P<number>{_COUNT})\W*", re.IGNORECASE)
_NAMED = re.compile(rf"\W*(?:page|seite|página|pagina|страница)\s+{_COUNT}\W*", re.IGNORECASE)
_LAST = re.compile(rf"(?:\s[|•·–—/-]\s*|[\s,(]{_PAGE}\s*)+(?P<number>{_COUNT})\W*\Z", re.IGNORECASE)
_FIRST = re.compile(rf"\A\W*(?:{_PAGE}\s*)?(?P<number>{_COUNT})\s*[|•·–—/-]\s", re.IGNORECASE)
_ASKS_FOR_VALUE = re.compile(r"(?:[:=#№°]|\b\w{1,3}\.)\s*\Z")


@dataclass(frozen=True, slots=True)
class Running:
    """The furniture in a running line, from `start` to `end`; the rest is kept once."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line at the edge of a page: its words without the page number, and that number, if any.

    `is_fixed` means that it stands in the same place on most pages.
    """

    page: int
    place: int
    line: PageLine
    words: str
    number: int | None = None
    span: Span = (0, 0)
    names_page: bool = False
    is_fixed: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What the line has in common with its copies on other pages."""
        counted = None if self.number is None else self.number - self.page
        return (self.words, self.line.size, counted) if self.words else ("", counted)


def running_lines(
    pages: Sequence[Sequence[PageLine]], headings: Collection[float], spacing: float
) -> list[Mapping[int, Running]]:
    """Returns for each page the running lines by index, and the part of each that is furniture.

    One copy of the words is kept, unless the text contains them too. A number in a type size of
    `headings` is a chapter's number.
    """
    edges = [_edges(number, page, headings) for number, page in enumerate(pages)]
    running = _repeated([edge for page in edges for side in page for edge in side], len(pages))
    found = [_from_the_edges(page, running, spacing) for page in edges]
    usual = _usually_apart(running, found)
    found = [_from_the_edges(page, running, spacing, usual) for page in edges]
    return list(_without_first_copies(pages, found))


def _from_the_edges(
    page: Sequence[Sequence[_Edge]],
    running: Mapping[tuple[int, int], _Edge],
    spacing: float,
    usual: Collection[tuple[object, ...]] = (),
) -> dict[int, _Edge]:
    """Returns the running lines of a page, from its edges inwards to the first white space.

    `usual` lines need no white space below them, because the text may reach them. The same goes for
    the outermost line if it stands in the same place on most pages.
    """
    found: dict[int, _Edge] = {}
    for side in page:
        last = 0
        for count, edge in enumerate(side, start=1):
            if (edge.page, edge.place) not in running:
                break
            inner = side[count] if count < len(side) else None
            is_known = edge.key in usual or (count == 1 and running[edge.page, edge.place].is_fixed)
            if inner is None or is_known or _are_apart(edge.line, inner.line, spacing):
                last = count
        found.update((edge.place, edge) for edge in side[:last])
    return found


def _usually_apart(
    running: Mapping[tuple[int, int], _Edge], found: Sequence[Mapping[int, _Edge]]
) -> set[tuple[object, ...]]:
    """Returns the keys of lines that white space separates from the text on most of their pages."""
    everywhere = Counter(edge.key for edge in running.values())
    apart = Counter(edge.key for own in found for edge in own.values())
    return {key for key, count in apart.items() if 2 * count > everywhere[key]}


def _are_apart(line: PageLine, inner: PageLine, spacing: float) -> bool:
    high, low = sorted((line, inner), key=lambda each: -each.baseline)
    distance = high.baseline - low.baseline
    is_far = distance > _FAR * max(high.size, low.size) or is_set_apart(high, low, spacing)
    return is_far and distance > low.size / 2


def _edges(
    number: int, page: Sequence[PageLine], headings: Collection[float]
) -> tuple[list[_Edge], list[_Edge]]:
    """Returns the visually top and bottom lines of a page, from the edge inwards."""
    order = sorted(range(len(page)), key=lambda at: (-page[at].baseline, page[at].left))
    # On a page with few lines, every line belongs to the nearer edge.
    top = order[: min(_EDGE_LINES, (len(order) + 1) // 2)]
    bottom = order[::-1][: min(_EDGE_LINES, len(order) // 2)]
    sides = (
        [_edge(number, at, page[at], headings) for at in side if len(page[at].text) < _LONGEST]
        for side in (top, bottom)
    )
    first, last = sides
    return first, last


_LONGEST = 2 * HEADING_CHARACTERS


def _edge(page: int, place: int, line: PageLine, headings: Collection[float]) -> _Edge:
    plain = _Edge(page, place, line, _folded(line.text))
    if line.size in headings:
        return plain
    match = _BARE.fullmatch(line.text)
    if match is None:
        match = _LAST.search(line.text) or _FIRST.search(line.text)
        if match is not None and not _can_stand_beside(line.text[: match.start()]):
            match = None
        if match is None:
            return _beside_gap(plain)
    return _numbered(plain, match, (match.start(), match.end()))


def _numbered(plain: _Edge, match: re.Match[str], span: Span) -> _Edge:
    start, end = span
    text = plain.line.text
    digits = _NUMBER.match(match["number"])
    assert digits is not None
    return replace(
        plain,
        words=_folded(text[:start] + " " + text[end:]),
        number=int(digits[0]),
        span=span,
        names_page=_NAMED.fullmatch(text) is not None,
    )


def _beside_gap(plain: _Edge) -> _Edge:
    """Returns the line with its page number if wide white space separates the two."""
    at = 0
    parts = plain.line.parts
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        start = plain.line.text.find(part.text, at)
        at = start + len(part.text)
        match = _BARE.fullmatch(part.text)
        if match is None or start < 0 or not _can_stand_beside(plain.line.text[:start]):
            continue
        numbered = _numbered(plain, match, (start, at))
        is_far_off = abs((numbered.number or 0) - plain.page) >= _FAR_OFF
        # A single word beside a high number is probably an invoice number.
        if not (is_far_off and number == len(parts) - 1 and " " not in numbered.words):
            return numbered
    return plain


def _can_stand_beside(words: str) -> bool:
    return not _ASKS_FOR_VALUE.search(words)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _repeated(edges: Sequence[_Edge], count: int) -> dict[tuple[int, int], _Edge]:
    """Returns the lines that are furniture, by page and index."""
    groups: dict[tuple[object, ...], list[_Edge]] = defaultdict(list)
    alike: dict[tuple[str, float], set[str]] = defaultdict(set)
    for edge in edges:
        groups[edge.key].append(edge)
        alike[_NUMBER.sub("#", edge.words), edge.line.size].add(edge.words)
    counts: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.number is not None:
            counts[edge.number - edge.page].add(edge.page)
    numbering = {offset for offset, on in counts.items() if _stands_on_enough(on, count)}
    found = {}
    for group in groups.values():
        first = group[0]
        is_numbering = first.number is not None and first.number - first.page in numbering
        if not first.words:
            height = median(edge.line.baseline for edge in group)
            group = [edge for edge in group if abs(edge.line.baseline - height) <= _DRIFT]
        if len(alike[_NUMBER.sub("#", first.words), first.line.size]) > 1:
            continue
        heights = {round(edge.line.baseline) for edge in group}
        is_fixed = (
            max(heights) - min(heights) <= 1
            and len(group) >= _RUN
            and len({edge.page for edge in group}) > _SHARE * count
        )
        stands = is_numbering or _stands_on_enough({edge.page for edge in group}, count)
        for edge in group:
            if stands or (edge.names_page and not edge.words):
                found[edge.page, edge.place] = replace(edge, is_fixed=is_fixed)
    return found


def _stands_on_enough(pages: Collection[int], count: int) -> bool:
    if len(pages) < _FEWEST:
        return False
    run = longest = 1
    for page, following in pairwise(sorted(pages)):
        run = run + 1 if following - page <= 2 else 1
        longest = max(longest, run)
    return longest >= _RUN or len(pages) >= _SHARE * count


def _without_first_copies(
    pages: Sequence[Sequence[PageLine]], found: Sequence[Mapping[int, _Edge]]
) -> Iterator[Mapping[int, Running]]:
    said = {
        _folded(line.text)
        for page, own in zip(pages, found, strict=True)
        for place, line in enumerate(page)
        if place not in own
    }
    for own in found:
        running = {}
        for place, edge in sorted(own.items()):
            if edge.words and edge.words not in said:
                said.add(edge.words)
                running[place] = Running(*edge.span)
            else:
                running[place] = Running(0, len(edge.line.text))
        yield running
