"""Queries of the word encoder and what they find."""

from __future__ import annotations

from collections.abc import Sequence

from word_encoder import MINERALS, WordEncoder

import bot
from bot.embedding.word_pieces import content_words, piece_weights
from bot.retrieval import ranking
from bot.retrieval.queries import Query
from bot.retrieval.search import retrieve
from bot.store import Generation, IndexLayout
from bot.text.terms import terms
from bot.types import Hit


def generation_of(engine: bot.Engine) -> Generation:
    engine.sync()
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def query(text: str, weight: float = 1.0) -> Query:
    (encoded,) = WordEncoder(MINERALS).encode_questions([text])
    rarity = dict.fromkeys(terms(text), 1.0)
    content = tuple(content_words(text, encoded.spans))
    weights = piece_weights(content, len(encoded.spans), rarity)
    return Query(
        encoded, tuple(terms(text)), weights, tuple(rarity.values()), weight, words=content
    )


def found(
    generation: Generation,
    *queries: Query,
    dense_weight: float = 0.6,
    candidates: int = 10,
) -> list[Hit]:
    return retrieve(
        generation,
        queries,
        dense_weight=dense_weight,
        candidates=candidates,
    )


def by_text(hits: Sequence[Hit]) -> dict[str, float]:
    return {hit.passage.text: hit.score for hit in hits}


def evidence_of(hit: Hit) -> tuple[float, ...]:
    assert hit.evidence is not None
    found: tuple[float, ...] = ranking.values_of(hit.evidence)
    return found
