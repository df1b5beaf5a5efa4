"""What the events of the conversation do, each answered from state that the server keeps.

A page sends plain text only: what was typed, and the name of its conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..errors import PinciteError
from ..programs.faults import told
from ..types import Answer, Exchange
from .conversations import EXCHANGES_KEPT, Conversation, Conversations
from .escaping import well_formed
from .readiness import Readiness
from .rendering import forgotten_html, pending_html, question_html

if TYPE_CHECKING:
    from ..engine import Engine

SUGGESTIONS_SHOWN = 4

# A question answered sooner than this is shown together with its answer, in one step.
PATIENCE_SECONDS = 0.25

Messages = list[dict[str, str]]


class Chat:
    """What the page's events do: ask, ask again on its own, show another conversation."""

    def __init__(
        self,
        engine: Engine,
        readiness: Readiness,
        conversations: Conversations,
        ask: Callable[..., Answer],
    ) -> None:
        """`ask` is the engine's, or counts besides."""
        self._engine = engine
        self._ask_engine = ask
        self._readiness = readiness
        self._conversations = conversations

    async def ask(self, question: str, tab: str) -> AsyncIterator[tuple[Any, Any]]:
        """Answer what was typed: yields the emptied question box and the conversation."""
        question = well_formed(question).strip()
        if not question:
            yield gr.skip(), gr.skip()
            return
        box: Any = ""
        async for messages in self._exchange(self._conversations.of(tab), question, alone=False):
            yield box, messages
            # The next question may be half typed by the time the answer comes.
            box = gr.skip()

    async def ask_suggestion(self, tab: str, selected: gr.SelectData) -> AsyncIterator[Messages]:
        """Answer an example question that was clicked."""
        value = selected.value
        question = well_formed(str(value.get("text", ""))) if isinstance(value, dict) else ""
        if question.strip():
            conversation = self._conversations.of(tab)
            async for messages in self._exchange(conversation, question.strip(), alone=False):
                yield messages

    async def ask_related(self, question: str, tab: str) -> AsyncIterator[Messages]:
        """Answer a related question that was clicked."""
        question = well_formed(question).strip()
        if question:
            conversation = self._conversations.of(tab)
            async for messages in self._exchange(conversation, question, alone=False):
                yield messages

    async def ask_alone(self, tab: str) -> AsyncIterator[Messages]:
        """Ask the latest question again without what it carried over from earlier turns."""
        conversation = self._conversations.of(tab)
        if conversation.shown:
            question = conversation.shown[-1].exchange.question
            async for messages in self._exchange(conversation, question, alone=True):
                yield messages

    async def resume(self, tab: str) -> Any:
        """The conversation that this browser tab had, and examples from the corpus as it is."""
        try:
            questions = await asyncio.to_thread(self._engine.suggestions, SUGGESTIONS_SHOWN)
        except PinciteError:
            # The page is no worse without examples; asking shows the error with its remedy.
            questions = ()
        examples = [{"text": question} for question in questions]
        # Read last, for what an earlier call has read must not take the place of what this one has.
        messages = _messages(self._conversations.of(tab))
        return gr.update(value=messages, examples=examples)

    async def _exchange(
        self, conversation: Conversation, question: str, *, alone: bool
    ) -> AsyncIterator[Messages]:
        working = asyncio.create_task(
            asyncio.to_thread(self._answer, conversation, question, alone)
        )
        done, _ = await asyncio.wait({working}, timeout=PATIENCE_SECONDS)
        if not done:
            message = "Loading the model…" if not self._readiness.is_settled else "Searching…"
            pending = _pair(question_html(question, alone=alone), pending_html(message))
            yield _messages(conversation) + pending
        await working
        yield _messages(conversation)

    def _answer(self, conversation: Conversation, question: str, alone: bool) -> None:
        self._readiness.wait()
        answer, fault = None, None
        try:
            answer = self._ask_engine(question, history=conversation.history, ignore_context=alone)
        except Exception as error:
            fault = told(error)
        asked = datetime.now(UTC).isoformat(timespec="milliseconds")
        # Added here and not by the event: the answer is kept even if the page went away.
        conversation.add(Exchange(0, asked, question, alone, answer, fault))


def _messages(conversation: Conversation) -> Messages:
    messages: Messages = []
    if conversation.has_forgotten:
        messages.append({"role": "assistant", "content": forgotten_html(EXCHANGES_KEPT)})
    for each in conversation.shown:
        messages += _pair(each.question_html, each.answer_html)
    return messages


def _pair(question: str, answer: str) -> Messages:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
