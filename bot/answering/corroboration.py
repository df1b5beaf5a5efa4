"""Near-identical passages of several sources are shown once, with all their citations."""

from __future__ import annotations

from collections.abc import Sequence

from ..terms import terms
from ..types import Hit

SHINGLE_TERMS = 3
# Nothing that a reader could miss is hidden: nearly all of it is in the passage that is shown.
CONTAINED = 0.8


def corroborate(hits: Sequence[Hit], count: int) -> list[tuple[Hit, ...]]:
    """Up to `count` groups in rank order: the passage to show, then those that repeat it."""
    groups: list[list[Hit]] = []
    shown: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        shingles = _shingles(hit.passage.text)
        home = next((at for at, of in enumerate(shown) if _is_contained(shingles, of)), None)
        if home is not None:
            groups[home].append(hit)
        elif len(groups) < count:
            groups.append([hit])
            shown.append(shingles)
    return [tuple(group) for group in groups]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = terms(text)
    width = min(SHINGLE_TERMS, len(found)) or 1
    return frozenset(tuple(found[at : at + width]) for at in range(len(found) - width + 1))


def _is_contained(part: frozenset[tuple[str, ...]], whole: frozenset[tuple[str, ...]]) -> bool:
    return bool(part) and len(part & whole) >= CONTAINED * len(part)
