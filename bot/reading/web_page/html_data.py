"""Reads the linked data (JSON-LD) of a web page: questions, dates, authors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..common.characters import one_line, storable
from ..common.parsing import Element

_MOST_SCRIPTS = 50
_LONGEST_SCRIPT = 1_000_000
_MOST_NODES = 20_000
_ARTICLES = ("Article", "Posting", "Page", "Report", "CreativeWork", "Recipe", "Book")


@dataclass(slots=True)
class PageData:
    """The linked data that was found; questions come with answers, which may contain markup."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    modified: str | None = None


def data_of(root: Element) -> PageData:
    """Returns the linked data of a page; skips scripts that are too long or not JSON."""
    data = PageData()
    for node in _nodes(root):
        kinds = node.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if "Question" in kinds:
            data.questions += _answered(node)
        elif any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in kinds):
            data.published = data.published or _text(node.get("datePublished"))
            data.modified = data.modified or _text(node.get("dateModified"))
            data.authors = data.authors or list(_names(node.get("author")))
    return data


def _nodes(root: Element) -> Iterator[dict[str, Any]]:
    """Yields every object of the data, outer objects before inner ones."""
    left = _MOST_NODES
    scripts = (script for script in root.iter("script") if "ld+json" in (script.get("type") or ""))
    for _, script in zip(range(_MOST_SCRIPTS), scripts, strict=False):
        source = script.text or ""
        if len(source) > _LONGEST_SCRIPT:
            continue
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and left > 0:
            left -= 1
            value = waiting.pop()
            if isinstance(value, dict):
                yield value
                waiting += reversed(list(value.values()))
            elif isinstance(value, list):
                waiting += reversed(value)


def _answered(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    question = _text(node.get("name")) or _text(node.get("text"))
    answers = node.get("acceptedAnswer") or node.get("suggestedAnswer")
    for answer in answers if isinstance(answers, list) else [answers]:
        text = answer.get("text") if isinstance(answer, dict) else None
        if question and isinstance(text, str) and text.strip():
            yield question, storable(text)


def _names(author: Any) -> Iterator[str]:
    """Yields the persons among the authors; authors without a type count as persons."""
    for each in author if isinstance(author, list) else [author]:
        if isinstance(each, dict):
            name = _text(each.get("name"))
            if name and each.get("@type", "Person") == "Person":
                yield name
        elif isinstance(each, str) and one_line(each):
            yield one_line(each)


def _text(value: Any) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None
