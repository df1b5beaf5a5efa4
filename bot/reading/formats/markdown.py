"""Reads Markdown as plain text in which line n is line n of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby, takewhile, zip_longest
from typing import TYPE_CHECKING

from ...types import Block, BlockKind, Document
from ..common.decoding import decode
from ..common.front_matter import split_front_matter
from ..common.lines import split_lines, trim
from ..common.questions import mark_questions
from .markdown_inline import html_text, inline_text
from .markdown_tables import html_rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DEEPEST_NESTING = 100


def read_markdown(data: bytes) -> Document:
    """Returns the document in a Markdown file, without markup and with its lines kept.

    Raises ReadError for a file that is not text or has broken front matter.
    """
    decoded = decode(data)
    metadata, body = split_front_matter(decoded.text)
    layout = _lay_out(decoded.text[body:])
    text = "\n".join(layout.lines)
    blocks = mark_questions(text, tuple(layout.blocks(text)))
    titles = (text[block.start : block.end] for block in blocks if block.level)
    return Document(
        text=text,
        metadata=replace(metadata, title=metadata.title or next(titles, None)),
        blocks=blocks,
        first_line=decoded.text.count("\n", 0, body) + 1,
        notes=decoded.notes,
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block as a range of lines; `last` is exclusive."""

    first: int
    last: int
    kind: BlockKind
    level: int = 0


@dataclass(slots=True)
class _Layout:
    """The lines of the text under construction, and the pieces placed on them."""

    lines: list[str]
    pieces: list[_Piece] = field(default_factory=list)

    def place(self, first: int, text: str, kind: BlockKind, level: int = 0) -> None:
        """Puts `text` on the lines from `first` on, as one piece."""
        self.write(first, text)
        self.pieces.append(_Piece(first, first + text.count("\n") + 1, kind, level))

    def write(self, first: int, text: str) -> None:
        """Puts `text` on the lines from `first` on."""
        for number, line in enumerate(text.split("\n"), first):
            self.lines[number] = line

    def blocks(self, text: str) -> Iterator[Block]:
        """Yields the pieces in reading order as blocks of `text`, without blank ones."""
        lines = split_lines(text)
        for piece in sorted(self.pieces, key=lambda piece: piece.first):
            start, end = trim(text, lines[piece.first].start, lines[piece.last - 1].end)
            if start < end:
                yield Block(start, end, piece.kind, piece.level)


@dataclass(slots=True)
class _Margin:
    """The indentation of list items; `marker` is kept for the first text of a new item."""

    depth: int = 0
    marker: str = ""

    def open_item(self, token: Token) -> None:
        """Enters a list item; the token of an ordered list carries its number."""
        self.depth += 1
        self.marker = f"{token.info}{token.markup} " if token.info else "- "

    def close_item(self) -> None:
        """Leaves the innermost list item."""
        self.depth -= 1
        self.marker = ""

    def indent(self, text: str) -> str:
        """Returns `text` indented for the innermost list item."""
        outer = "  " * (self.depth - 1)
        first, self.marker = outer + (self.marker or "  "), ""
        return first + text.replace("\n", f"\n{outer}  ")


def _lay_out(source: str) -> _Layout:
    layout = _Layout([""] * (source.count("\n") + 1))
    margin = _Margin()
    level = 0
    tokens = iter(_parser().parse(source))
    for token in tokens:
        first = token.map[0] if token.map else 0
        match token.type:
            case "list_item_open":
                margin.open_item(token)
            case "list_item_close":
                margin.close_item()
            case "heading_open":
                level = int(token.tag.removeprefix("h"))
            case "inline" if level:
                layout.place(first, inline_text(token), BlockKind.HEADING, level)
                level = 0
            case "inline" if margin.depth:
                layout.place(first, margin.indent(inline_text(token)), BlockKind.LIST_ITEM)
            case "inline":
                layout.place(first, inline_text(token), BlockKind.PARAGRAPH)
            case "html_block" if by_line := html_rows(token.content):
                for line, text in by_line.items():
                    layout.write(first + line, text)
                last = first + max(by_line)
                layout.pieces.append(_Piece(first + min(by_line), last + 1, BlockKind.TABLE))
            case "html_block":
                layout.place(
                    first, html_text(token.content.removesuffix("\n")), BlockKind.PARAGRAPH
                )
            case "code_block":
                layout.place(first, token.content.removesuffix("\n"), BlockKind.CODE)
            case "fence" if token.content:
                layout.place(first + 1, token.content.removesuffix("\n"), BlockKind.CODE)
            case "table_open" if token.map:
                table = takewhile(lambda inner: inner.type != "table_close", tokens)
                rows = list(_rows(table))
                labels = rows[0][1] if len(rows) > 1 else []
                for row, cells in rows[1:] or rows:
                    layout.write(row, _line(labels, cells))
                layout.pieces.append(_Piece(token.map[0], token.map[1], BlockKind.TABLE))
    return layout


def _rows(table: Iterable[Token]) -> Iterator[tuple[int, list[str]]]:
    """Yields the line number and the cells of each row."""
    cells = (token for token in table if token.type == "inline" and token.map)
    for row, group in groupby(cells, key=lambda token: token.map[0] if token.map else 0):
        yield row, [inline_text(cell) for cell in group]


def _line(labels: Sequence[str], cells: Sequence[str]) -> str:
    """Returns a row whose values carry their column names, without empty values."""
    told = zip_longest(labels, cells, fillvalue="")
    return " | ".join(f"{label}: {cell}" if label else cell for label, cell in told if cell)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST_NESTING})
    parser.enable(["table", "strikethrough"]).use(footnote_plugin)
    # An inline footnote, unlike a footnote's definition, has no line of its own.
    return parser.disable("footnote_inline")
