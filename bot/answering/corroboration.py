"""Near-identical passages of several sources are shown once, with all their citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..terms import terms
from ..types import Hit

SHINGLE_TERMS = 3
# Nothing that a reader could miss is hidden: nearly all of it is in the passage that is shown.
CONTAINED = 0.8

# One of these can turn a statement round, and terms leave "not" out.
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
NEGATION = re.compile(r"\b(?:not?|never|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Gist:
    """What is compared of a passage."""

    shingles: frozenset[tuple[str, ...]]
    figures: frozenset[str]
    negations: int


def corroborate(hits: Sequence[Hit], count: int) -> list[tuple[Hit, ...]]:
    """Up to `count` groups in rank order: the passage to show, then those that repeat it."""
    groups: list[list[Hit]] = []
    shown: list[_Gist] = []
    for hit in hits:
        gist = _gist(hit.passage.text)
        home = next((at for at, other in enumerate(shown) if _repeats(gist, other)), None)
        if home is not None:
            groups[home].append(hit)
        elif len(groups) < count:
            groups.append([hit])
            shown.append(gist)
    return [tuple(group) for group in groups]


def _gist(text: str) -> _Gist:
    found = terms(text)
    width = min(SHINGLE_TERMS, len(found)) or 1
    return _Gist(
        shingles=frozenset(tuple(found[at : at + width]) for at in range(len(found) - width + 1)),
        figures=frozenset(FIGURE.findall(text)),
        negations=len(NEGATION.findall(text)),
    )


def _repeats(part: _Gist, whole: _Gist) -> bool:
    """Whether nearly all of a passage is in another, with no figure or negation to set it apart."""
    return (
        bool(part.shingles)
        and len(part.shingles & whole.shingles) >= CONTAINED * len(part.shingles)
        and part.figures <= whole.figures
        and part.negations == whole.negations
    )
