"""Reads YAML front matter: the metadata between two "---" lines at the top of a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ...errors import ReadError
from ...types import Metadata
from .metadata import clean, iso_date, language_code, telling_title

_FENCE = re.compile(r"---[ \t]*\n(?=[^\s])")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_LONGEST = 64 * 1024
_EMPTY_VALUES = {"", "~", "null", "Null", "NULL"}


def split_front_matter(text: str) -> tuple[Metadata, int]:
    """Returns the metadata at the top of `text`, and the offset of the body.

    A text has no front matter if the opening "---" is never closed or encloses plain words. Raises
    ReadError, naming the line, if the front matter is not a YAML mapping.
    """
    opening = _FENCE.match(text)
    closing = _CLOSING_FENCE.search(text, opening.end(), _LONGEST) if opening else None
    if opening is None or closing is None:
        return Metadata(), 0
    fields = _parse(text[opening.end() : closing.start()])
    if isinstance(fields, str) and fields:
        return Metadata(), 0
    return _metadata(_as_mapping(fields)), closing.end()


def _parse(block: str) -> Any:
    try:
        # Keep every value as written: "No" must not become False, nor a date a number.
        return yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise _broken(line, error.problem or "not valid YAML") from None
    except yaml.reader.ReaderError as error:
        raise _broken(block.count("\n", 0, error.position) + 2, error.reason) from None
    except RecursionError:
        raise _broken(2, "too deeply nested") from None


def _broken(line: int, problem: str) -> ReadError:
    return ReadError(
        f"broken front matter, line {line}: {problem}. Mend the YAML or remove the '---' lines."
    )


def _as_mapping(fields: Any) -> Mapping[str, Any]:
    if fields in (None, ""):
        return {}
    if not isinstance(fields, Mapping):
        raise _broken(2, "a list where 'key: value' lines are expected")
    return fields


def _metadata(fields: Mapping[str, Any]) -> Metadata:
    date = iso_date(_text(fields.get("date")))
    return Metadata(
        title=telling_title(_text(fields.get("title"))),
        publisher=_text(fields.get("publisher")),
        author=_text(fields.get("author")),
        date=date,
        url=_text(fields.get("url")),
        language=language_code(_text(fields.get("language")) or _text(fields.get("lang"))),
        date_from="front matter: date" if date else None,
    )


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(part for item in value if (part := _text(item))) or None
    if not isinstance(value, str) or value in _EMPTY_VALUES:
        return None
    return clean(value)
