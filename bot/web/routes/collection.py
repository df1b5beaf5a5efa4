"""The page's own routes under /pincite: sources, uploads, removals and index runs.

They bypass Gradio because its file components fetch any address that a client claims to have
uploaded, and because an index run must outlive the page that started it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from ...api.faults import public_message
from ...corpus import FORMATS, addable
from ...errors import FileChanged, PinciteError, ReadOnly, SourceGone, SourceUnknown, UsageError
from ..conversation.readiness import Readiness
from ..rendering.escaping import named
from ..rendering.languages import chosen
from .presenting import (
    preview_json,
    skipped_json,
    source_json,
    states_of,
    summary_json,
    sync_json,
    unread_json,
)
from .reading_language import Reading
from .synchronising import Synchroniser

if TYPE_CHECKING:
    from ...engine import Engine

PREFIX = "/pincite"
UPLOAD_PATH = f"{PREFIX}/sources"
PREVIEW_PATH = f"{PREFIX}/preview"


def collection_router(
    engine: Engine, readiness: Readiness, synchroniser: Synchroniser, *, read_only: bool
) -> APIRouter:
    """Returns the routes. When `read_only`, those that change anything raise ReadOnly."""
    router = APIRouter(prefix=PREFIX)

    def refuse_changes() -> None:
        if read_only:
            raise ReadOnly("This chat is read-only; change the corpus where pincite runs.")

    writing = [Depends(refuse_changes)]
    accepted = addable(bool(engine.settings.ocr))

    @router.get("/state")
    def state(language: Reading) -> dict[str, Any]:
        return {
            "ready": readiness.is_settled,
            "fault": readiness.fault and language.translation_of(readiness.fault),
            "read_only": read_only,
            "collects_gaps": engine.settings.collect_gaps,
            "max_question_characters": engine.settings.max_question_characters,
            "accepts": sorted(accepted),
            **answering(),
            "sync": sync_json(synchroniser.state, language),
        }

    def answering() -> dict[str, Any]:
        try:
            return {"generation": engine.generation(), "has_sources": engine.has_sources()}
        except PinciteError:
            return {"generation": None, "has_sources": True}

    @router.get("/sources")
    def sources(language: Reading) -> dict[str, Any]:
        status, outstanding = engine.status(), engine.outstanding()
        states = states_of(outstanding)
        shown = {file.path: found for found, file in engine.unread_pdfs().items()}
        return {
            "sources": [summary_json(summary, states) for summary in engine.sources()],
            "waiting": list(map(named, outstanding.added)),
            "skipped": skipped_json(status.skipped, language, shown),
            "generation": status.generation,
            "created": status.created,
            "passages": status.passages,
            "current": outstanding.is_nothing,
        }

    @router.get("/sources/{source_id}")
    def source(source_id: str, language: Reading) -> JSONResponse:
        unread = engine.unread_pdfs().get(source_id)
        if unread is not None:
            return JSONResponse(unread_json(source_id, unread, language))
        # Build the response here: FastAPI would first copy a large source value by value.
        return JSONResponse(source_json(engine.source(source_id), language))

    @router.post("/preview", dependencies=writing)
    async def look_into(name: str, request: Request, language: Reading) -> list[dict[str, Any]]:
        check_kind(name, accepted)
        data = await request.body()
        found = await run_in_threadpool(engine.preview, name, data)
        return [preview_json(each, language) for each in found]

    @router.post("/sources", dependencies=writing)
    async def upload(name: str, request: Request, sync: bool = True) -> dict[str, Any]:
        check_kind(name, accepted)
        data = await request.body()
        path = await run_in_threadpool(engine.add_source, name, data)
        # The page uploads several files one by one and asks for one run after the last.
        if sync:
            synchroniser.request()
        return {"path": path}

    @router.delete("/sources/{source_id}", dependencies=writing)
    def remove(source_id: str) -> dict[str, Any]:
        paths = engine.remove_source(source_id)
        synchroniser.request()
        return {"removed": list(paths)}

    @router.post("/sync", dependencies=writing)
    def start_sync(
        language: Reading, rebuild: Annotated[bool, Body(embed=True)] = False
    ) -> dict[str, Any]:
        synchroniser.request(rebuild=rebuild)
        return sync_json(synchroniser.state, language)

    @router.post("/sync/stop", dependencies=writing)
    def stop_sync(language: Reading) -> dict[str, Any]:
        synchroniser.stop()
        return sync_json(synchroniser.state, language)

    return router


def check_kind(name: str, accepted: Collection[str]) -> None:
    """Raises UsageError for a file name of an unsupported type."""
    if not name.lower().endswith(tuple(accepted)):
        raise UsageError(f"{name}: not a kind of file that pincite reads ({FORMATS}).")


async def error_response(request: Request, error: Exception) -> JSONResponse:
    """Returns a deliberate error as JSON with the matching HTTP status."""
    statuses: dict[type[Exception], int] = {
        ReadOnly: 403,
        SourceUnknown: 404,
        FileChanged: 409,
        SourceGone: 410,
    }
    content: dict[str, Any] = {
        "error": chosen(request.headers).translation_of(public_message(error))
    }
    if isinstance(error, SourceGone):
        content |= {"gone": True, "now": error.now}
    return JSONResponse(content, status_code=statuses.get(type(error), 422))
