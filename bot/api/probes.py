"""Health and readiness probes, for the programs that keep the process running."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HEALTH_PATH, READY_PATH = "/health", "/ready"
PROBE_PATHS = frozenset({HEALTH_PATH, READY_PATH})

ALIVE, READY, NOT_READY = "alive", "ready", "not ready"


def probe_reply(path: str, obstacle: str | None) -> tuple[int, str]:
    """Returns the HTTP status and the state for a probe. `obstacle` says why nothing is answered.

    The reply leaves the obstacle out: it may name files, which only readers of the documents may
    see.
    """
    if path == HEALTH_PATH:
        return 200, ALIVE
    return (200, READY) if obstacle is None else (503, NOT_READY)


def probe_routes(unready: Callable[[], str | None]) -> list[Route]:
    """Returns the routes of both probes; `unready` returns the obstacle, or None when ready."""

    async def health(_: Request) -> Response:
        return _reply(HEALTH_PATH, None)

    def ready(_: Request) -> Response:
        return _reply(READY_PATH, unready())

    return [Route(HEALTH_PATH, health), Route(READY_PATH, ready)]


def _reply(path: str, obstacle: str | None) -> Response:
    status, state = probe_reply(path, obstacle)
    return JSONResponse({"status": state}, status, {"Cache-Control": "no-store"})
