"""Routes for what the page shows around an answer: the text around a citation, related questions,
completions for the question box, and the values of the filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query

from ...errors import PinciteError
from ...retrieval.suggestions import MOST_SUGGESTIONS
from ...types import Source
from ..conversation.conversations import Conversations
from ..rendering.escaping import well_formed
from .collection import PREFIX
from .presenting import around_json, completions_json, filters_json
from .reading_language import Reading

if TYPE_CHECKING:
    from ...engine import Engine

QUESTIONS_OFFERED = 3

# A card shows one passage, but an address can claim a span of any length.
_LONGEST_PASSAGE = 6_000

_Offset = Annotated[int, Query(ge=0)]


def nearby_router(engine: Engine, conversations: Conversations) -> APIRouter:
    """Returns the routes. The secret of a tab identifies its conversation."""
    router = APIRouter(prefix=PREFIX)

    @router.get("/sources/{source_id}/around")
    def around(source_id: str, start: _Offset, end: _Offset, language: Reading) -> dict[str, Any]:
        source = engine.source(source_id)
        return around_json(source, *_within(source, start, end), language)

    @router.get("/filters")
    def filters(titles: bool = False) -> dict[str, Any]:
        return filters_json([summary.info for summary in engine.sources()], titles=titles)

    @router.get("/completions")
    def completions() -> dict[str, Any]:
        try:
            infos = [summary.info for summary in engine.sources()]
            return completions_json(engine.suggestions(MOST_SUGGESTIONS), infos)
        except PinciteError:
            # The box works without completions; asking shows the error with its remedy.
            return completions_json((), ())

    @router.post("/conversation/related")
    def related(tab: Annotated[str, Body(embed=True, max_length=64)]) -> dict[str, Any]:
        exchanges = [each.exchange for each in conversations.of(tab).shown]
        answer = exchanges[-1].answer if exchanges else None
        if answer is None:
            return {"answered": False, "questions": []}
        asked = [exchange.question for exchange in exchanges]
        questions = engine.related(answer, QUESTIONS_OFFERED, asked)
        return {
            "answered": answer.answered,
            "question": exchanges[-1].question,
            "questions": list(map(well_formed, questions)),
        }

    return router


def _within(source: Source, start: int, end: int) -> tuple[int, int]:
    start = min(start, len(source.text))
    return start, max(start, min(end, start + _LONGEST_PASSAGE, len(source.text)))
