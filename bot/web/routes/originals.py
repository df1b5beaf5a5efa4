"""Serves the PDFs that the page draws as they were printed, byte for byte as indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from ...errors import UsageError
from ...types import SourceInfo
from .collection import PREFIX

if TYPE_CHECKING:
    from ...engine import Engine

# A browser that opens the address saves the file. If it displays the file, this policy keeps the
# file from loading or running anything.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def originals_router(engine: Engine) -> APIRouter:
    """Returns the route. A file is found by the id of its source, never by a path."""
    router = APIRouter(prefix=PREFIX)

    @router.get("/sources/{source_id}/file")
    def file(source_id: str) -> Response:
        unread = engine.unread_pdfs().get(source_id)
        path = unread.path if unread is not None else _path_of(engine.source(source_id).info)
        return Response(
            engine.original(source_id),
            media_type="application/pdf",
            headers={
                "Content-Disposition": _saved_as(path),
                "Content-Security-Policy": _POLICY,
                "Cache-Control": "no-store",
            },
        )

    return router


def _path_of(info: SourceInfo) -> str:
    """Returns the path of a PDF; raises UsageError for any other format."""
    if info.format != "pdf":
        raise UsageError("Only PDFs are shown as pages.")
    return info.path


def _saved_as(path: str) -> str:
    """Returns the header that saves a file under the last part of its path (RFC 6266)."""
    name = path.rpartition("/")[2]
    return f"attachment; filename=\"source.pdf\"; filename*=UTF-8''{quote(name, safe='')}"
