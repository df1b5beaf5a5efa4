"""Shows what a whole collection is about: the first sentence of each document.

In a collection of many topics, a sentence near the centroid says little. The sentence that opens
each document says more about it.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..store import GenerationReader
from ..types import Vectors
from .overview import KeySentence, beginnings, of_corpus, stated

# The most documents to show. Of more, those that differ most from each other are chosen.
MOST_DOCUMENTS = 16


def of_all(generation: GenerationReader, leave: Collection[str] = ()) -> list[KeySentence]:
    """Returns the first sentence of each document, or the key sentences of a single document.

    Skips the passages whose ids are in `leave`.
    """
    if len(generation.infos) == 1:
        return of_corpus(generation, leave)
    kept = [hit for hit in beginnings(generation) if hit.passage.id not in leave]
    found, vectors = stated(generation, kept)
    first: dict[str, int] = {}
    for at, one in enumerate(found):
        first.setdefault(one.hit.passage.source_id, at)
    leads = sorted(first.values(), key=lambda at: _path(generation, found[at]))
    return [found[leads[place]] for place in _unlike(vectors[leads])]


def _path(generation: GenerationReader, sentence: KeySentence) -> str:
    return generation.infos[sentence.hit.passage.source_id].path


def _unlike(vectors: Vectors) -> list[int]:
    """Returns the places of the vectors that differ most from each other, in ascending order."""
    if len(vectors) <= MOST_DOCUMENTS:
        return list(range(len(vectors)))
    chosen = [int((vectors @ vectors.mean(axis=0)).argmax())]
    likest = np.full(len(vectors), -1.0, dtype=np.float32)
    while len(chosen) < MOST_DOCUMENTS:
        likest = np.maximum(likest, vectors @ vectors[chosen[-1]])
        likest[chosen] = np.inf
        chosen.append(int(likest.argmin()))
    return sorted(chosen)
