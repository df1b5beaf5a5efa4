"""Recognises text that is worded like the furniture of a web page, and its kind."""

from __future__ import annotations

import re

from ..common.datelines import is_date_line
from .lexicon import (
    BREADCRUMB,
    BYLINE,
    CALLS_TO_ACTION,
    DATE_LINE,
    NEWS,
    PHRASES,
    SHARE_BUTTON,
    SHARE_BUTTONS,
    SHARE_WORDS,
    SOCIAL_NETWORKS,
    Furniture,
)

_LONGEST = 400
_BULLETS = " •‣▪·*-–—→»›+"
_SIGNS = " →»›>+.:!"
_WORD = re.compile(r"[\w'-]+")
_BYLINE = re.compile(
    r"(?:by|von|par|por|автор:?|text:|words:|written by|author:)\s"
    r"(?:(?-i:[A-ZÀ-ÝА-Я])[\w.'-]*+\s?+|(?:and|und|et|y|и|de|van|von|&|,|\|)\s){1,8}",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"[^»›→|>]{1,60}(?: ?[»›→] ?[^»›→|>]{1,150}){1,6}|home ?[>/|] ?.{1,150}", re.I)
_BARS = re.compile(r"[^|]{1,40}(?: \| [^|]{1,40}){2,8}")


_NO_SENTENCES = frozenset(
    {"see also", "advertisement", "photo credit", "tags", "read more", "counter", "weather"}
)


def _compile(phrases: str) -> re.Pattern[str]:
    lines = map(str.strip, phrases.replace("NEWS", NEWS).splitlines())
    return re.compile("|".join(line for line in lines if line), re.IGNORECASE)


_PATTERNS = tuple((furniture, _compile(phrases)) for furniture, phrases in PHRASES.items())


def recognise(text: str) -> Furniture | None:
    """Returns the kind of furniture that a text is by its wording, or None."""
    if len(text) > _LONGEST:
        return None
    wording = _wording(text)
    if share_buttons := _share_buttons(wording):
        return share_buttons
    for furniture, pattern in _PATTERNS:
        if pattern.fullmatch(wording):
            # A headline has no full stop: "See also the work of Kim." is prose.
            is_prose = text.endswith(".") and furniture.reason in _NO_SENTENCES
            return None if is_prose else furniture
    may_be_trail = "\n" not in text and "«" not in text and not text.endswith(".")
    if may_be_trail and (_TRAIL.fullmatch(wording) or _BARS.fullmatch(wording)):
        return BREADCRUMB
    if is_date_line(wording):
        return DATE_LINE
    return BYLINE if _BYLINE.fullmatch(wording) else None


def calls_to_action(text: str) -> bool:
    """True if `text` starts with a call to action: "Find your next job"."""
    first = _WORD.search(text.lower())
    return first is not None and first.group() in CALLS_TO_ACTION


def _wording(text: str) -> str:
    """Normalises blanks and apostrophes, and removes leading bullets and trailing symbols."""
    return " ".join(text.replace("’", "'").split()).lstrip(_BULLETS).rstrip(_SIGNS)


def _share_buttons(wording: str) -> Furniture | None:
    words = _WORD.findall(wording.lower())
    if not words or not (SHARE_WORDS | SOCIAL_NETWORKS).issuperset(words):
        return None
    if len(SOCIAL_NETWORKS.intersection(words)) > 1:
        return SHARE_BUTTONS
    return SHARE_BUTTON if words[0] in ("share", "teilen", "partager", "tweet") else None
