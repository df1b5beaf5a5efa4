"""The texts that an answer highlights."""

from __future__ import annotations

import bot
from bot.types import Answer


def lit_texts(answer: Answer, engine: bot.Engine) -> list[list[str]]:
    return [
        [engine.source(quote.source.id).text[start:end] for start, end in quote.highlights]
        for quote in answer.quotes
    ]


def lit(answer: Answer) -> list[str]:
    return [
        quote.text[start - quote.start : end - quote.start]
        for quote in answer.quotes
        for start, end in quote.highlights
    ]
