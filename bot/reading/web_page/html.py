"""Reads web pages: every visible block, with page furniture marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...types import Block, BlockKind, Document
from ..common.assembly import Piece, assemble
from ..common.parsing import Element, parsing
from ..common.questions import mark_questions
from .html_content import main_content
from .html_data import data_of
from .html_furniture import content_of_page
from .html_metadata import date_note, page_metadata
from .html_source import decode_page, parse_page
from .html_walk import Spot, placed_pieces, visible_pieces
from .looks import likeness, look_at

if TYPE_CHECKING:
    from trafilatura.settings import Document as Extract

# Long attribute values, because trafilatura searches them for metadata in quadratic time.
_LONG_VALUE = re.compile(
    r"""\bcontent\s{0,9}=\s{0,9}(?:"[^"]{1000}([^"]+)|'[^']{1000}([^']+)|[^\s"'>]{1000}([^\s>]+))"""
)


def read_html(data: bytes) -> Document:
    """Returns the document in a web page, with metadata from its tags.

    Raises ReadError for a file that is not text or is nested too deeply.
    """
    decoded = decode_page(data)
    root = parse_page(decoded.text)
    placed = [(piece, spot) for piece, spot in placed_pieces(root) if piece.text.strip()]
    text, blocks, _ = assemble(piece for piece, _ in placed)
    extract = _extract(decoded.text)
    blocks = _mark(root, text, blocks, [spot for _, spot in placed], extract)
    linked = data_of(root)
    metadata = page_metadata(decoded.text, root, text, blocks, extract, linked)
    text, blocks = _with_questions(text, blocks, linked.questions)
    return Document(
        text=text,
        metadata=metadata,
        blocks=mark_questions(text, blocks),
        notes=(*decoded.notes, *date_note(root, metadata, linked)),
    )


def _with_questions(
    text: str, blocks: Sequence[Block], questions: Sequence[tuple[str, str]]
) -> tuple[str, tuple[Block, ...]]:
    """Appends the questions of the page's linked data that the page does not show."""
    shown = likeness(text)
    pieces = []
    for question, answer in questions:
        with parsing("HTML"):
            plain = " ".join(piece.text for piece in visible_pieces(parse_page(f"<p>{answer}")))
        if likeness(plain) not in shown:
            pieces += [Piece(part, BlockKind.PARAGRAPH) for part in (question, plain)]
    if not pieces:
        return text, tuple(blocks)
    more, added, _ = assemble(pieces)
    whole, start = f"{text}\n\n{more}", len(text) + 2
    moved = (replace(block, start=block.start + start, end=block.end + start) for block in added)
    return whole, (*blocks, *moved)


def _extract(source: str) -> Extract | None:
    """Returns the main content and metadata found by trafilatura, None if it finds nothing."""
    from trafilatura import bare_extraction

    with parsing("HTML"):
        extract = bare_extraction(
            _LONG_VALUE.sub(_shortened, source),
            favor_recall=True,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            # The extensive search takes any year in a page for its date.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    return None if isinstance(extract, dict) else extract


def _shortened(value: re.Match[str]) -> str:
    """Returns the start of an attribute's value; the last matched group is the excess."""
    return value[0].removesuffix(value[value.lastindex or 0])


def _mark(
    root: Element,
    text: str,
    blocks: Sequence[Block],
    spots: Sequence[Spot],
    extract: Extract | None,
) -> tuple[Block, ...]:
    """Returns `blocks` with those that are furniture marked as skipped."""
    looks = look_at(text, blocks)
    content = main_content(extract) if extract is not None else None
    kept = content_of_page(root, root.findtext(".//title"), blocks, looks, spots, content)
    return tuple(
        block if is_kept else replace(block, skipped="page furniture")
        for block, is_kept in zip(blocks, kept, strict=True)
    )
