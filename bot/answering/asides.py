"""Ranks hidden parts of a document, and comments on it, below the document's own text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..retrieval.ranking import logit_of
from ..store import GenerationReader
from ..types import COMMENTS, Hit, Passage

# How many passages are compared with each other, the cosine from which two say the same, and by how
# many logits an aside may lead such a text and still be ranked below it.
COMPARED = 20
ALIKE = 0.6
LEAD = 1.0

_HIDDEN = re.compile(r"hidden (?:sheet|slide) .*|[^–]*, hidden rows? \d+(?:–\d+)?", re.DOTALL)


def is_aside(passage: Passage) -> bool:
    """Whether a passage is hidden in its document, or a comment on it."""
    is_comment = bool(passage.section) and passage.section[-1] == COMMENTS
    return is_comment or _HIDDEN.fullmatch(passage.locator) is not None


def asides_below(generation: GenerationReader, hits: Sequence[Hit]) -> list[Hit]:
    """Returns the hits with each aside placed after a text that says the same about as well."""
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
        lead = logit_of(hit.score) - logit_of(first[rival].score)
        if asides[at] and 0 <= lead <= LEAD:
            scores[at] = first[rival].score
    order = sorted(range(len(first)), key=lambda at: (-scores[at], asides[at], at))
    return [*(replace(first[at], score=scores[at]) for at in order), *hits[COMPARED:]]
