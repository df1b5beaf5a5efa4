"""Derives headings, list items and numbers from the styles and lists of a Word document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..common.parsing import Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number)", re.IGNORECASE)
_CAPTION = re.compile(r"caption|table caption", re.IGNORECASE)
_PLACE = re.compile(r"%([1-9])")
_DEEPEST = 9
_LARGEST = 100_000
_OFF = frozenset({"0", "false", "off", "none"})
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True, slots=True)
class Style:
    """The effect of a style on paragraphs; `list` is the list that numbers them."""

    level: int = 0
    is_list: bool = False
    is_caption: bool = False
    is_hidden: bool = False
    list: tuple[str, int] | None = None


def styles_of(document: Any) -> dict[str, Style]:
    """Returns the styles by id; a style inherits being a heading or list style from its base."""
    return {style.style_id: _style(style) for style in document.styles}


def _style(style: Any) -> Style:
    names: list[str] = []
    elements: list[Element] = []
    base = style
    while base is not None and base.name not in names:
        names.append(base.name or "")
        elements.append(base.element)
        base = getattr(base, "base_style", None)
    headings = (match for name in names if (match := _HEADING.match(name)))
    heading = next(headings, None)
    level = 1 if "Title" in names else int(heading.group(1)) if heading else 0
    outlines = (outline_level(element.find(WORD + "pPr")) for element in elements)
    lists = (list_of(element.find(WORD + "pPr")) for element in elements)
    return Style(
        level or next(filter(None, outlines), 0),
        is_list=any(map(_LIST.match, names)),
        is_caption=any(map(_CAPTION.fullmatch, names)),
        is_hidden=any(is_on(element.find(WORD + "rPr"), "vanish") for element in elements),
        list=next(filter(None, lists), None),
    )


def outline_level(properties: Element) -> int:
    """Returns the outline level in the properties of a paragraph, 0 if there is none."""
    stated = value(properties, "outlineLvl") or ""
    return int(stated) + 1 if stated in tuple("012345678") else 0


def list_of(properties: Element) -> tuple[str, int] | None:
    """Returns the list of a paragraph and its depth there, or None."""
    numbering = None if properties is None else properties.find(WORD + "numPr")
    if numbering is None:
        return None
    depth = value(numbering, "ilvl") or "0"
    return value(numbering, "numId") or "", int(depth) if depth in tuple("012345678") else 0


def value(parent: Element, name: str) -> str | None:
    """Returns the value of a property, such as a paragraph's style, or None."""
    child = None if parent is None else parent.find(WORD + name)
    return None if child is None else child.get(WORD + "val")


def is_on(properties: Element, name: str) -> bool:
    """Whether a boolean property is on."""
    child = None if properties is None else properties.find(WORD + name)
    return child is not None and (child.get(WORD + "val") or "1") not in _OFF


@dataclass(frozen=True, slots=True)
class _Level:
    """The number format of a list level: "%1.%2" for "3.1"."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbers:
    """The numbers of a document's lists, counted from paragraph to paragraph."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)
    restarts: dict[str, Mapping[int, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, list_id: str, depth: int) -> str | None:
        """Returns the marker of the next item of a list: "3.1", "-" for a bullet, or None."""
        kind = self.kinds.get(list_id)
        levels = self.levels.get(kind or "", {})
        if kind is None or depth not in levels:
            return "-"
        counts = self.counts.setdefault(kind, {})
        for deeper, start in self.restarts.pop(list_id, {}).items():
            counts[deeper] = start - 1
        level = levels[depth]
        counts[depth] = min(counts.get(depth, level.start - 1) + 1, _LARGEST)
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if level.kind == "bullet":
            return "-"

        def number(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            named = levels.get(at, _Level())
            return written(counts.get(at, named.start), named.kind)

        return _PLACE.sub(number, level.text).strip() or None


def numbers_of(numbering: Element) -> Numbers:
    """Returns the lists described in a document's numbering part."""
    levels = {
        abstract.get(WORD + "abstractNumId") or "": dict(map(_level, abstract.iter(WORD + "lvl")))
        for abstract in numbering.iterchildren(WORD + "abstractNum")
    }
    kinds: dict[str, str] = {}
    restarts: dict[str, Mapping[int, int]] = {}
    for one in numbering.iterchildren(WORD + "num"):
        list_id = one.get(WORD + "numId") or ""
        kinds[list_id] = value(one, "abstractNumId") or ""
        overrides = one.iterchildren(WORD + "lvlOverride")
        started = {
            int(override.get(WORD + "ilvl") or 0): int(start)
            for override in overrides
            if (start := value(override, "startOverride") or "").isdecimal() and len(start) < 7
        }
        restarts[list_id] = started
    return Numbers(kinds, levels, restarts)


def _level(element: Element) -> tuple[int, _Level]:
    start = value(element, "start") or "1"
    return int(element.get(WORD + "ilvl") or 0), _Level(
        int(start) if start.isdecimal() and len(start) < 7 else 1,
        value(element, "numFmt") or "decimal",
        value(element, "lvlText") or "",
    )


def written(number: int, kind: str) -> str:
    """Returns a number as letters, Roman numerals or digits, depending on `kind`."""
    writer = _KINDS.get(kind)
    return writer(number) if writer else str(number)


def _letters(number: int) -> str:
    """Returns single letters a to z, then doubled letters aa to zz, as Word does."""
    if number < 1:
        return str(number)
    times, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * min(times + 1, _DEEPEST)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    parts = []
    for worth, sign in _ROMAN:
        times, number = divmod(number, worth)
        parts.append(sign * times)
    return "".join(parts)


_KINDS: Mapping[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "none": lambda number: "",
}
