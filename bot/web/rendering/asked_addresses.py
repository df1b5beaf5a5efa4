"""Addresses within the page that carry a question with what it was asked by.

The page's script `asking.js` reads and writes the same ones.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from ...export.answer_json import filter_json
from ...types import Answer

_ID = re.compile("[0-9a-f]{16}")


def found_href(answer: Answer) -> str:
    """Where all passages found for the question of an answer are listed."""
    return f"#found/{_asked(answer)}"


def answer_href(answer: Answer) -> str:
    """Where the question of an answer is asked once more, of the sources as they are then."""
    return f"#ask/{_asked(answer)}&generation={answer.generation}"


def _asked(answer: Answer) -> str:
    values = [("q", answer.question)]
    values += [("about", turn.text) for turn in answer.context]
    if answer.filter:
        only = filter_json(answer.filter.only)
        # A document that the question named is known by an id, which changes with its text.
        names = zip(only["source"], answer.filter.named, strict=False)
        only["source"] = [title if _ID.fullmatch(value) else value for value, title in names]
        for name, value in only.items():
            values += [(name, one) for one in ([value] if isinstance(value, str) else value or ())]
    return urlencode(values, errors="replace")
