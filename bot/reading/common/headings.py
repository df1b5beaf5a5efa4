"""Finds headings in plain text; a line in doubt is not one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ...types import Block, BlockKind
from .prose import ends_sentence, is_decoration, is_title_like, list_marker
from .questions import is_question

RULE = "rule"
"""The reason for skipping lines such as "-----"."""

_BODY_CHARACTERS = 80
"""Fewest characters of a paragraph that can confirm a heading above it."""

_LOUD_LETTERS = 4
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)\.?\s+(\S)")
_CHAPTER = re.compile(
    r"(?:chapter|part|section|appendix|kapitel|teil|abschnitt|chapitre|partie|capítulo|parte"
    r"|глава|раздел|часть)\s+(?-i:\d+|[IVXLC]+|[A-Z])\b",
    re.IGNORECASE,
)


def mark_headings(text: str, blocks: Sequence[Block], is_wrapped: bool) -> tuple[Block, ...]:
    """Returns the `blocks` of a plain text, with those that head content marked as HEADING.

    If the text `is_wrapped`, only blank lines separate lines; otherwise every line stands alone.
    Page furniture may stand between a heading and its content.
    """
    marked = list(blocks)
    content = [place for place, block in enumerate(blocks) if block.skipped is None]
    for place, below in reversed(list(pairwise(content))):
        line = text[blocks[place].start : blocks[place].end]
        if blocks[place].kind is BlockKind.HEADING or not _can_be_heading(line):
            continue
        if _is_short_answer(text, blocks, place):
            continue
        level = _underlined_level(text, blocks, place) or _numbered_level(line)
        if not level and (not is_wrapped or _is_set_apart(text, blocks, place)):
            body = text[blocks[below].start : blocks[below].end]
            if marked[below].kind is not BlockKind.HEADING or _follows_text(blocks, place):
                level = _lone_level(line, body, marked[below], is_first=place == content[0])
        if level:
            marked[place] = replace(blocks[place], kind=BlockKind.HEADING, level=level)
    return tuple(marked)


def _can_be_heading(line: str) -> bool:
    return is_title_like(line) and not is_question(line)


def _is_short_answer(text: str, blocks: Sequence[Block], place: int) -> bool:
    """True for the answer to a question, on the next line or followed by another question."""
    above = blocks[place - 1] if place else None
    if above is None or above.skipped or not is_question(text[above.start : above.end]):
        return False
    below = blocks[place + 1] if place + 1 < len(blocks) else None
    is_between = below is None or is_question(text[below.start : below.end])
    return is_between or not _is_parted(text, blocks, place - 1)


def _underlined_level(text: str, blocks: Sequence[Block], place: int) -> int:
    """Returns 1 above "====", 2 above another rule, otherwise 0."""
    if place + 1 == len(blocks) or _is_parted(text, blocks, place):
        return 0
    rule = text[blocks[place + 1].start : blocks[place + 1].end]
    return (1 if rule.startswith("=") else 2) if is_decoration(rule) else 0


def _numbered_level(line: str) -> int:
    """Returns the depth of a number such as "1.2" or "Chapter 3", 0 without one."""
    if _CHAPTER.match(line):
        return 1
    number = _NUMBER.match(line)
    if number is None or number.group(2).islower():
        return 0
    return number.group(1).count(".") + 1


def _lone_level(line: str, body: str, below: Block, is_first: bool) -> int:
    """Returns the level of a line alone above `body`, or 0 if it may be ordinary text."""
    is_loud = line.isupper() and sum(map(str.isalpha, line)) >= _LOUD_LETTERS
    is_text = len(body) >= _BODY_CHARACTERS and not is_title_like(body)
    if list_marker(line):
        return 1 if is_text and line[0].isdigit() and not ends_sentence(line) else 0
    if is_loud or is_text or is_question(body) or below.kind is BlockKind.HEADING:
        return 1 if is_first else 2
    return 0


def _follows_text(blocks: Sequence[Block], place: int) -> bool:
    """True unless another short line stands above, as in a list or a poem."""
    above = blocks[place - 1] if place else None
    return above is None or above.skipped is not None or above.end - above.start >= _BODY_CHARACTERS


def _is_set_apart(text: str, blocks: Sequence[Block], place: int) -> bool:
    return (place == 0 or _is_parted(text, blocks, place - 1)) and _is_parted(text, blocks, place)


def _is_parted(text: str, blocks: Sequence[Block], place: int) -> bool:
    """True if a blank line follows the block at `place`."""
    end = blocks[place + 1].start if place + 1 < len(blocks) else len(text)
    return text.count("\n", blocks[place].end, end) > 1
