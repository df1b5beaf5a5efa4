"""The generation, passages and quotes of an engine."""

from __future__ import annotations

import bot
from bot.store import Generation, IndexLayout


def generation_of(engine: bot.Engine) -> Generation:
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def passages_of(engine: bot.Engine) -> list[str]:
    generation = generation_of(engine)
    return [p.text for p in generation.passages(range(len(generation))).values()]


def quoted(engine: bot.Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, k=100).quotes]
