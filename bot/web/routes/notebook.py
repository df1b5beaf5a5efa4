"""Checks and exports the notebook of pinned quotes, which the browser keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import Response
from pydantic import Field

from ...errors import UsageError
from ...export.notebook import NOTEBOOK_FORMATS, notebook
from ...export.styles import STYLES
from ...types import CitedPassage, PinnedQuote
from .checking import passage_json, summary
from .collection import PREFIX
from .reading_language import Reading

if TYPE_CHECKING:
    from ...engine import Engine

NOTEBOOK_CHECKING_PATH = f"{PREFIX}/notebook/check"
NOTEBOOK_SAVING_PATH = f"{PREFIX}/notebook/export"

_Quotes = Annotated[list[PinnedQuote], Body(embed=True), Field(max_length=10_000)]


def notebook_router(engine: Engine) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/notebook/check")
    def check(quotes: _Quotes, language: Reading) -> Any:
        found = engine.check(_cited(quotes))
        return {
            "summary": summary(found, language),
            "passages": [passage_json(checked, language) for checked in found.passages],
        }

    @router.post("/notebook/export")
    def save(
        quotes: _Quotes,
        format_name: Annotated[str, Body(alias="format")],
        style: Annotated[str, Body()],
        language: Reading,
    ) -> Response:
        if format_name not in NOTEBOOK_FORMATS or style not in STYLES:
            raise UsageError(
                f"the format is one of {', '.join(NOTEBOOK_FORMATS)}, and the style of "
                f"{', '.join(STYLES)}."
            )
        day = datetime.now(UTC).date().isoformat()
        read = [replace(quote, locator=language.translation_of(quote.locator)) for quote in quotes]
        kind = NOTEBOOK_FORMATS[format_name]
        return Response(
            kind.write(notebook(read, day, style, language.code, language.say)),
            media_type=kind.media_type,
            headers={"Content-Disposition": "attachment"},
        )

    return router


def _cited(quotes: Sequence[PinnedQuote]) -> list[CitedPassage]:
    return [
        CitedPassage(number, quote.source, quote.start, quote.end, quote.locator, quote.text)
        for number, quote in enumerate(quotes, start=1)
    ]
