"""The conversations of the people who are chatting, kept on the server and in memory only.

A browser tab names its conversation but never supplies one: what earlier turns said is what was
answered here. Gradio's own session state ends with the page, and Gradio reloads the page whenever
the connection was lost: a laptop that sleeps over lunch would wake up to an empty one.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass

from ..types import Turn

EXCHANGES_KEPT = 30
CONVERSATIONS_KEPT = 500

_TAB_NAME = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, as shown; `reply` is None when there was an error instead."""

    question: str
    question_html: str
    answer_html: str
    reply: str | None


class Conversation:
    """The latest exchanges of one browser tab."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=EXCHANGES_KEPT)
        self.has_forgotten = False

    def add(self, exchange: Exchange) -> None:
        """Append an exchange; beyond `EXCHANGES_KEPT` the oldest goes."""
        self.has_forgotten |= len(self._exchanges) == EXCHANGES_KEPT
        self._exchanges.append(exchange)

    def clear(self) -> None:
        """Forget everything."""
        self._exchanges.clear()
        self.has_forgotten = False

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange that is kept, oldest first."""
        return tuple(self._exchanges)

    @property
    def history(self) -> tuple[Turn, ...]:
        """What the engine may lean on: questions and plain replies, without the errors."""
        return tuple(
            turn
            for exchange in self.exchanges
            if exchange.reply is not None
            for turn in (Turn("user", exchange.question), Turn("assistant", exchange.reply))
        )


class Conversations:
    """Conversations by browser tab, the least recently used forgotten beyond a number."""

    def __init__(self, capacity: int = CONVERSATIONS_KEPT) -> None:
        self._capacity = capacity
        self._by_tab: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, tab: str) -> Conversation:
        """The conversation of a tab, a new one where there is none.

        A tab's name is a secret that its page draws at random. One that could be guessed gets
        a conversation of its own each time, never a shared one.
        """
        if not _TAB_NAME.fullmatch(tab):
            return Conversation()
        with self._lock:
            conversation = self._by_tab.setdefault(tab, Conversation())
            self._by_tab.move_to_end(tab)
            while len(self._by_tab) > self._capacity:
                self._by_tab.popitem(last=False)
            return conversation
