"""Addresses within the page that carry a question, the turns that it refers to and its filter.

`asking.js` in the page reads and writes the same addresses.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from ...export.answer_json import filter_json
from ...types import Answer

_ID = re.compile("[0-9a-f]{16}")


def found_href(answer: Answer) -> str:
    """Returns the address of the list of all passages found for the question of an answer."""
    return f"#found/{_asked(answer)}"


def answer_href(answer: Answer) -> str:
    """Returns the address that asks the question of an answer again, of the current sources."""
    return f"#ask/{_asked(answer)}&generation={answer.generation}"


def _asked(answer: Answer) -> str:
    values = [("q", answer.question)]
    values += [("about", turn.text) for turn in answer.context]
    if answer.filter:
        only = filter_json(answer.filter.only)
        # A document id changes with its text, so a document named in the question goes by title.
        names = zip(only["source"], answer.filter.named, strict=False)
        only["source"] = [title if _ID.fullmatch(value) else value for value, title in names]
        for name, value in only.items():
            values += [(name, one) for one in ([value] if isinstance(value, str) else value or ())]
    return urlencode(values, errors="replace")
