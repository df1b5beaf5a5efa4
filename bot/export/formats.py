"""The formats in which a conversation can be saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..types import Exchange
from .answer_json import answer_json
from .bibliography import bibtex, csl_json, references, ris
from .markdown import markdown

VERSION = 1


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its display name, file extension, media type and writer.

    The writer takes the exchanges and the day, YYYY-MM-DD.
    """

    label: str
    suffix: str
    media_type: str
    write: Callable[[Sequence[Exchange], str], str]


FORMATS: Mapping[str, Format] = {
    "markdown": Format("Markdown", ".md", "text/markdown", markdown),
    "json": Format("JSON", ".json", "application/json", lambda kept, day: _json(kept, day)),
    "bibtex": Format(
        "BibTeX", ".bib", "application/x-bibtex", lambda kept, _: bibtex(references(kept))
    ),
    "ris": Format(
        "RIS",
        ".ris",
        "application/x-research-info-systems",
        lambda kept, _: ris(references(kept)),
    ),
    "csl": Format(
        "CSL-JSON",
        ".csl.json",
        "application/vnd.citationstyles.csl+json",
        lambda kept, _: csl_json(references(kept)),
    ),
}


def exported(exchanges: Sequence[Exchange], format_name: str, day: str) -> str:
    """Returns a conversation in one of the `FORMATS`; raises KeyError for any other."""
    return FORMATS[format_name].write(exchanges, day)


def _json(exchanges: Sequence[Exchange], day: str) -> str:
    content = {
        "version": VERSION,
        "exported": day,
        "exchanges": [
            {
                "number": exchange.number,
                "asked": exchange.asked,
                "question": exchange.question,
                "alone": exchange.alone,
                "answer": exchange.answer and answer_json(exchange.answer),
                "error": exchange.fault,
            }
            for exchange in exchanges
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
