"""How much of a question a text covers, each term counting by how rare it is in the corpus."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence


def rarity(
    terms: Collection[str], document_frequency: Callable[[str], int], documents: int
) -> dict[str, float]:
    """The inverse document frequency of each term, as BM25 defines it (Robertson and Zaragoza
    2009); a term that no passage has weighs most.
    """
    weights = {}
    for term in terms:
        frequency = document_frequency(term)
        weights[term] = math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
    return weights


def coverage(weights: Mapping[str, float], found: Collection[str]) -> float:
    """The share in [0, 1] of the question's weight that is found; 0 for a question of no terms."""
    total = sum(weights.values())
    return sum(weights[term] for term in weights if term in found) / total if total else 0.0


def best(scores: Sequence[float]) -> int:
    """The place of the highest score, the first of equals."""
    return max(range(len(scores)), key=lambda place: (scores[place], -place))
