"""The routes of gaps on an engine of their own."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import PinciteError
from bot.gaps import GapLog, GapService
from bot.types import Exchange
from bot.web.conversation.conversations import Conversations
from bot.web.routes.collection import error_response
from bot.web.routes.gaps import gaps_router

TAB, OTHER = "1" * 32, "2" * 32


class Site:
    """Serves the routes on a separate engine."""

    def __init__(self, engine: Any = None) -> None:
        self.engine = engine or FakeEngine()
        self.changes: list[str] = []
        self.conversations = Conversations()
        self.desk = GapService(self.engine.as_engine)

    def client(self, *, read_only: bool = False) -> TestClient:
        app = FastAPI()
        router = gaps_router(
            self.engine.as_engine,
            self.desk,
            self.conversations,
            lambda: self.changes.append("changed"),
            read_only=read_only,
        )
        app.include_router(router)
        app.add_exception_handler(PinciteError, error_response)
        return TestClient(app)

    def asks(self, question: str, tab: str = TAB) -> None:
        """Asks a question like the chat."""
        answer = self.desk.recording_gaps(self.engine.ask)(
            question, history=(), ignore_context=False
        )
        exchange = Exchange(0, "2026-01-02T03:04:05+00:00", question, False, answer, None)
        self.conversations.of(tab).add(exchange)

    def log(self) -> list[tuple[str, str, str | None]]:
        """Returns question, kind and reason of every line."""
        remarks = GapLog(self.engine.settings.index).remarks()
        return [(one.question, one.kind, one.reason) for one in remarks]
