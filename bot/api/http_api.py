"""The read-only HTTP API, a separate application below /api/v1."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from .. import __version__
from ..errors import (
    EncoderError,
    FilterError,
    PassageUnknown,
    SourceGone,
    SourceUnknown,
    StoreError,
    UsageError,
)
from ..export.answer_json import VERSION, error_json, filter_from_json, turns_from_json
from ..types import Order, SourceFilter
from . import answer_fields, fields
from .faults import public_message
from .metrics import MEDIA_TYPE, Metrics
from .probes import HEALTH_PATH, READY_PATH, probe_reply
from .service import Service

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (SourceGone, 410),
    (FilterError, 404),
    (SourceUnknown, 404),
    (PassageUnknown, 404),
    (UsageError, 400),
    (StoreError, 503),
    (EncoderError, 503),
)

_MEANINGS = {
    400: "The question cannot be asked as it is.",
    404: "There is no such thing, or no source that meets the filter.",
    410: "Its source was removed or changed since it was cited.",
    422: "The request is not what is described here.",
    503: "There is no index that can answer, or no model.",
}


_EXAMPLE = 'Send {"question": "Why?"}, with the header Content-Type: application/json.'


class VerbatimJson(JSONResponse):
    """JSON in ASCII, so that every text of a source arrives unchanged, whatever it contains."""

    def render(self, content: Any) -> bytes:
        """Returns the bytes of the reply."""
        return json.dumps(content, allow_nan=False).encode("ascii")


def http_api(service: Service, metrics: Metrics, unready: Callable[[], str | None]) -> FastAPI:
    """Returns the application. `unready` returns why questions cannot be answered, else None."""
    api = FastAPI(
        title="pincite",
        version=__version__,
        summary="Questions about a folder of documents, answered by exact passages.",
        description=(
            "Texts, ids and offsets are verbatim: `text[start:end]` of a source is its passage, "
            "in code points. Every error is an object with `error`."
        ),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.exception_handler(RequestValidationError)(_malformed)
    api.exception_handler(HTTPException)(_http_error)

    @api.post(
        "/ask",
        summary="Ask a question",
        response_class=VerbatimJson,
        responses=_described(answer_fields.AnswerFields, 400, 404, 422, 503),
    )
    def ask(asked: fields.AskFields) -> Response:
        return _reply(
            lambda: service.ask(
                asked.question,
                turns_from_json([turn.model_dump() for turn in asked.history]),
                asked.k,
                asked.ignore_context,
                _filter(asked.filter),
            )
        )

    @api.post(
        "/find",
        summary="Find all passages for a question",
        response_class=VerbatimJson,
        responses=_described(answer_fields.FoundFields, 400, 404, 422, 503),
    )
    def find(asked: fields.FindFields) -> Response:
        return _reply(
            lambda: service.find(
                asked.question,
                turns_from_json([turn.model_dump() for turn in asked.history]),
                asked.ignore_context,
                _filter(asked.filter),
                Order(asked.order),
            )
        )

    @api.get(
        "/sources",
        summary="List the sources",
        response_class=VerbatimJson,
        responses=_described(fields.SourcesFields, 404, 422, 503),
    )
    def sources(only: Annotated[fields.FilterFields, Query()]) -> Response:
        return _reply(lambda: service.sources(_filter(only)))

    @api.get(
        "/sources/{id}",
        summary="Read a source",
        response_class=VerbatimJson,
        responses=_described(fields.SourceTextFields, 404, 410, 503),
    )
    def source(id: str) -> Response:
        return _reply(lambda: service.source(id))

    @api.get(
        "/passages/{id}",
        summary="Read a passage that was cited",
        response_class=VerbatimJson,
        responses=_described(answer_fields.PassageFields, 404, 410, 503),
    )
    def passage(id: str) -> Response:
        return _reply(lambda: service.passage(id))

    @api.get(
        HEALTH_PATH,
        summary="Whether the process runs",
        response_class=VerbatimJson,
        responses=_described(fields.AliveFields),
    )
    async def health() -> Response:
        status, state = probe_reply(HEALTH_PATH, None)
        return VerbatimJson({"version": VERSION, "status": state}, status)

    @api.get(
        READY_PATH,
        summary="Whether questions are answered",
        response_class=VerbatimJson,
        responses=_described(fields.ReadyFields, 503),
    )
    def ready() -> Response:
        reason = unready()
        status, state = probe_reply(READY_PATH, reason)
        if reason is not None:
            return VerbatimJson(error_json(reason), status)
        return VerbatimJson({"version": VERSION, "status": state}, status)

    @api.get(
        "/metrics",
        summary="Counts and times for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}, "description": "Prometheus text."}},
    )
    def read_metrics() -> Response:
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return api


def _filter(asked: fields.FilterFields | None) -> SourceFilter | None:
    return None if asked is None else filter_from_json(asked.model_dump())


def _described(model: type[BaseModel], *errors: int) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {200: {"model": model}}
    for status in errors:
        found[status] = {"model": fields.ErrorFields, "description": _MEANINGS[status]}
    return found


def _reply(produce: Callable[[], dict[str, Any]]) -> Response:
    try:
        return VerbatimJson(produce())
    except Exception as error:
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
        return VerbatimJson(error_json(public_message(error)), status)


async def _malformed(_: Request, error: RequestValidationError) -> Response:
    problems = []
    for problem in error.errors():
        if problem["type"] == "json_invalid":
            return VerbatimJson(error_json("The body is not JSON."), 400)
        place = ".".join(str(part) for part in problem["loc"][1:]) or "The body"
        problems.append(f"{place}: {problem['msg']}")
    return VerbatimJson(error_json(f"{'; '.join(problems)}. {_EXAMPLE}"), 422)


async def _http_error(_: Request, error: HTTPException) -> Response:
    return VerbatimJson(error_json(str(error.detail)), error.status_code, error.headers)
