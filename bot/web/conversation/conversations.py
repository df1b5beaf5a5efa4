"""The conversations of the people who are chatting, kept on the server in memory only.

A browser tab names its conversation and keeps a copy, from which it is restored after the server
was restarted. Gradio's own session state ends with the page, and Gradio reloads the page whenever
the connection was lost: a laptop that sleeps over lunch would wake up to an empty one.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...types import Exchange, Turn
from ..rendering.answers import answer_html, fault_html, plain_reply, question_html
from ..rendering.languages import Language

EXCHANGES_KEPT = 30
CONVERSATIONS_KEPT = 500

_RANDOM_NAME = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange as the chat shows it."""

    exchange: Exchange
    key: str = ""
    _drawn: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def reply(self) -> str | None:
        """The answer as plain text; None when there was an error instead."""
        return None if self.exchange.answer is None else plain_reply(self.exchange.answer)

    def html(self, language: Language) -> tuple[str, str]:
        """The question and the answer, or what went wrong with it, drawn once in a language."""
        if language.code not in self._drawn:
            self._drawn[language.code] = self._draw(language)
        return self._drawn[language.code]

    def _draw(self, language: Language) -> tuple[str, str]:
        one = self.exchange
        question = question_html(one.question, language, alone=one.alone)
        if one.answer is None:
            return question, fault_html(one.fault or "", language)
        return question, answer_html(one.answer, language, one.number)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question under the key that its page drew for it.

    `only` is a filter of sources in JSON, or "" for all of them.
    """

    key: str
    question: str
    alone: bool = False
    only: str = ""


class Conversation:
    """The latest exchanges of one browser tab, and its questions that have no answer yet.

    `under_way` holds these by key, in their order, with the task that answers each. The task whose
    turn it is holds `turn`.
    """

    def __init__(self) -> None:
        self._shown: deque[Shown] = deque(maxlen=EXCHANGES_KEPT)
        self._lock = threading.Lock()
        self.under_way: dict[str, tuple[Asked, asyncio.Task[Shown]]] = {}
        self.turn = asyncio.Lock()

    def add(self, exchange: Exchange, key: str = "") -> Shown:
        """Append an exchange under the next number; beyond `EXCHANGES_KEPT` the oldest goes."""
        with self._lock:
            shown = Shown(replace(exchange, number=self.next_number), key)
            self._shown.append(shown)
            return shown

    def restore(self, exchanges: Iterable[Exchange]) -> None:
        """Fill an empty conversation; one that goes on here already knows better."""
        with self._lock:
            if not self._shown:
                self._shown.extend(map(Shown, exchanges))

    def exchange(self, number: int) -> Exchange | None:
        """The exchange with a number; None for one that is not kept."""
        kept = (shown.exchange for shown in self.shown)
        return next((exchange for exchange in kept if exchange.number == number), None)

    @property
    def next_number(self) -> int:
        """The number of the exchange that comes next, counted from 0."""
        return self._shown[-1].exchange.number + 1 if self._shown else 0

    @property
    def has_forgotten(self) -> bool:
        """Whether exchanges before the first that is kept are gone from here."""
        return bool(self._shown) and self._shown[0].exchange.number > 0

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Every exchange that is kept, oldest first."""
        return tuple(self._shown)

    @property
    def history(self) -> tuple[Turn, ...]:
        """What the engine may lean on: questions and plain replies, without the errors."""
        return tuple(
            turn
            for shown in self.shown
            if shown.reply is not None
            for turn in (Turn("user", shown.exchange.question), Turn("assistant", shown.reply))
        )


class Conversations:
    """Conversations by browser tab, the least recently used forgotten beyond a number."""

    def __init__(self, capacity: int = CONVERSATIONS_KEPT) -> None:
        self._capacity = capacity
        self._by_tab: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, tab: str | None) -> Conversation:
        """The conversation of a tab, a new one where there is none.

        A tab's name is a secret that its page draws at random. One that could be guessed gets
        a conversation of its own each time, never a shared one.
        """
        if tab is None or not _RANDOM_NAME.fullmatch(tab):
            return Conversation()
        with self._lock:
            conversation = self._by_tab.setdefault(tab, Conversation())
            self._by_tab.move_to_end(tab)
            while len(self._by_tab) > self._capacity:
                self._by_tab.popitem(last=False)
            return conversation

    def forget(self, tab: str) -> None:
        """Drop the conversation of a tab, if there is one."""
        with self._lock:
            self._by_tab.pop(tab, None)
