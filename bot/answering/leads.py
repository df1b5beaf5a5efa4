"""What a whole collection is about: how each of its documents begins.

A sentence near the middle of all others says little of a collection of many things; the one by
which each document opens says more of what it is about.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..store import GenerationReader
from ..types import Vectors
from .overview import KeySentence, beginnings, of_corpus, stated

# So many documents are named; of more, those that are most unlike each other.
MOST_DOCUMENTS = 16


def of_all(generation: GenerationReader, leave: Collection[str] = ()) -> list[KeySentence]:
    """The first sentence of each document; the key sentences of a single one.

    None is of the passages whose ids are to be left out.
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
    """Places of the vectors that are most unlike each other, in their order."""
    if len(vectors) <= MOST_DOCUMENTS:
        return list(range(len(vectors)))
    chosen = [int((vectors @ vectors.mean(axis=0)).argmax())]
    likest = np.full(len(vectors), -1.0, dtype=np.float32)
    while len(chosen) < MOST_DOCUMENTS:
        likest = np.maximum(likest, vectors @ vectors[chosen[-1]])
        likest[chosen] = np.inf
        chosen.append(int(likest.argmin()))
    return sorted(chosen)
