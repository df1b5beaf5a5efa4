"""Finds acronyms that a text defines: "Critical Minerals Dialogue (CMD)".

The method is from Schwartz and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions
in Biomedical Text" (2003): match the letters of the short form from right to left in the words
before the bracket. Its first letter must begin a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .terms import STOP_WORDS

SHORT_FORM = re.compile(r"\(([A-Z][\w&/.+-]{1,9})\)")
# These end the words before a bracket. The full stop in "U.S." does not, nor does a line break.
_MARKS = ";:!?()[]"
_BREAK = re.compile(r"(?<!\b[A-Z])\.|\n\s*\n")

# Characters to search before a bracket; no definition is longer.
_WINDOW = 200


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yields short and long forms in text order: ("CMD", "Critical Minerals Dialogue")."""
    for match in SHORT_FORM.finditer(text):
        short = match[1]
        if sum(letter.isupper() for letter in short) < 2:
            continue
        end = match.start()
        start = max(0, end - _WINDOW)
        start = max(start, *(text.rfind(mark, start, end) + 1 for mark in _MARKS))
        before = _BREAK.split(text[start:end])[-1]
        long = _long_form(short, " ".join(before.split()))
        if long is not None:
            yield short, long


def _long_form(short: str, before: str) -> str | None:
    """Returns the end of `before` that the letters of the short form abbreviate in order."""
    letters = [letter.lower() for letter in short if letter.isalnum()]
    if short[-1] == "s" and short[-2].isupper():
        letters.pop()  # a plural: "REEs"
    words = before.split(" ")
    allowed = min(len(letters) + 5, len(letters) * 2)
    text = " ".join(words[-allowed:])
    at = len(text)
    for place in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and (
            text[at].lower() != letters[place] or (place == 0 and at > 0 and text[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
    long = text[at:]
    ends_well = long.split()[-1] not in STOP_WORDS and long[-1].isalpha()
    return long if ends_well and len(long) > len(short) and short not in long.split() else None
