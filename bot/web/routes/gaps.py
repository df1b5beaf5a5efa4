"""Routes for thumbs under the answers, and for the owner's view of unanswered questions.

Readers may rate the answers of their own conversation. The collected data is the owner's: a
read-only chat shows it to no one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from ...errors import ReadOnly, UsageError
from ...gaps import FORMATS, GapService, approve, approved_questions, exported, withdraw
from ...gaps.approving import ApprovedState
from ...gaps.exporting import cluster_json
from ...types import Answer
from ..conversation.conversations import Conversations
from ..rendering.escaping import named, well_formed
from ..rendering.languages import Language
from .collection import PREFIX
from .reading_language import Reading

if TYPE_CHECKING:
    from ...engine import Engine

CLOSING_PATH = f"{PREFIX}/gaps/close"

_Question = Annotated[str, Body(embed=True, max_length=50_000)]
_Questions = Annotated[
    list[Annotated[str, Field(max_length=100_000)]], Body(embed=True, max_length=2_000)
]


# Passages offered to the owner for a question that has no answer.
PASSAGES_OFFERED = 10


def gaps_router(
    engine: Engine,
    desk: GapService,
    conversations: Conversations,
    on_change: Callable[[], None],
    *,
    read_only: bool,
) -> APIRouter:
    """Returns the routes. When `read_only`, all but the thumbs refuse with ReadOnly.

    `on_change` is called after the corpus has changed.
    """
    router = APIRouter(prefix=PREFIX)

    def refuse_visitors() -> None:
        if read_only:
            raise ReadOnly("This chat is read-only; the gaps are its owner's.")

    owners = [Depends(refuse_visitors)]

    @router.post("/feedback")
    def judge(
        tab: Annotated[str, Body(max_length=64)],
        number: Annotated[int, Body(ge=0)],
        verdict: Annotated[str, Body(max_length=16)],
        reason: Annotated[str | None, Body(max_length=64)] = None,
        text: Annotated[str | None, Body(max_length=2_000)] = None,
    ) -> dict[str, Any]:
        exchange = conversations.of(tab).exchange(number)
        if exchange is None:
            raise UsageError("this answer is not known here any more; ask again to judge it.")
        desk.judge(tab, exchange, verdict, reason, text and well_formed(text))
        return {"verdict": verdict}

    @router.get("/gaps", dependencies=owners)
    def gaps() -> JSONResponse:
        clusters = [cluster_json(cluster) for cluster in desk.clusters()]
        approved = list(map(_standing_json, approved_questions(engine)))
        return JSONResponse({"clusters": clusters, "thumbs": desk.thumbs(), "approved": approved})

    @router.post("/gaps/close", dependencies=owners)
    def close(questions: _Questions) -> dict[str, Any]:
        desk.close(list(map(well_formed, questions)))
        return {}

    @router.get("/gaps/export", dependencies=owners)
    def save(format: str = "csv") -> Response:
        if format not in FORMATS:
            raise UsageError(f"the format is one of {', '.join(FORMATS)}.")
        kind = FORMATS[format]
        return Response(
            exported(desk.clusters(), format).encode("utf-8", "replace"),
            media_type=f"{kind.media_type}; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="pincite-gaps{kind.suffix}"',
                "Cache-Control": "no-store",
            },
        )

    @router.post("/gaps/passages", dependencies=owners)
    def passages(text: _Question, language: Reading) -> list[dict[str, Any]]:
        found = engine.ask(well_formed(text), k=PASSAGES_OFFERED)
        return _passages_json(found, language)

    @router.post("/gaps/approve", dependencies=owners)
    def approve_question(
        question: Annotated[str, Body(max_length=50_000)],
        passage_id: Annotated[str, Body(max_length=64)],
    ) -> dict[str, Any]:
        approved = approve(engine, well_formed(question), passage_id)
        on_change()
        return {"question": approved.question}

    @router.post("/gaps/withdraw", dependencies=owners)
    def withdraw_question(question: _Question) -> dict[str, Any]:
        withdraw(engine, well_formed(question))
        on_change()
        return {}

    return router


def _standing_json(standing: ApprovedState) -> dict[str, Any]:
    approved = standing.approved
    return {
        "question": approved.question,
        "quote": standing.passage,
        "path": named(approved.source),
        "approved": approved.approved,
        "state": standing.state,
        "start": approved.start,
        "end": approved.end,
        "source_id": standing.source and standing.source.id,
    }


def _passages_json(answer: Answer, language: Language) -> list[dict[str, Any]]:
    ids = {citation.number: citation.passage_id for citation in answer.citations}
    return [
        {
            "passage_id": ids[quote.citations[0]],
            "title": named(quote.source.title),
            "locator": named(language.translation_of(quote.locator)),
            "text": quote.text,
        }
        for quote in answer.quotes
    ]
