"""Reads plain text: the text as it is in the file, divided into blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...types import Block, BlockKind, Document
from ..common.datelines import is_date_line
from ..common.decoding import decode
from ..common.front_matter import split_front_matter
from ..common.headings import RULE, mark_headings
from ..common.lines import split_stanzas, trim
from ..common.prose import is_decoration, is_title_like, list_marker
from ..common.questions import is_question, mark_questions
from ..common.wrapping import split_paragraphs, with_whole_words, wrap_width
from ..web_page.boilerplate import mark_furniture
from ..web_page.looks import look_at


def read_plain_text(data: bytes) -> Document:
    """Returns the document in a plain text file.

    Separates front matter, marks page furniture and rejoins words hyphenated at line ends. Raises
    ReadError for a file that is not text or has broken front matter.
    """
    decoded = decode(data)
    metadata, body = split_front_matter(decoded.text)
    text = with_whole_words(decoded.text[body:])
    blocks, is_wrapped = split_blocks(text)
    blocks = mark_furniture(blocks, look_at(text, blocks))
    blocks = mark_questions(text, mark_headings(text, blocks, is_wrapped))
    return Document(
        text=text,
        metadata=replace(metadata, title=metadata.title or best_title(text, blocks)),
        blocks=blocks,
        first_line=decoded.text.count("\n", 0, body) + 1,
        notes=decoded.notes,
    )


def split_blocks(text: str) -> tuple[tuple[Block, ...], bool]:
    """Returns the paragraphs and list items of a plain text, and whether it is hard-wrapped.

    Blank lines separate blocks. Between them, lines of hard-wrapped prose are joined, and any other
    line is its own block. Rules are skipped.
    """
    stanzas = list(split_stanzas(text))
    width = wrap_width(stanzas)
    spans = (
        trim(text, paragraph[0].start, paragraph[-1].end)
        for stanza in stanzas
        for paragraph in split_paragraphs(stanza, width)
    )
    return tuple(block_of(text[start:end], start) for start, end in spans), width is not None


def best_title(text: str, blocks: Sequence[Block]) -> str | None:
    """Returns the first content block if it looks like a title, otherwise the first heading."""
    content = [block for block in blocks if block.skipped is None]
    first = text[content[0].start : content[0].end] if content else ""
    title = " ".join(first.split())
    is_apart = text.startswith("\n\n", content[0].end) if content else False
    if is_title_like(title.rstrip(":")) and is_apart and not is_date_line(title):
        return title
    headings = (block for block in content if block.kind is BlockKind.HEADING)
    return next((text[block.start : block.end] for block in headings), None)


def block_of(line: str, start: int) -> Block:
    """Returns the paragraph or list item that starts at `start`; a rule is skipped."""
    end = start + len(line)
    if is_decoration(line):
        return Block(start, end, BlockKind.PARAGRAPH, skipped=RULE)
    is_item = bool(list_marker(line)) and not is_question(line)
    return Block(start, end, BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH)
