"""Drafts a question file from the questions and headings of the corpus.

Nothing is invented: a question is a line of a source, and the expected text is the start of the
text that follows it. A person should read the draft, reword the questions as readers would ask
them, and add some that the corpus does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from ..retrieval.suggestions import askable
from ..store import GenerationReader
from ..text.sentences import sentences
from ..text.terms import terms
from ..types import Block, BlockKind, Passage, Source

# Limits of an expected text in characters: long enough to be unique, short enough to read.
SHORTEST, LONGEST = 24, 100

# A heading of one word ("Summary") is not a question.
TERMS_OF_A_HEADING = 2

# A text in more passages than this does not identify an answer.
COMMON = 3

# A label that numbers an answer in its document, without content.
ANSWER_MARK = re.compile(r"(?:A|Answer) ?\d*[:.)]\s+")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question, its expected texts (one is enough), and the paths of the sources that contain
    one.
    """

    question: str
    expect: tuple[str, ...]
    sources: tuple[str, ...]


def draft(generation: GenerationReader, count: int) -> list[Drafted]:
    """Drafts up to `count` questions, taking sources in turn; an index always gives the same ones.

    In each source its own questions come first, then its headings.
    """
    passages = {
        summary.info.id: [passage for _, passage in generation.passages_of(summary.info.id)]
        for summary in generation.summaries()
    }
    paths = {id_: generation.infos[id_].path for id_ in passages}
    places = [(paths[id_], passage) for id_, found in passages.items() for passage in found]
    by_source = [list(_pairs(generation.source(id_), found)) for id_, found in passages.items()]
    merged: dict[str, tuple[str, dict[str, None]]] = {}
    for turn in zip_longest(*by_source):
        for question, expected in filter(None, turn):
            # Two sources may answer the same question in different words.
            merged.setdefault(question.casefold(), (question, {}))[1][expected] = None
    found = (_drafted(question, tuple(expect), places) for question, expect in merged.values())
    return [drafted for drafted in found if drafted is not None][:count]


def drafted_json(drafted: Sequence[Drafted]) -> Iterator[dict[str, Any]]:
    """Yields the lines of a question file."""
    for number, item in enumerate(drafted, start=1):
        yield {
            "id": f"d{number:02d}",
            "question": item.question,
            "expect": item.expect[0] if len(item.expect) == 1 else list(item.expect),
            "source": item.sources[0] if len(item.sources) == 1 else list(item.sources),
        }


def _drafted(
    question: str, expect: tuple[str, ...], places: Sequence[tuple[str, Passage]]
) -> Drafted | None:
    distinct: list[str] = []
    sources: dict[str, None] = {}
    for text in expect:
        found = [path for path, passage in places if text in passage.text]
        if len(found) <= COMMON:
            distinct.append(text)
            sources.update(dict.fromkeys(found))
    return Drafted(question, tuple(distinct), tuple(sources)) if distinct else None


def _pairs(source: Source, passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """Yields the questions and then the headings of a source, each with its expected text."""
    blocks = [block for block in source.blocks if block.skipped is None]
    following = list(pairwise(blocks))
    for kind in (BlockKind.QUESTION, BlockKind.HEADING):
        for block, after in following:
            question = askable(source, block) if block.kind is kind else None
            if question is None or after.kind in (BlockKind.QUESTION, BlockKind.HEADING):
                continue
            if kind is BlockKind.HEADING and not _asks(question, source):
                continue
            expected = _beginning(source, after, passages)
            if expected is not None and expected not in question:
                yield question, expected


def _asks(heading: str, source: Source) -> bool:
    """Whether a heading asks about a part of its source; a title names the whole source."""
    is_title = heading.casefold() == source.info.title.casefold()
    return not is_title and len(set(terms(heading))) >= TERMS_OF_A_HEADING


def _beginning(source: Source, block: Block, passages: Sequence[Passage]) -> str | None:
    """Returns the first sentence of a block, or a short start of it; None if there is neither."""
    passage = next((item for item in passages if item.start <= block.start < item.end), None)
    if passage is None:
        return None
    end = min(block.end, passage.end)
    mark = ANSWER_MARK.match(source.text, block.start, end)
    start = mark.end() if mark else block.start
    limit = min(end, start + LONGEST)
    ends = [stop for _, stop in sentences(source.text, start, end, source.info.language)]
    fitting = [stop for stop in ends if start + SHORTEST <= stop <= limit]
    if fitting:
        return source.text[start : fitting[0]]
    text = source.text[start:limit]
    if limit < end and not source.text[limit].isspace():
        # Don't cut within a word, in languages that put spaces between words.
        text = text.rsplit(None, 1)[0]
    return text.rstrip() if len(text.rstrip()) >= SHORTEST else None
