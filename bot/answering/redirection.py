"""Replaces approved questions among the hits by the passages approved as their answers.

The search finds approved questions like passages, but they are never shown. The approved passage
replaces its question as long as the source still contains it unchanged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..errors import IndexDamaged, SourceUnknown
from ..reading.formats.approved import (
    ApprovedQuestion,
    approved_at,
    is_approved_questions,
    sha256_of,
)
from ..store import GenerationReader
from ..text.rewriting import contains
from ..types import Hit, Passage, SourceInfo, Vectors

# The cosine from which a question counts as the approved one. With the packaged model, most
# rewordings have more, but so may two questions that differ in one common word.
ALIKE = 0.7


def replace_approved(
    generation: GenerationReader, hits: Sequence[Hit], question: Vectors, phrases: Sequence[str]
) -> list[Hit]:
    """Returns the hits with approved passages in place of approved questions, best first.

    `question` is the question's vector. Passages without all `phrases` are left out.
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
    """Returns the source that still contains an approved passage; None if the passage is gone.

    `text_of` returns the text of a source, given its id.
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
    """Returns the row and the passage approved for a question; None if the passage is gone."""
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

    # The passage size may have changed since: take the passage that contains the approved start.
    place = bisect_right(rows, approved.start, key=start) - 1
    if place < 0:
        return None
    passage = generation.passages([rows[place]])[rows[place]]
    return (rows[place], passage) if approved.start < passage.end else None
