"""Routes that let a browser keep its conversations: fetch, restore, forget and export them.

The browser stores the conversations; the server holds, in memory, the exchanges that it needs to
answer. What a browser sends back is shown only to that browser and is untrusted, like the text of a
source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import Response
from pydantic import BeforeValidator, Field

from ...errors import UsageError
from ...export.formats import FORMATS, exported
from ...types import Exchange, Verdict
from ..conversation.conversations import EXCHANGES_KEPT, Conversations, Shown
from .collection import PREFIX
from .reading_language import Reading

RESTORING_PATH = f"{PREFIX}/conversation/restore"
DRAWING_PATH = f"{PREFIX}/conversation/drawn"
SAVING_PATH = f"{PREFIX}/export"

_Tab = Annotated[str, Body(max_length=64)]


def _with_verdict(kept: Any) -> Any:
    """Returns an exchange with its verdict: browsers still hold exchanges from before verdicts
    existed, and their `answered` flag gives it.
    """
    answer = kept.get("answer") if isinstance(kept, dict) else None
    if not isinstance(answer, dict) or "verdict" in answer or "answered" not in answer:
        return kept
    verdict = Verdict.ANSWERED if answer["answered"] else Verdict.UNANSWERED
    return {**kept, "answer": {**answer, "verdict": verdict.value}}


_Exchange = Annotated[Exchange, BeforeValidator(_with_verdict)]
_MANY = Field(max_length=10_000)
Exchanges = Annotated[list[_Exchange], Body(), _MANY]


@dataclass(frozen=True, slots=True)
class Kept:
    """The exchanges of a conversation that the server has, and the number of the next exchange."""

    next_number: int
    exchanges: list[Exchange]


def keeping_router(conversations: Conversations) -> APIRouter:
    """Returns the routes. The secret of a tab identifies its conversation."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/conversation")
    def exchanges(tab: _Tab, after: Annotated[int, Body()] = -1) -> Kept:
        conversation = conversations.of(tab)
        kept = [each.exchange for each in conversation.shown]
        return Kept(conversation.next_number, [one for one in kept if one.number > after])

    @router.post("/conversation/restore")
    def restore(tab: _Tab, exchanges: Exchanges) -> dict[str, Any]:
        numbers = [exchange.number for exchange in exchanges]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers)) if numbers else ()):
            raise UsageError("the exchanges of a conversation are numbered one after another.")
        conversations.of(tab).restore(exchanges[-EXCHANGES_KEPT:])
        return {}

    @router.post("/conversation/drawn")
    def draw(
        exchanges: Annotated[list[_Exchange], Body(embed=True), _MANY], language: Reading
    ) -> list[tuple[str, str]]:
        # The page shows these exchanges above those that the server has.
        return [Shown(exchange).html(language) for exchange in exchanges]

    @router.post("/conversation/forget")
    def forget(tab: Annotated[str, Body(embed=True, max_length=64)]) -> dict[str, Any]:
        conversations.forget(tab)
        return {}

    @router.post("/export")
    def save(format_name: Annotated[str, Body(alias="format")], exchanges: Exchanges) -> Response:
        if format_name not in FORMATS:
            raise UsageError(f"the format is one of {', '.join(FORMATS)}.")
        day = datetime.now(UTC).date().isoformat()
        text = exported(exchanges, format_name, day)
        return Response(
            text.encode("utf-8", "replace"),
            media_type=f"{FORMATS[format_name].media_type}; charset=utf-8",
            headers={"Content-Disposition": "attachment"},
        )

    return router
