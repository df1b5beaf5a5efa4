"""Which documents a question means that names one: by title, file, publisher or kind."""

from __future__ import annotations

from collections.abc import Iterable

from ..reading.approved import is_approved_questions
from ..terms import terms
from ..types import SourceInfo

# So much of what a question calls a document, weighed by rarity, must be in what names it.
NAMED = 0.7

# A name that fits more of the documents than this share names none of them.
TELLING, MOST = 0.5, 10


def named_documents(name: str, infos: Iterable[SourceInfo]) -> frozenset[str]:
    """The ids of the sources that a name fits best; none where it fits none, or half of them.

    Each word counts by how few of the sources have it in their title, path or publisher.
    """
    asked = set(terms(name))
    described = {
        info.id: _described(info) for info in infos if not is_approved_questions(info.path)
    }
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
    figures = {term for term in asked if any(map(str.isdigit, term))}
    found = frozenset(id_ for id_, fit in fits.items() if fit >= best - 1e-9)
    has_figures = all(figures <= described[id_] for id_ in found)
    is_telling = len(found) <= max(1, min(MOST, TELLING * len(described)))
    return found if best >= NAMED and has_figures and is_telling else frozenset()


def _described(info: SourceInfo) -> frozenset[str]:
    words = " ".join(filter(None, (info.title, info.path, info.publisher)))
    return frozenset(terms(words.replace("/", " ").replace("_", " ").replace("-", " ")))
