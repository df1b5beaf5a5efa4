"""Which documents a question means that names one: by title, file, publisher or kind."""

from __future__ import annotations

from collections.abc import Iterable

from ..terms import terms
from ..types import SourceInfo

# So much of what a question calls a document, weighed by rarity, must be in what names it.
NAMED = 0.6

# A name that fits more of the documents than this share names none of them.
TELLING = 0.5


def named_documents(name: str, infos: Iterable[SourceInfo]) -> frozenset[str]:
    """The ids of the sources that a name fits best; none where it fits none, or half of them.

    Each word counts by how few of the sources have it in their title, path or publisher.
    """
    asked = set(terms(name))
    described = {info.id: _described(info) for info in infos}
    weights = {
        term: 1 / count
        for term in asked
        if (count := sum(term in own for own in described.values()))
    }
    # A word that names no document says nothing of which one is meant, but makes it less likely.
    total = sum(weights.values()) + (len(asked) - len(weights)) / 2
    if not weights or not total:
        return frozenset()
    fits = {
        id_: sum(weight for term, weight in weights.items() if term in own) / total
        for id_, own in described.items()
    }
    best = max(fits.values())
    found = frozenset(id_ for id_, fit in fits.items() if fit >= best - 1e-9)
    return (
        found if best >= NAMED and len(found) <= max(1, TELLING * len(described)) else frozenset()
    )


def _described(info: SourceInfo) -> frozenset[str]:
    words = " ".join(filter(None, (info.title, info.path, info.publisher)))
    return frozenset(terms(words.replace("/", " ").replace("_", " ").replace("-", " ")))
