"""Whether the process runs and whether it answers, for the programs that keep it running."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HEALTH_PATH, READY_PATH = "/health", "/ready"
PROBE_PATHS = frozenset({HEALTH_PATH, READY_PATH})

ALIVE, READY, NOT_READY = "alive", "ready", "not ready"


def probed(path: str, obstacle: str | None) -> tuple[int, str]:
    """The HTTP status and the state that a probe is told; `obstacle` says why nothing is answered.

    What stands in the way may name files: it is for those who may read the documents.
    """
    if path == HEALTH_PATH:
        return 200, ALIVE
    return (200, READY) if obstacle is None else (503, NOT_READY)


def probe_routes(unready: Callable[[], str | None]) -> list[Route]:
    """The two addresses; `unready` gives the obstacle, None when questions are answered."""

    async def health(_: Request) -> Response:
        return _reply(HEALTH_PATH, None)

    def ready(_: Request) -> Response:
        return _reply(READY_PATH, unready())

    return [Route(HEALTH_PATH, health), Route(READY_PATH, ready)]


def _reply(path: str, obstacle: str | None) -> Response:
    status, state = probed(path, obstacle)
    return JSONResponse({"status": state}, status, {"Cache-Control": "no-store"})
