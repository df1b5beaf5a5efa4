"""The element names of OpenDocument files, and helpers to read the elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ..common.parsing import Element

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
CHART = f"{{{_OASIS}chart:1.0}}"
DRAW = f"{{{_OASIS}drawing:1.0}}"
OFFICE = f"{{{_OASIS}office:1.0}}"
META = f"{{{_OASIS}meta:1.0}}"
SHOW = f"{{{_OASIS}presentation:1.0}}"
STYLE = f"{{{_OASIS}style:1.0}}"
SVG = f"{{{_OASIS}svg-compatible:1.0}}"
TABLE = f"{{{_OASIS}table:1.0}}"
TEXT = f"{{{_OASIS}text:1.0}}"
FORMAT = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
LINK = "{http://www.w3.org/1999/xlink}"
MATH = "{http://www.w3.org/1998/Math/MathML}"

PARAGRAPHS = frozenset({TEXT + "p", TEXT + "h"})
UNSEEN = frozenset(
    {
        OFFICE + "annotation",
        OFFICE + "forms",
        TEXT + "tracked-changes",
        TEXT + "ruby-text",
        SHOW + "notes",
        SVG + "title",
        SVG + "desc",
    }
)
_ASIDE = UNSEEN | {TEXT + "note"}
_STRONG = "Table_20_Heading"


def paragraphs(container: Element) -> Iterator[Element]:
    """Yields the paragraphs below an element, without those of inner notes, boxes and tables."""
    for paragraph in container.iter(*PARAGRAPHS):
        above = takewhile(lambda element: element is not container, paragraph.iterancestors())
        if not any(_parts(element) for element in above):
            yield paragraph


def _parts(element: Element) -> bool:
    return element.tag in _ASIDE or element.tag == TABLE + "table" or is_drawn(element)


def is_drawn(element: Element) -> bool:
    """True for a shape, but not for a link around one."""
    return str(element.tag).startswith(DRAW) and element.tag != DRAW + "a"


def count(element: Element, name: str, most: int, default: int = 1) -> int:
    """Returns the number in an attribute, up to `most`."""
    stated = element.get(name) or ""
    if not stated.isdecimal():
        return default
    return min(int(stated), most) if len(stated) < 9 else most


@dataclass(slots=True)
class Styles:
    """The names of styles that have a given effect."""

    titles: set[str] = field(default_factory=lambda: {"Title"})
    hidden: set[str] = field(default_factory=set)
    strong: set[str] = field(default_factory=lambda: {_STRONG})
    lists: dict[str, Mapping[int, Element]] = field(default_factory=dict)


def styles_of(roots: Sequence[Element]) -> Styles:
    """Returns the styles in the parts of a document, including derived styles."""
    styles = Styles()
    elements = [style for root in roots for style in root.iter(STYLE + "style")]
    for style in elements:
        name, parent = style.get(STYLE + "name") or "", style.get(STYLE + "parent-style-name")
        words, page = style.find(STYLE + "text-properties"), None
        for kind in ("drawing-page-properties", "table-properties", "section-properties"):
            page = style.find(STYLE + kind) if page is None else page
        if parent == "Title":
            styles.titles.add(name)
        if words is not None and words.get(TEXT + "display") == "none":
            styles.hidden.add(name)
        if page is not None and (
            page.get(SHOW + "visibility") == "hidden" or page.get(TABLE + "display") == "false"
        ):
            styles.hidden.add(name)
        weight = None if words is None else words.get(FORMAT + "font-weight")
        if weight == "bold" or (weight is None and parent in styles.strong):
            styles.strong.add(name)
    for root in roots:
        for style in root.iter(TEXT + "list-style"):
            levels = {count(level, TEXT + "level", 10): level for level in style}
            styles.lists[style.get(STYLE + "name") or ""] = levels
    return styles
