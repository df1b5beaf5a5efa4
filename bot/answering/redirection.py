"""Approved questions lead to the passage that somebody approved as their answer.

They are found like passages, and are never shown: the passage stands in their place, for as long
as it stands in its source as it did when it was approved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..errors import IndexDamaged, SourceUnknown
from ..phrasing import contains
from ..reading.approved import (
    ApprovedQuestion,
    approved_at,
    is_approved_questions,
    sha256_of,
)
from ..store import GenerationReader
from ..types import Hit, Passage, SourceInfo, Vectors

# The cosine from which a question is taken for the one that was approved. Of the packaged model
# most rewordings have more; two questions that differ in one common word may have as much.
ALIKE = 0.7


def redirected(
    generation: GenerationReader, hits: Sequence[Hit], question: Vectors, phrases: Sequence[str]
) -> list[Hit]:
    """Hits with the approved passages in the place of approved questions, best first.

    `question` is its vector; passages without one of the `phrases` are not what was asked for.
    """
    asked = [hit for hit in hits if _is_question(generation, hit)]
    if not asked:
        return list(hits)
    found = {hit.row: hit for hit in hits if not _is_question(generation, hit)}
    cosines = generation.vectors([hit.row for hit in asked]) @ question
    for hit, cosine in zip(asked, cosines.tolist(), strict=True):
        place = _approved(generation, hit.passage) if cosine >= ALIKE else None
        if place is None or not all(contains(place[1].text, phrase) for phrase in phrases):
            continue
        row, passage = place
        own = found.get(row)
        if own is None:
            dense = float((generation.vectors([row]) @ question)[0])
            own = Hit(row, passage, dense=dense, lexical=0.0, score=0.0)
        if own.via is None:
            found[row] = replace(own, score=max(own.score, hit.score), via=hit)
    return sorted(found.values(), key=lambda hit: (-hit.score, hit.row))


def approved_source(
    infos: Iterable[SourceInfo], text_of: Callable[[str], str], approved: ApprovedQuestion
) -> SourceInfo | None:
    """The source in which an approved passage still stands; None where it has gone.

    `text_of` gives the text of a source by its id.
    """
    same = [info for info in infos if info.sha256 == approved.sha256]
    for info in sorted(same, key=lambda info: (info.path != approved.source, info.path)):
        if is_approved_questions(info.path):
            continue
        try:
            text = text_of(info.id)
        except (IndexDamaged, SourceUnknown):
            continue
        if sha256_of(text[approved.start : approved.end]) == approved.passage_sha256:
            return info
    return None


def _is_question(generation: GenerationReader, hit: Hit) -> bool:
    return is_approved_questions(generation.infos[hit.passage.source_id].path)


def _approved(generation: GenerationReader, question: Passage) -> tuple[int, Passage] | None:
    """The row and the passage that were approved for a question; None where it has gone."""
    try:
        approved = approved_at(generation.source(question.source_id), question.start)
    except IndexDamaged:
        return None
    info = (
        approved_source(generation.infos.values(), generation.text, approved) if approved else None
    )
    if approved is None or info is None:
        return None
    rows = sorted(generation.searched(info.id))

    def start(row: int) -> int:
        return generation.passages([row])[row].start

    # After a change of their size the passages are others than at the time: the one where it began.
    place = bisect_right(rows, approved.start, key=start) - 1
    if place < 0:
        return None
    passage = generation.passages([rows[place]])[rows[place]]
    return (rows[place], passage) if approved.start < passage.end else None
