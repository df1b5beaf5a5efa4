"""Where in a web page a block stands: its main part, a menu, an aside, a box that is no article."""

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
"""What builders of pages call the boxes around an article."""

_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LONGEST_NAME = 500
_LARGEST_SHARE = 0.4
"""Share of the letters of a page above which a box is the page, whatever its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a block, seen from the innermost to the outermost element.

    `box` tells that somebody called one of them what furniture is called.
    """

    is_menu: bool = False
    in_main: bool = False
    in_article: bool = False
    in_aside: bool = False
    in_footer: bool = False
    box: bool = False


@dataclass(slots=True)
class Places:
    """The places of a page's elements, each looked at once."""

    root: Element
    letters: int
    known: dict[Element, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> Places:
        """Those of a page."""
        return cls(root, max(1, sum(len(text) for text in root.itertext())))

    def place(self, element: Element) -> Place:
        """The place of an element."""
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
