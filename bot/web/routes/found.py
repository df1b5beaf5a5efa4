"""Lists all passages found for a question, by source, for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field

from ...answering.presentation import remarks
from ...export.answer_json import filter_from_text
from ...text.sentences import sentences
from ...types import Found, FoundPassage, FoundSource, Order, Turn
from ..rendering.escaping import named, well_formed
from ..rendering.languages import Language
from ..rendering.quoting import source_href
from .collection import PREFIX
from .reading_language import Reading

if TYPE_CHECKING:
    from ...engine import Engine

_Text = Annotated[str, Field(max_length=50_000)]


def found_router(engine: Engine) -> APIRouter:
    """Returns the route."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/found")
    def find(
        question: Annotated[_Text, Body()],
        language: Reading,
        about: Annotated[list[_Text], Body(max_length=20)] = [],  # noqa: B006
        only: Annotated[_Text, Body(alias="filter")] = "",
        order: Annotated[Order, Body()] = Order.RELEVANCE,
    ) -> dict[str, Any]:
        found = engine.find(
            well_formed(question),
            history=[Turn("user", well_formed(text)) for text in about],
            only=filter_from_text(only),
            order=order,
        )
        return found_json(found, language)

    return router


def found_json(found: Found, language: Language) -> dict[str, Any]:
    """Returns the passages found, with a summary in words; all values are plain text."""
    count = language.say("{count} passages", count=found.passages)
    sources = language.say("{count} sources", count=len(found.sources))
    said = language.say("{passages} in {sources}", passages=count, sources=sources)
    lines = [language.say("About: {text}", text=turn.text) for turn in found.answer.context]
    lines += remarks(found.answer, named, language.say)
    if found.passages and not found.answer.answered:
        lines.append(language.say("These are near your question but do not answer it."))
    if found.is_cut:
        lines.append(language.say("There are more; these are the best."))
    if found.withheld:
        lines.append(
            language.say(
                "{count} passages withheld: the text no longer matches its source."
                " Rebuild the index under Sources.",
                count=len(found.withheld),
            )
        )
    return {
        "passages": found.passages,
        "summary": said if found.passages else "",
        "remarks": list(map(well_formed, lines)),
        "sources": [_source_json(each, language) for each in found.sources],
    }


def _source_json(found: FoundSource, language: Language) -> dict[str, Any]:
    source = found.source
    details = (source.publisher, source.date)
    return {
        "title": well_formed(named(source.title)),
        "details": [well_formed(named(item)) for item in details if item],
        "language": source.language,
        "count": language.say("{count} passages", count=len(found.passages)),
        "passages": [_passage_json(passage, found, language) for passage in found.passages],
    }


def _passage_json(passage: FoundPassage, found: FoundSource, language: Language) -> dict[str, Any]:
    source = found.source
    places = (language.translation_of(passage.locator), " › ".join(passage.section))
    return {
        "address": source_href(source.id, passage.start, passage.end, passage.highlights),
        "said": [well_formed(" ".join(text.split())) for text in _said(passage, source.language)],
        "where": [well_formed(named(item)) for item in places if item],
    }


def _said(passage: FoundPassage, language: str | None) -> Iterator[str]:
    """Yields the sentences nearest to the question, or else the first sentence."""
    spans = passage.highlights
    if not spans:
        first = next(iter(sentences(passage.text, 0, len(passage.text), language)), None)
        spans = ((passage.start, passage.start + (first[1] if first else len(passage.text))),)
    for start, end in spans:
        yield passage.text[start - passage.start : end - passage.start]
