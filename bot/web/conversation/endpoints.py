"""Endpoints for `gradio_client`: the service of the HTTP API under Gradio's protocol.

JSON is sent as a string in both directions. The guard admits plain values only, and `gradio_client`
treats every object with a "path", such as a source, as a server file to download.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from ...api.faults import public_message
from ...api.service import Service
from ...errors import QuestionError
from ...export.answer_json import filter_from_text, turns_from_json
from ...types import SourceFilter
from ..rendering.escaping import well_formed


def add_endpoints(service: Service, **limits: Any) -> None:
    """Adds /ask, /list_sources and /read_passage to the page that is being built.

    They return the JSON described in `bot.export.answer_json`. The client raises an exception for
    an error.
    """

    def ask(question: str, k: int | None = None, history: str = "[]", filter: str = "{}") -> str:
        return _told(
            lambda: service.ask(
                _text(question, "question"), _turns(history), _count(k), only=_filter(filter)
            )
        )

    def list_sources(filter: str = "{}") -> str:
        return _told(lambda: service.sources(_filter(filter)))

    def read_passage(id: str) -> str:
        return _told(lambda: service.passage(_text(id, "id")))

    api(
        ask,
        api_name="ask",
        api_description="The passages that answer a question, as JSON, as are `history` and "
        "`filter`.",
        **limits,
    )
    api(
        list_sources,
        api_name="list_sources",
        api_description="The sources, as JSON; so is `filter`.",
    )
    api(read_passage, api_name="read_passage", api_description="A passage by its id, as JSON.")


def _told(produce: Callable[[], dict[str, Any]]) -> str:
    try:
        return json.dumps(produce())
    except Exception as error:
        raise gr.Error(public_message(error), print_exception=False) from None


# Gradio passes on plain values of any type that a client sends, so each type is checked here.


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise QuestionError(f"the {name} must be a text.")
    return well_formed(value)


def _count(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise QuestionError("the number k must be a whole one, or nothing.")


def _turns(value: object) -> list[Any]:
    try:
        return turns_from_json(json.loads(_text(value, "history")))
    except (ValueError, RecursionError):
        raise QuestionError("the history must be a JSON list of turns, in a text.") from None


def _filter(value: object) -> SourceFilter | None:
    return filter_from_text(_text(value, "filter"))
