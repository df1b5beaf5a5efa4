"""Thumbs under the answers, and the owner's view of what the sources did not answer.

Everybody who asks may judge an answer of their own conversation. What was collected is the
owner's: a read-only chat shows none of it, whoever asks for it.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from ..errors import ReadOnly, UsageError
from ..gaps import FORMATS, GapDesk, exported
from ..gaps.exporting import cluster_json
from .collection import PREFIX
from .conversations import Conversations
from .escaping import well_formed

CLOSING_PATH = f"{PREFIX}/gaps/close"

_Questions = Annotated[
    list[Annotated[str, Field(max_length=100_000)]], Body(embed=True, max_length=2_000)
]


def gaps_router(desk: GapDesk, conversations: Conversations, *, read_only: bool) -> APIRouter:
    """The routes; all but that of the thumbs refuse when `read_only`."""
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
        return JSONResponse({"clusters": clusters, "thumbs": desk.thumbs()})

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

    return router
