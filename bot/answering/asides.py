"""Ranks what a document does not show, and what reviewers say of it, below its own text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..ranking import unsquashed
from ..store import GenerationReader
from ..types import COMMENTS, Hit, Passage

# Passages that are compared with each other, how alike two are that tell of the same, and up to
# which lead of its logit a passage gives way.
COMPARED = 20
ALIKE = 0.6
LEAD = 1.0

_HIDDEN = re.compile(r"hidden (?:sheet|slide) .*|[^–]*, hidden rows? \d+(?:–\d+)?", re.DOTALL)


def is_aside(passage: Passage) -> bool:
    """Whether a passage is hidden in its document, or a comment on it."""
    is_comment = bool(passage.section) and passage.section[-1] == COMMENTS
    return is_comment or _HIDDEN.fullmatch(passage.locator) is not None


def asides_below(generation: GenerationReader, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, in which each aside comes after a text that tells of the same about as well."""
    first = list(hits[:COMPARED])
    asides = [is_aside(hit.passage) for hit in first]
    if not any(asides) or all(asides):
        return list(hits)
    vectors = generation.vectors([hit.row for hit in first])
    likeness = (vectors @ vectors.T).tolist()
    scores = [hit.score for hit in first]
    for at, hit in enumerate(first):
        texts = (other for other in range(len(first)) if not asides[other])
        rival = next((other for other in texts if likeness[at][other] >= ALIKE), at)
        lead = unsquashed(hit.score) - unsquashed(first[rival].score)
        if asides[at] and 0 <= lead <= LEAD:
            scores[at] = first[rival].score
    order = sorted(range(len(first)), key=lambda at: (-scores[at], asides[at], at))
    return [*(replace(first[at], score=scores[at]) for at in order), *hits[COMPARED:]]
