"""Applies the number formats of a workbook, such as currency signs and units."""

from __future__ import annotations

import re
from functools import lru_cache

_PERCENTAGE = re.compile(r'(?:[^"%\\]|"[^"]*"|\\.)*%')
_ZEROS = re.compile(r"0{2,15}")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].'
    r"|(?P<number>[0#?](?:[0#?,.]*[0#?])?)|(?P<sign>[$€£¥₽₹₩₺₴₸฿\s])|(?P<other>.)",
    re.DOTALL,
)
_LONGEST_FORMAT = 200
_LONGEST_ADDITION = 20


def shown_number(value: float, number_format: str) -> str:
    """Returns a number as displayed, but not rounded: "17.5%", "€100", "5 kg", "00412"."""
    if _PERCENTAGE.match(number_format):
        return f"{value * 100:.15g}%"
    if isinstance(value, int) and value >= 0 and _ZEROS.fullmatch(number_format):
        return str(value).zfill(len(number_format))
    plain = str(abs(value)) if isinstance(value, int) else f"{abs(value):.15g}"
    before, after = additions(number_format)
    return f"{'-' if value < 0 else ''}{before}{plain}{after}"


@lru_cache(maxsize=1 << 10)
def additions(number_format: str) -> tuple[str, str]:
    """Returns the text that a format puts before and after a number.

    Both are empty if the format also changes the number.
    """
    nothing = ("", "")
    if len(number_format) > _LONGEST_FORMAT or _SCALED.search(number_format):
        return nothing
    before, after = "", ""
    is_after = False
    for part in _PART.finditer(number_format):
        name, words = part.lastgroup, part.group(part.lastgroup or 0)
        if name == "number":
            if is_after:
                return nothing  # such as a fraction or a telephone number
            is_after = True
        elif name == "other":
            if words == ";":
                break
            if words not in "()-+":
                return nothing  # such as General, text or an exponent
        elif name and is_after:
            after += words
        elif name:
            before += words
    if not is_after or len(before + after) > _LONGEST_ADDITION:
        return nothing
    return before.lstrip(), after.rstrip()
