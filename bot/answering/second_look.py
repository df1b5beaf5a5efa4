"""Reranks the first passages: the cross-encoder reads each together with the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TypeAlias

from ..embedding.cross_encoder import CrossEncoder
from ..retrieval.ranking import joined, logit_of, sigmoid
from ..retrieval.reranking import CrossEncoderReranker, reranked
from ..retrieval.search import context_of
from ..settings import DEFAULT, NONE, Settings
from ..store import GenerationReader
from ..types import Encoder, Hit, Relevance, Reranker
from .prepared_question import PreparedQuestion

# Reranks the hits of a question.
SecondLook: TypeAlias = Callable[[GenerationReader, PreparedQuestion, Sequence[Hit]], list[Hit]]

# Passages to read. Reading twice as many ranks hardly more right ones first, and takes twice as
# long.
READ = 4

# The separator of title and headings in the cross-encoder's training data.
BETWEEN = " > "

# The language of the packaged cross-encoder.
LANGUAGE = "en"


def second_look(settings: Settings, encoder: Encoder) -> SecondLook | None:
    """Returns the reranking step for these settings; None if they turn it off.

    The packaged cross-encoder works only with the packaged model, to whose ranking it was fitted.
    """
    name = settings.cross_encoder
    if name == NONE:
        return None
    if name == DEFAULT:
        return partial(_by_the_packaged_one, encoder)
    return partial(_by_another, _named(name, settings.device.partition(",")[0]))


@lru_cache(maxsize=1)
def _named(name: str, device: str) -> Reranker:
    """Returns the cross-encoder of a name, and caches it for the next question."""
    return CrossEncoderReranker(name, device)


def load(settings: Settings, encoder: Encoder) -> None:
    """Loads the packaged cross-encoder if the settings use it."""
    if settings.cross_encoder == DEFAULT and _goes_with(encoder):
        CrossEncoder.shipped().read("", [("", "")])


def _goes_with(encoder: Encoder) -> bool:
    return encoder.fingerprint == CrossEncoder.shipped().encoder


def _by_the_packaged_one(
    encoder: Encoder, generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> list[Hit]:
    return rerank_first(generation, asked, hits) if _goes_with(encoder) else list(hits)


def _by_another(
    reranker: Reranker, generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> list[Hit]:
    return reranked(hits, asked.phrasing.corrected, reranker)


def rerank_first(
    generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> list[Hit]:
    """Reads the first hits with the cross-encoder and reranks them ahead of the others.

    If it cannot read one of them, the order stays unchanged.
    """
    first = hits[:READ]
    if not all(readable(generation, hit) for hit in first):
        return list(hits)
    found = relevances(generation, asked, first)
    logits = joined([logit_of(hit.score) for hit in first], [one.logit for one in found])
    read = [
        replace(hit, relevance=relevance, score=sigmoid(logit))
        for hit, relevance, logit in zip(first, found, logits, strict=True)
    ]
    return [*sorted(read, key=lambda hit: (-hit.score, hit.row)), *_behind(hits[READ:], read)]


def readable(generation: GenerationReader, hit: Hit) -> bool:
    """Whether the cross-encoder can read a passage.

    It skips passages in other languages than English, and those found through an approved question.
    """
    if hit.evidence and hit.evidence.by_words:
        return False
    language = generation.infos[hit.passage.source_id].language
    return hit.via is None and language in (None, LANGUAGE)


def relevances(
    generation: GenerationReader, asked: PreparedQuestion, hits: Sequence[Hit]
) -> list[Relevance]:
    """Returns the cross-encoder's results for passages, each read with its title and headings."""
    passages = [
        (BETWEEN.join(context_of(generation, hit.passage)), hit.passage.text) for hit in hits
    ]
    return CrossEncoder.shipped().read(asked.whole, passages)


def _behind(hits: Sequence[Hit], read: Sequence[Hit]) -> list[Hit]:
    """Returns the other hits in order, with scores no higher than those of the hits read."""
    least = min((hit.score for hit in read), default=1.0)
    return [replace(hit, score=min(least, hit.score)) for hit in hits]
