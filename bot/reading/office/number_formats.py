"""How a workbook shows numbers: what its formats add to them, such as signs of money and units."""

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
    """A number as its readers see it, but for rounding: "17.5%", "€100", "5 kg", "00412"."""
    if _PERCENTAGE.match(number_format):
        return f"{value * 100:.15g}%"
    if isinstance(value, int) and value >= 0 and _ZEROS.fullmatch(number_format):
        return str(value).zfill(len(number_format))
    plain = str(abs(value)) if isinstance(value, int) else f"{abs(value):.15g}"
    before, after = additions(number_format)
    return f"{'-' if value < 0 else ''}{before}{plain}{after}"


@lru_cache(maxsize=1 << 10)
def additions(number_format: str) -> tuple[str, str]:
    """What a format writes before and after a number; nothing where it changes the number too."""
    nothing = ("", "")
    if len(number_format) > _LONGEST_FORMAT or _SCALED.search(number_format):
        return nothing
    before, after = "", ""
    is_after = False
    for part in _PART.finditer(number_format):
        name, words = part.lastgroup, part.group(part.lastgroup or 0)
        if name == "number":
            if is_after:
                return nothing  # a fraction, a number of telephone
            is_after = True
        elif name == "other":
            if words == ";":
                break
            if words not in "()-+":
                return nothing  # General, text, a power
        elif name and is_after:
            after += words
        elif name:
            before += words
    if not is_after or len(before + after) > _LONGEST_ADDITION:
        return nothing
    return before.lstrip(), after.rstrip()
