"""Quotes about the launch of a dialogue."""

from __future__ import annotations

from dataclasses import replace

from web_fakes import make_info, make_quote, make_source, span_of

from bot.types import Quote

LAUNCH = "It began on 8 February 2024. Five countries take part: Ore, Tin, Zinc and two more."


def quote_of(text: str, rank: int, lit: str, words: str = "", source: str = "a") -> Quote:
    """A quote that is all of a source."""
    whole = make_source(make_info(source, source.upper()), text)
    made = make_quote(whole, rank, (0, len(text)), span_of(text, lit))
    return replace(made, answer=span_of(text, words) if words else None)
