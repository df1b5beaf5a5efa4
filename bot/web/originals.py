"""The files of sources that the page draws as they were printed: PDFs, byte for byte as indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from ..errors import UsageError
from .collection import PREFIX

if TYPE_CHECKING:
    from ..engine import Engine

PDF = "pdf"

# Opened by itself, the file is saved; where a browser shows it all the same, it may do nothing.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def originals_router(engine: Engine) -> APIRouter:
    """The route. What is served is found by the id of a source, never by a path."""
    router = APIRouter(prefix=PREFIX)

    @router.get("/sources/{source_id}/file")
    def file(source_id: str) -> Response:
        info = engine.source(source_id).info
        if info.format != PDF:
            raise UsageError("Only PDFs are shown as pages.")
        return Response(
            engine.original(info.id),
            media_type="application/pdf",
            headers={
                "Content-Disposition": _saved_as(info.path),
                "Content-Security-Policy": _POLICY,
                "Cache-Control": "no-store",
            },
        )

    return router


def _saved_as(path: str) -> str:
    """The header by which a browser saves a file under the last part of its path (RFC 6266)."""
    name = path.rpartition("/")[2]
    return f"attachment; filename=\"source.pdf\"; filename*=UTF-8''{quote(name, safe='')}"
