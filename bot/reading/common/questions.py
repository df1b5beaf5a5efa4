"""Marks blocks that ask a question which the next block answers, as in an FAQ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ...types import Block, BlockKind
from .prose import ends_question, list_marker

_LONGEST_QUESTION = 300
_OF_LINES = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_ASKS = re.compile(
    r"\s*\W{0,3}(?:q|question|f|frage|p|pregunta|question|вопрос|в|问|問)\s?\d{0,3}\W{0,2}[.:)：]",
    re.IGNORECASE,
)
_ITEM = BlockKind.LIST_ITEM
_INNER_SENTENCE_END = re.compile(r"(?:[a-zà-ÿа-я]{3}|\d{4})[.!?]['\"”’)]?\s+[A-ZÀ-ÝА-Я]")


def is_question(text: str) -> bool:
    """True if `text` is a single question, with or without a prefix such as "Q1:" or "1."."""
    if len(text) > _LONGEST_QUESTION or not ends_question(text):
        return False
    return _INNER_SENTENCE_END.search(text) is None


def mark_questions(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Returns `blocks`, with those answered by the next content block marked as QUESTION.

    In a list of questions without answers, none is marked, not even the last.
    """
    blocks = tuple(_split(text, blocks))
    marked = list(blocks)
    content = [place for place, block in enumerate(blocks) if block.skipped is None]
    above: Block | None = None
    for place, below in pairwise(content):
        question, answer = blocks[place], blocks[below]
        asks = _asks(text, question)
        is_listed = asks and above is not None and above.kind is question.kind is _ITEM
        if asks and not is_listed and not _asks(text, answer) and _answers(text, question, answer):
            marked[place] = replace(question, kind=BlockKind.QUESTION)
        above = question if asks else None
    return tuple(marked)


def _split(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Yields `blocks`, with questions and answers on lines of the same block separated."""
    for block in blocks:
        part = text[block.start : block.end]
        if block.skipped or block.kind not in _OF_LINES or "\n" not in part:
            yield block
            continue
        starts = [0, *_borders(part), len(part) + 1]
        for start, end in pairwise(starts):
            lines = part[start : end - 1]
            indent = len(lines) - len(lines.lstrip())
            yield replace(
                block, start=block.start + start + indent, end=block.start + start + len(lines)
            )


def _borders(part: str) -> Iterator[int]:
    """Yields the offsets of lines that start a question, or an answer below a question."""
    is_asked = False
    at = 0
    for number, line in enumerate(part.split("\n")):
        asks = is_question(line) and (number == 0 or _ASKS.match(line) is not None)
        if number and line.strip() and (asks or (is_asked and not ends_question(line))):
            yield at
            is_asked = False
        is_asked = asks or (number > 0 and is_asked and not line.strip())
        at += len(line) + 1


def _asks(text: str, block: Block) -> bool:
    if block.kind in (BlockKind.CODE, BlockKind.TABLE):
        return False
    return is_question(text[block.start : block.end])


def _answers(text: str, question: Block, answer: Block) -> bool:
    """True unless `answer` starts something else: a section or another item of the same list."""
    if answer.kind is BlockKind.HEADING:
        return 0 < question.level < answer.level
    is_list = question.kind is answer.kind is BlockKind.LIST_ITEM
    return not (is_list and list_marker(text[answer.start : answer.end]))
