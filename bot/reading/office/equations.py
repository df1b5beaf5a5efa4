"""Writes equations of Office documents on one line: x^2, a_i, (a+b)/c, √(x)."""

from __future__ import annotations

import re

from ..common.parsing import Element

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_ATOM = re.compile(r"\w+|.", re.DOTALL)
_PROPERTIES = re.compile(r".*Pr")
_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u20d7": "→", "\u0307": "˙"}


def is_equation(element: Element) -> bool:
    """True for an equation, or a paragraph of equations."""
    return element.tag in (MATH + "oMath", MATH + "oMathPara")


def linear(element: Element) -> str:
    """Returns an equation, or a part of one, as a line; the parser limits the depth of nesting."""
    if element is None or not isinstance(element.tag, str):
        return ""
    name = element.tag.removeprefix(MATH)
    if name == "t":
        return element.text or ""
    if name == "oMathPara":
        return "; ".join(map(linear, element.iterchildren(MATH + "oMath")))
    writer = _WRITERS.get(name)
    if writer is not None:
        return writer(element)
    return "" if _PROPERTIES.fullmatch(name) else "".join(map(linear, element))


def _part(element: Element, name: str) -> str:
    return linear(element.find(MATH + name)).strip()


def _grouped(text: str) -> str:
    """Adds brackets unless the text is a single symbol or word."""
    return text if _ATOM.fullmatch(text) or not text else f"({text})"


def _property(element: Element, name: str, default: str) -> str:
    """Returns a character from the properties of an element, or the default."""
    found = element.find(f"{MATH}{element.tag.removeprefix(MATH)}Pr/{MATH}{name}")
    return default if found is None else found.get(MATH + "val") or ""


def _fraction(element: Element) -> str:
    above, below = _part(element, "num"), _part(element, "den")
    return f"{_grouped(above)}/{_grouped(below)}"


def _scripts(element: Element) -> str:
    base = _part(element, "e")
    return f"{base}{_below(element)}{_above(element)}"


def _below(element: Element) -> str:
    below = _part(element, "sub")
    return f"_{_grouped(below)}" if below else ""


def _above(element: Element) -> str:
    above = _part(element, "sup")
    return f"^{_grouped(above)}" if above else ""


def _before(element: Element) -> str:
    return f"{_below(element)}{_above(element)} {_part(element, 'e')}".strip()


def _root(element: Element) -> str:
    degree = _part(element, "deg")
    return f"{degree}√({_part(element, 'e')})"


def _operator(element: Element) -> str:
    sign = _property(element, "chr", "∫")
    return f"{sign}{_below(element)}{_above(element)} {_part(element, 'e')}"


def _brackets(element: Element) -> str:
    begin, end = _property(element, "begChr", "("), _property(element, "endChr", ")")
    parts = map(linear, element.iterchildren(MATH + "e"))
    return f"{begin}{_property(element, 'sepChr', '|').join(parts)}{end}"


def _function(element: Element) -> str:
    return f"{_part(element, 'fName')} {_part(element, 'e')}"


def _accent(element: Element) -> str:
    sign = _property(element, "chr", "\u0302")
    base = _part(element, "e")
    return f"{base}{sign}" if len(base) == 1 else f"{_ACCENTS.get(sign, sign)}({base})"


def _limit(element: Element) -> str:
    sign = "_" if element.tag == MATH + "limLow" else "^"
    return f"{_part(element, 'e')}{sign}{_grouped(_part(element, 'lim'))}"


def _matrix(element: Element) -> str:
    rows = (", ".join(map(linear, row)) for row in element.iterchildren(MATH + "mr"))
    return f"[{'; '.join(rows)}]"


def _lines(element: Element) -> str:
    return "; ".join(map(linear, element.iterchildren(MATH + "e")))


_WRITERS = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _before,
    "rad": _root,
    "nary": _operator,
    "d": _brackets,
    "func": _function,
    "acc": _accent,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "eqArr": _lines,
}
