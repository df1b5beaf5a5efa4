"""Reads HTML tables in Markdown, and puts each row on the line where it starts."""

from __future__ import annotations

from ...errors import ReadError
from ...types import BlockKind
from ..common.parsing import parsing
from ..web_page.html_source import parse_page
from ..web_page.html_walk import placed_pieces


def html_rows(html: str) -> dict[int, str] | None:
    """Returns the rows by line of the HTML, from 0; None if it holds more than tables."""
    if "<table" not in html.lower():
        return None
    try:
        with parsing("HTML"):
            placed = list(placed_pieces(parse_page(html)))
    except ReadError:
        return None
    rows: dict[int, str] = {}
    last = html.count("\n")
    for piece, spot in placed:
        line = (spot.around.sourceline or 1) - 1
        is_row = piece.kind is BlockKind.TABLE or piece.level
        if not is_row or line in rows or line > last:
            return None
        rows[line] = piece.text
    return rows or None
