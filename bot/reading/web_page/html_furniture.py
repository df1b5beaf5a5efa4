"""Decides which blocks of a web page are furniture.

Around the article, one sign is enough: a position in a menu or box, or wording of furniture. Within
the article, two signs are needed: the wording, and a link, a box or a repetition elsewhere on the
page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ...types import CAPTION_LEVEL, Block, BlockKind
from ..common.parsing import Element
from .html_content import MainContent
from .html_places import Place, Places
from .html_walk import Spot
from .lexicon import SHARE_BUTTONS
from .looks import Look, likeness

_LINKED = 0.5
_SOME_LINKED = 0.15
_FEWEST_CHARACTERS = 250
"""Characters below which a main content is uncertain; trafilatura uses the same limit."""

_FEWEST_ECHO = 15
_FEWEST_TITLE_LETTERS = 3
_TITLE_REACH = 5
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class _Seen:
    """A block with everything known about it; `held` means that the main content has it."""

    look: Look
    level: int
    spot: Spot
    place: Place
    held: bool
    is_repeated: bool

    @property
    def is_linked(self) -> bool:
        """True for a link or a button."""
        return self.spot.linked >= _LINKED

    @property
    def is_echo(self) -> bool:
        """True for text that the page repeats, unless it is short or has figures, as in lists."""
        text = self.look.text
        is_short = len(text) < _FEWEST_ECHO or any(map(str.isdigit, text))
        return self.is_repeated and not is_short

    @property
    def is_promotion(self) -> bool:
        """True for an aside in brackets that links to another page."""
        text = self.look.text
        is_bracketed = text.startswith("[") and text.endswith("]")
        return is_bracketed and self.spot.linked >= _SOME_LINKED and len(text) > len("[edit]")


def content_of_page(
    root: Element,
    title: str | None,
    blocks: Sequence[Block],
    looks: Sequence[Look],
    spots: Sequence[Spot],
    content: MainContent | None,
) -> list[bool]:
    """Returns for each block whether it is content; without any evidence, all blocks are."""
    seen = _look_closely(root, blocks, looks, spots, content)
    is_known = sum(len(each.look.text) for each in seen if each.held) >= _FEWEST_CHARACTERS
    region = _region(seen, title, is_known)
    if not any(region):
        region = [True] * len(seen)
    if not is_known:
        seen = [replace(each, held=True) if region[at] else each for at, each in enumerate(seen)]
    kept = [_belongs(seen, at, is_inside, is_known) for at, is_inside in enumerate(region)]
    if is_known:
        _drop_teasers(seen, kept)
    _keep_headings(seen, region, kept)
    for at in range(len(seen) - 1, -1, -1):
        if kept[at] and not looks[at].says("legal notice"):
            break
        kept[at] = False
    return kept if any(kept) else [True] * len(seen)


def _drop_teasers(seen: Sequence[_Seen], kept: list[bool]) -> None:
    """Drops blocks under a linked heading that are not in the main content."""
    is_teaser = False
    for at, each in enumerate(seen):
        if each.held:
            is_teaser = False
        elif each.look.kind is BlockKind.HEADING:
            is_teaser = each.is_linked
        if is_teaser:
            kept[at] = False


def _keep_headings(seen: Sequence[_Seen], region: Sequence[bool], kept: list[bool]) -> None:
    """Keeps a heading only if the text below it is kept, or if the main content has it.

    The heading of an aside does not head the text after the aside.
    """
    deepest = 0  # the deepest level at which a heading has text below it
    is_aside_kept = False
    for at in range(len(seen) - 1, -1, -1):
        each, level = seen[at], seen[at].level
        is_aside_kept = each.place.in_aside and (is_aside_kept or (kept[at] and not level))
        if not level:
            deepest = CAPTION_LEVEL if kept[at] else deepest
            continue
        if level == CAPTION_LEVEL:
            kept[at] = at + 1 < len(seen) and kept[at + 1]
        elif not each.held:
            is_named = each.place.box or each.place.is_menu or (each.is_repeated and level > 1)
            has_text = level <= deepest and (is_aside_kept or not each.place.in_aside)
            kept[at] = region[at] and has_text and not is_named
        deepest = min(deepest, level - 1)


def _look_closely(
    root: Element,
    blocks: Sequence[Block],
    looks: Sequence[Look],
    spots: Sequence[Spot],
    content: MainContent | None,
) -> list[_Seen]:
    places = Places.of(root)
    likenesses = [likeness(spot.plain) for spot in spots]
    counts = Counter(likenesses)
    seen = []
    for block, look, spot, same in zip(blocks, looks, spots, likenesses, strict=True):
        place = places.place(spot.around)
        held = look.in_faq or (content is not None and content.holds(spot.plain))
        is_held = held and not place.is_menu
        seen.append(_Seen(look, block.level, spot, place, is_held, counts[same] > 1))
    return seen


def _region(seen: Sequence[_Seen], title: str | None, is_known: bool) -> list[bool]:
    """Returns for each block whether it is in the article.

    The article is its HTML element, plus everything from its title to the last known block.
    """
    if any(each.place.in_main for each in seen):
        region = [each.place.in_main for each in seen]
    else:
        articles = [each.place.in_article for each in seen]
        region = articles if _is_main(seen, articles) else [False] * len(seen)
    if is_known:
        known = [at for at, each in enumerate(seen) if each.held]
        first, last = known[0], known[-1]
        for at in range(_title(seen, first, title), last + 1):
            region[at] = True
        region[last:] = [
            is_in or is_near
            for is_in, is_near in zip(region[last:], _nearby(seen, known, last), strict=True)
        ]
    return [
        is_in and (each.held or not _is_aside(each.place))
        for is_in, each in zip(region, seen, strict=True)
    ]


def _is_aside(place: Place) -> bool:
    return place.in_aside and not (place.in_main or place.in_article)


def _is_main(seen: Sequence[_Seen], articles: Sequence[bool]) -> bool:
    """True if the page's article elements hold its main content, not teasers."""
    return any(each.held and is_in for each, is_in in zip(seen, articles, strict=True))


