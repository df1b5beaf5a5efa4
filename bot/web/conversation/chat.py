"""Asking in the web chat: the server answers each question once, in the order of its conversation.

A page sends the name of its conversation, the question as plain text, and a key that it draws at
random. The work goes on when the page goes away. Whoever sends the same key again gets the same
answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException

from ...api.faults import public_message
from ...errors import UsageError
from ...export.answer_json import filter_from_text, filter_json
from ...types import Answer, Exchange
from ..rendering.answers import forgotten_html
from ..rendering.languages import Language
from ..routes.collection import PREFIX
from ..routes.reading_language import Reading
from .conversations import EXCHANGES_KEPT, Asked, Conversation, Conversations, Shown
from .readiness import Readiness

CONCURRENT_QUESTIONS = 8
WAITING_QUESTIONS = 64

_Tab = Annotated[str, Body(max_length=64)]
_Key = Annotated[str, Body(pattern="^[0-9a-f]{32}$")]


class Chat:
    """Answers the questions of all conversations, at most so many at once."""

    def __init__(
        self, readiness: Readiness, ask: Callable[..., Answer], threads: ThreadPoolExecutor
    ) -> None:
        """`ask` is the engine's, or counts besides; it is called in `threads`.

        These are the chat's own: other requests must not wait for answers.
        """
        self._readiness = readiness
        self._ask_engine = ask
        self._threads = threads
        self._open = 0

    async def ask(self, conversation: Conversation, asked: Asked, language: Language) -> Shown:
        """The answer to a question. A known key gets the answer that belongs to it."""
        for shown in conversation.shown:
            if shown.key == asked.key:
                return shown
        if asked.key not in conversation.under_way:
            if self._open >= CONCURRENT_QUESTIONS + WAITING_QUESTIONS:
                raise HTTPException(503, "Too many questions wait. Send it again in a moment.")
            self._open += 1
            task = asyncio.create_task(self._answered(conversation, asked, language))
            conversation.under_way[asked.key] = asked, task
        # It is answered all the same when this request ends early.
        return await asyncio.shield(conversation.under_way[asked.key][1])

    async def _answered(
        self, conversation: Conversation, asked: Asked, language: Language
    ) -> Shown:
        loop = asyncio.get_running_loop()
        try:
            async with conversation.turn:
                return await loop.run_in_executor(
                    self._threads, self._answer, conversation, asked, language
                )
        finally:
            del conversation.under_way[asked.key]
            self._open -= 1

    def _answer(self, conversation: Conversation, asked: Asked, language: Language) -> Shown:
        answer, fault = None, None
        try:
            self._readiness.wait()
            answer = self._ask_engine(
                asked.question,
                history=conversation.history,
                ignore_context=asked.alone,
                only=filter_from_text(asked.only),
            )
        except Exception as error:
            fault = public_message(error)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        exchange = Exchange(0, moment, asked.question, asked.alone, answer, fault)
        shown = conversation.add(exchange, asked.key)
        # Drawn in this thread, because everybody's requests wait in the event loop.
        shown.html(language)
        return shown


def chat_router(chat: Chat, conversations: Conversations) -> APIRouter:
    """The routes; each conversation is named by the secret of its tab."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/ask")
    async def ask(
        tab: _Tab,
        key: _Key,
        language: Reading,
        question: Annotated[str, Body()] = "",
        filter: Annotated[str, Body()] = "",
        alone: Annotated[bool, Body()] = False,
    ) -> dict[str, Any]:
        # `alone` asks the latest question again, without what it carried over from earlier turns.
        conversation = conversations.of(tab)
        asked = Asked(key, question.strip(), only=filter)
        if alone:
            asked = _latest_alone(conversation, key)
        if not asked.question:
            raise UsageError("there is no question.")
        return _drawn(await chat.ask(conversation, asked, language), language)

    @router.post("/conversation/shown")
    def shown(
        tab: Annotated[str, Body(embed=True, max_length=64)], language: Reading
    ) -> dict[str, Any]:
        conversation = conversations.of(tab)
        # Read first, for a question that is answered meanwhile must be in one of both.
        under_way = [asked for asked, _ in tuple(conversation.under_way.values())]
        answered = conversation.shown
        keys = {each.key for each in answered}
        return {
            "forgotten": (
                forgotten_html(EXCHANGES_KEPT, language) if conversation.has_forgotten else ""
            ),
            "exchanges": [_drawn(each, language) for each in answered],
            "under_way": [
                {
                    "key": each.key,
                    "question": each.question,
                    "filter": each.only,
                    "alone": each.alone,
                }
                for each in under_way
                if each.key not in keys
            ],
        }

    return router


def _latest_alone(conversation: Conversation, key: str) -> Asked:
    shown = conversation.shown
    if not shown:
        raise UsageError("there is no question.")
    latest = shown[-1].exchange
    applied = latest.answer.filter if latest.answer else None
    only = json.dumps(filter_json(applied.only)) if applied else ""
    return Asked(key, latest.question, alone=True, only=only)


def _drawn(shown: Shown, language: Language) -> dict[str, Any]:
    question, answer = shown.html(language)
    number = shown.exchange.number
    return {"key": shown.key, "number": number, "question": question, "answer": answer}
