"""What the events of the conversation do, each answered from state that the server keeps.

A page sends plain text only: what was typed, and the name of its conversation.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..contract import filter_from_text, filter_json
from ..errors import PinciteError
from ..programs.faults import told
from ..types import Answer, Exchange
from .conversations import EXCHANGES_KEPT, Conversation, Conversations, random_name
from .escaping import well_formed
from .languages import Language, chosen
from .readiness import Readiness
from .rendering import forgotten_html, pending_html, question_html

if TYPE_CHECKING:
    from ..engine import Engine

CONCURRENT_QUESTIONS = 8
SUGGESTIONS_SHOWN = 4

# A question answered sooner than this is shown together with its answer, in one step.
PATIENCE_SECONDS = 0.25

# Pages of which it is known what they show; what one more has asked is drawn whatever it shows.
PAGES_KNOWN = 1000

# Questions that are not asked once more when a page, which got no answer, sends them again.
QUESTIONS_KNOWN = 1000

Messages = list[dict[str, str]]


class Chat:
    """What the page's events do: ask, ask again on its own, show another conversation."""

    def __init__(
        self,
        engine: Engine,
        readiness: Readiness,
        conversations: Conversations,
        ask: Callable[..., Answer],
        threads: ThreadPoolExecutor,
    ) -> None:
        """`ask` is the engine's, or counts besides; it is called in `threads`.

        Their own, for whoever only wants to see a conversation is not to wait for answers.
        """
        self._engine = engine
        self._ask_engine = ask
        self._readiness = readiness
        self._conversations = conversations
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._asked: OrderedDict[int, asyncio.Future[None]] = OrderedDict()
        self._threads = threads

    async def ask(
        self, question: str, key: str, only: str, tab: str, request: gr.Request
    ) -> AsyncIterator[Any]:
        """Answer a question: yields the conversation. Under one `key` it is asked but once.

        `only` is a filter of sources in JSON, or "" for all of them.
        """
        view = self._asking_view(tab, request)
        asked = _Asked(well_formed(question).strip(), random_name(key), only=only)
        async for messages in self._exchange(view, asked):
            yield messages

    async def ask_alone(self, key: str, tab: str, request: gr.Request) -> AsyncIterator[Any]:
        """Ask the latest question again without what it carried over from earlier turns."""
        view = self._asking_view(tab, request)
        shown = view.conversation.shown
        latest = shown[-1].exchange if shown else None
        applied = latest.answer.filter if latest and latest.answer else None
        asked = _Asked(
            latest.question if latest else "",
            random_name(key),
            alone=True,
            only=json.dumps(filter_json(applied.only)) if applied else "",
        )
        async for messages in self._exchange(view, asked):
            yield messages

    async def resume(self, tab: str, request: gr.Request) -> Any:
        """The conversation that this browser tab had, and examples from the corpus as it is."""
        view = self._view(tab, request)
        try:
            questions = await asyncio.to_thread(self._engine.suggestions, SUGGESTIONS_SHOWN)
        except PinciteError:
            # The page is no worse without examples; asking shows the error with its remedy.
            questions = ()
        examples = [{"text": question} for question in questions]
        # Read last, for what an earlier call has read must not take the place of what this one has.
        messages = await asyncio.to_thread(view.messages)
        return gr.skip() if view.left.is_set() else gr.update(value=messages, examples=examples)

    def _view(self, tab: str, request: gr.Request) -> _View:
        """What a page shows from now on."""
        # Of names that a client sends, however long, a number is kept.
        name, showing = hash(request.session_hash), hash(tab)
        page = self._pages.get(name)
        if page is None or page.showing != showing:
            if page is not None:
                page.left.set()
            page = self._pages[name] = _Page(showing)
        self._pages.move_to_end(name)
        if len(self._pages) > PAGES_KNOWN:
            self._pages.popitem(last=False)
        return _View(tab, self._conversations.of(tab), chosen(request.headers), page.left)

    def _asking_view(self, tab: str, request: gr.Request) -> _View:
        """What a page shows that asks in a conversation, unless it shows another one.

        Gradio may begin with a question late, when its reader has turned to another conversation.
        """
        page = self._pages.get(hash(request.session_hash))
        if page is None or page.showing == hash(tab):
            return self._view(tab, request)
        left = asyncio.Event()
        left.set()
        return _View(tab, self._conversations.of(tab), chosen(request.headers), left)

    async def _exchange(self, view: _View, asked: _Asked) -> AsyncIterator[Any]:
        """The conversation with the question, until the page turns to another.

        It is answered all the same, but waited for no longer: Gradio would let the page ask
        nothing meanwhile.
        """
        if not asked.question:
            yield gr.skip()
            return
        working = self._working(view, asked)
        leaving = asyncio.create_task(view.left.wait())
        try:
            if not await _first_of(working, leaving, timeout=PATIENCE_SECONDS):
                message = "Loading the model…" if not self._readiness.is_settled else "Searching…"
                pending = pending_html(view.language.say(message))
                yield view.messages() + _pair(asked.html(view.language), pending)
                await _first_of(working, leaving)
            if view.left.is_set():
                # Or Gradio would draw once more what it was given last.
                yield gr.skip()
            else:
                await working
                yield view.messages()
        finally:
            leaving.cancel()

    def _working(self, view: _View, asked: _Asked) -> asyncio.Future[None]:
        name = hash((view.tab, asked.key))
        known = self._asked.get(name) if asked.key else None
        if known is not None and not _has_failed(known):
            return known
        loop = asyncio.get_running_loop()
        working = loop.run_in_executor(self._threads, self._answer, view, asked)
        if asked.key:
            self._asked[name] = working
        if len(self._asked) > QUESTIONS_KNOWN:
            self._asked.popitem(last=False)
        return working

    def _answer(self, view: _View, asked: _Asked) -> None:
        question, alone = asked.question, asked.alone
        answer, fault = None, None
        try:
            self._readiness.wait()
            history, only = view.conversation.history, filter_from_text(asked.only)
            answer = self._ask_engine(question, history=history, ignore_context=alone, only=only)
        except Exception as error:
            fault = told(error)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        # Added here and not by the event: the answer is kept even if the page went away.
        exchange = Exchange(0, moment, question, alone, answer, fault)
        view.conversation.add(exchange, asked.key)
        # Drawn here once, and not in the loop in which everybody's events wait.
        view.messages()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question under the key by which its page sends it, again if need be; or under none.

    `only` is the filter of sources that it is asked with, as the page has sent it.
    """

    question: str
    key: str
    alone: bool = False
    only: str = ""

    def html(self, language: Language) -> str:
        return question_html(self.question, language, self.key, alone=self.alone)


@dataclass(frozen=True, slots=True)
class _Page:
    """Which conversation a page shows, and whether it has turned to another since."""

    showing: int
    left: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class _View:
    """A conversation as one page shows it, until that has `left` it."""

    tab: str
    conversation: Conversation
    language: Language
    left: asyncio.Event

    def messages(self) -> Messages:
        messages: Messages = []
        if self.conversation.has_forgotten:
            forgotten = forgotten_html(EXCHANGES_KEPT, self.language)
            messages.append({"role": "assistant", "content": forgotten})
        for each in self.conversation.shown:
            messages += _pair(*each.html(self.language))
        return messages


async def _first_of(*tasks: asyncio.Future[Any], timeout: float | None = None) -> bool:
    """Whether one of the tasks is done within so many seconds."""
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


def _has_failed(task: asyncio.Future[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _pair(question: str, answer: str) -> Messages:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