def _title(seen: Sequence[_Seen], first: int, title: str | None) -> int:
    """Returns the index of the article's first line.

    This is the line that repeats the title of the page, otherwise a top heading near the first
    known block, otherwise that block.
    """
    wanted = likeness(title or "")
    below = range(first + 1, min(len(seen), first + _TITLE_REACH))
    for at in chain(range(first, -1, -1), below):
        line = likeness(seen[at].spot.plain)
        if len(line) >= _FEWEST_TITLE_LETTERS and not seen[at].place.is_menu and line in wanted:
            return at
    above = range(first, max(-1, first - 1 - _TITLE_REACH), -1)
    for at in above:
        if seen[at].level == 1 and not seen[at].place.is_menu:
            return at
    return first


def _nearby(seen: Sequence[_Seen], known: Sequence[int], last: int) -> list[bool]:
    """Returns whether each block from `last` on is in the element around all known blocks."""
    around = [*_around(seen[known[0]])]
    for at in known:
        shared = {*_around(seen[at])}
        around = [element for element in around if element in shared]
    nearest = around[0]
    letters = sum(len(seen[at].spot.plain) for at in known)
    if nearest.tag in ("body", "html") or letters < _MOSTLY * len(nearest.text_content()):
        return [False] * (len(seen) - last)
    return [nearest in _around(each) for each in seen[last:]]


def _around(each: _Seen) -> Iterator[Element]:
    """Yields the elements around a block, the innermost first."""
    return chain([each.spot.around], each.spot.around.iterancestors())


def _belongs(seen: Sequence[_Seen], at: int, is_inside: bool, is_known: bool) -> bool:
    each = seen[at]
    if each.place.is_menu:
        return False
    if _answers(seen, at) or (each.look.in_faq and not each.place.box):
        return True
    is_worded = each.look.furniture is not None
    if is_inside and (each.look.furniture is SHARE_BUTTONS or each.is_promotion):
        return False
    is_caption = each.spot.around.tag == "figcaption"
    if is_caption and is_inside and not (each.is_linked or each.place.box):
        return True
    if each.held and is_inside:
        return not (is_worded and (each.is_linked or each.place.box or each.is_repeated))
    if each.held:
        return not (is_worded or each.place.box)
    if is_inside:
        return not (is_worded or each.is_linked or each.place.box or each.is_echo)
    if is_known:
        return False
    return not (is_worded or each.is_linked or each.place.in_aside or each.place.box)


def _answers(seen: Sequence[_Seen], at: int) -> bool:
    """True right below a question in a heading or similar, whatever the wording of the answer."""
    if not at or seen[at].look.kind is BlockKind.HEADING:
        return False
    above = seen[at - 1]
    is_title = above.look.kind is BlockKind.HEADING or above.spot.around.tag in ("dt", "summary")
    return is_title and above.look.asks and not above.place.is_menu
