"""The operations for programs, as plain JSON values. The interfaces only translate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..export.answer_json import (
    answer_json,
    found_json,
    passage_json,
    source_text_json,
    sources_json,
)
from ..retrieval.filtering import admitted
from ..types import Answer, Order, SourceFilter, Turn

if TYPE_CHECKING:
    from ..engine import Engine


class Service:
    """Answers, sources and passages of one engine."""

    def __init__(self, engine: Engine, ask: Callable[..., Answer] | None = None) -> None:
        """`ask` replaces `Engine.ask`, for example to count questions."""
        self._engine = engine
        self._ask = ask or engine.ask

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int | None = None,
        ignore_context: bool = False,
        only: SourceFilter | None = None,
    ) -> Answer:
        """Calls `Engine.ask`, or its replacement; raises what `Engine.ask` does."""
        return self._ask(question, history=history, k=k, ignore_context=ignore_context, only=only)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int | None = None,
        ignore_context: bool = False,
        only: SourceFilter | None = None,
    ) -> dict[str, Any]:
        """Returns the answer to a question as JSON; raises what `Engine.ask` does."""
        return answer_json(self.answer(question, history, k, ignore_context, only))

    def find(
        self,
        question: str,
        history: Sequence[Turn] = (),
        ignore_context: bool = False,
        only: SourceFilter | None = None,
        order: Order = Order.RELEVANCE,
    ) -> dict[str, Any]:
        """Returns all passages found for a question, by source; raises what `Engine.find` does."""
        return found_json(
            self._engine.find(
                question, history=history, ignore_context=ignore_context, only=only, order=order
            )
        )

    def sources(self, only: SourceFilter | None = None) -> dict[str, Any]:
        """Returns the sources that a filter admits, by path; raises FilterError, and what opening
        does.
        """
        generation = self._engine.live()
        if not only:
            return sources_json(generation.number, generation.summaries())
        found = admitted(only, generation.infos.values())
        listed = (each for each in generation.summaries() if each.info.id in found.ids)
        return sources_json(generation.number, listed, found.applied)

    def source(self, source_id: str) -> dict[str, Any]:
        """Returns a source with its text; raises what `Engine.source` does."""
        return source_text_json(self._engine.source(source_id))

    def passage(self, passage_id: str) -> dict[str, Any]:
        """Returns a passage with its position; raises what `Engine.passage` does."""
        passage = self._engine.passage(passage_id)
        return passage_json(passage, self._engine.source(passage.source_id).info)
