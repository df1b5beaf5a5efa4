"""Simple tests on a piece of text: whether it ends a sentence, is cut off and so on."""

from __future__ import annotations

import re

HEADING_CHARACTERS = 120
"""Most characters of a heading."""

_CLOSING = "\"'”’»)]*_“"
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟", "।", "۔", "…")
_QUESTION_MARKS = ("?", "？", "؟")
_TRUNCATED = re.compile(r"(?:…|\.\.\.|\[\.{3}\]|\[…\])\s*[»→]?$")
_LIST_MARKER = re.compile(r"\s*(?:[•‣◦▪▸●○·*+–—-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+(?=\S)")
_DECORATION = re.compile(r"\s*([=\-_*~#+.·])(?:\s*\1){2,}\s*")
_DOT_LEADER = re.compile(r"(?:\s?\.){4}")


def ends_sentence(text: str) -> bool:
    """True if `text` ends with final punctuation, ignoring closing quotes and brackets."""
    return text.rstrip().rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def ends_question(text: str) -> bool:
    """True if `text` ends with a question mark, ignoring closing quotes and brackets."""
    return text.rstrip().rstrip(_CLOSING).endswith(_QUESTION_MARKS)


def is_truncated(text: str) -> bool:
    """True if `text` ends in an ellipsis, as teasers do."""
    return _TRUNCATED.search(text.rstrip()) is not None


def first_letter(text: str) -> str:
    """Returns the first letter or digit of `text`, or an empty string."""
    return next((character for character in text if character.isalnum()), "")


def starts_afresh(text: str) -> bool:
    """True if `text` starts with a capital or a digit; never true for scripts without case."""
    first = first_letter(text)
    return first.isupper() or first.istitle() or first.isdigit()


def list_marker(text: str) -> str:
    """Returns the bullet or number of a list item with its white space, or an empty string."""
    match = _LIST_MARKER.match(text)
    return match.group() if match else ""


def is_decoration(text: str) -> bool:
    """True for a rule or an underline: one character repeated three times or more."""
    return _DECORATION.fullmatch(text) is not None


def is_title_like(text: str) -> bool:
    """True for one short line that starts like a title and does not end like a sentence."""
    return (
        1 < len(text) <= HEADING_CHARACTERS
        and "\n" not in text
        and (text[0].isalnum() or text[0] in "\"'“‘«„¿¡(")
        and any(character.isalpha() for character in text)
        and not first_letter(text).islower()
        and not text.endswith((".", ",", ";", ":", "…", "。", "।"))
        and not _DOT_LEADER.search(text)
    )
