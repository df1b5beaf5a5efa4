"""Determines where a block stands in a web page: main part, menu, aside or furniture box."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..common.parsing import Element

_MENUS = frozenset({"navigation", "menu", "menubar", "search", "toolbar"})
_BESIDE = frozenset({"complementary", "dialog", "alertdialog"})

_NAMES = frozenset(
    "comment comments respond replies disqus related recommended recommendations promo promotion"
    " promos newsletter subscribe subscription signup share sharing social sponsor sponsored"
    " advert adverts advertisement ads cookie cookies consent breadcrumb breadcrumbs byline sidebar"
    " nav navbar navigation navbox menu teaser teasers popular trending pagination pager taglist"
    " tags toolbar paywall outbrain taboola catlinks editsection authority modal popup".split()
)
"""Common class and id names of boxes around an article."""

_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LONGEST_NAME = 500
_LARGEST_SHARE = 0.4
"""The share of a page's letters above which a box is the page itself, whatever its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """The kinds of elements around a block, collected from the outermost to the innermost.

    `box` means that one of them has a class or id that is typical of furniture.
    """

    is_menu: bool = False
    in_main: bool = False
    in_article: bool = False
    in_aside: bool = False
    in_footer: bool = False
    box: bool = False


@dataclass(slots=True)
class Places:
    """The places of a page's elements, each computed once."""

    root: Element
    letters: int
    known: dict[Element, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> Places:
        """Returns the places of a page."""
        return cls(root, max(1, sum(len(text) for text in root.itertext())))

    def place(self, element: Element) -> Place:
        """Returns the place of an element."""
        way = [element, *element.iterancestors()]
        place = Place()
        for above in reversed(way):
            found = self.known.get(above)
            if found is None:
                found = self.known[above] = self._within(place, above)
            place = found
        return place

    def _within(self, around: Place, element: Element) -> Place:
        tag, role = element.tag, (element.get("role") or "").lower()
        if tag == "nav" or role in _MENUS:
            return replace(around, is_menu=True)
        if tag == "main" or role == "main":
            return replace(around, in_main=True)
        if tag == "article" or role == "article" or element.get("itemprop") == "articleBody":
            return replace(around, in_article=True)
        if tag == "aside" or role in _BESIDE:
            return replace(around, in_aside=True)
        if tag == "footer" or role == "contentinfo":
            return replace(around, in_footer=True)
        is_box = around.box or (tag not in ("html", "body") and self._is_box(element))
        return replace(around, box=is_box) if is_box != around.box else around

    def _is_box(self, element: Element) -> bool:
        if _NAMES.isdisjoint(_names(element)) or next(element.iter("h1"), None) is not None:
            return False
        return sum(map(len, element.itertext())) <= _LARGEST_SHARE * self.letters


def _names(element: Element) -> Iterator[str]:
    words = f"{element.get('class') or ''} {element.get('id') or ''}"[:_LONGEST_NAME]
    return (name.lower() for name in _NAME.findall(words))
