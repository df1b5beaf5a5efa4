"""Numbers the items of lists in web pages, as a browser does."""

from __future__ import annotations

from ..common.parsing import Element

_LARGEST = 100_000
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def marker_of(item: Element, around: Element | None, before: int | None) -> tuple[int, str]:
    """Returns the number and the marker of a list item; `before` is the previous number."""
    if around is None or around.tag != "ol":
        return 0, "- "
    step = 1 if around.get("reversed") is None else -1
    number = _integer(item.get("value"))
    if number is None and before is not None:
        number = before + step
    if number is None:
        number = _integer(around.get("start"))
    if number is None:
        number = 1 if step == 1 else len(list(around.iterchildren("li")))
    return number, f"{_written(number, item.get('type') or around.get('type') or '1')}. "


def _integer(value: str | None) -> int | None:
    text = (value or "").strip()
    if not text.removeprefix("-").isdecimal() or len(text) > len(str(_LARGEST)):
        return None
    return int(text)


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and 0 < number <= _LARGEST:
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(ord(kind) + digit) + letters
        return letters
    if kind in ("i", "I") and 0 < number < 4000:
        numeral = "".join(_numerals(number))
        return numeral if kind == "i" else numeral.upper()
    return str(number)


def _numerals(number: int) -> list[str]:
    found = []
    for value, sign in _ROMAN:
        found += [sign] * (number // value)
        number %= value
    return found
