"""The visible blocks of a web page, in the order of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..types import BlockKind
from .assembly import Piece
from .parsing import Element

_UNSEEN = frozenset(
    "script style template noscript head svg math canvas iframe map object audio video select"
    " datalist textarea".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search"
    " section summary table tbody td tfoot th thead tr ul".split()
).union(_HEADINGS)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BREAK = re.compile(r" *\n *")
_BLANKS_IN_A_ROW = re.compile(r" {2,}")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_LONGEST_CELL = 400
"""Cells with more characters than this belong to the layout of a page, not to a table."""


def visible_pieces(root: Element) -> Iterator[Piece]:
    """The blocks of text in `root` and below; scripts, styles and the like are passed over.

    White space is collapsed but in preformatted text. Two line breaks end a paragraph.
    """
    from lxml.etree import iterwalk

    walker = iterwalk(root, events=("start", "end", "comment", "pi"))
    block = _OpenBlock()
    for event, element in walker:
        if event == "start":
            if element.tag in _BLOCKS:
                yield from block.close()
                block.enter(element.tag)
            if element.tag in _UNSEEN or _is_table(element):
                walker.skip_subtree()
                if element.tag == "table":
                    yield Piece("\n".join(_rows(element)), BlockKind.TABLE)
            else:
                block.write(element.text)
                if element.tag == "br":
                    block.break_line()
            continue
        if event == "end" and element.tag in _BLOCKS:
            yield from block.close()
            block.leave()
        if element is not root:
            block.write(element.tail)
    yield from block.close()


@dataclass(slots=True)
class _OpenBlock:
    """The text read since the last border of a block, and the tags of the blocks around it.

    `items` counts the list items seen so far in each of these blocks.
    """

    texts: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    items: list[int] = field(default_factory=lambda: [0])
    marker: str = ""

    def enter(self, tag: str) -> None:
        """Go into a block; the marker of a list's item waits for the item's first text."""
        if tag == "li":
            self.items[-1] += 1
            is_numbered = self.around[-1:] == ["ol"]
            self.marker = f"{self.items[-1]}. " if is_numbered else "- "
        self.around.append(tag)
        self.items.append(0)

    def leave(self) -> None:
        """Come out of the innermost block."""
        self.around.pop()
        self.items.pop()

    def write(self, text: str | None) -> None:
        """Add text as the source has it."""
        if text:
            self.texts.append(text if self._is_verbatim else _BLANKS.sub(" ", text))

    def break_line(self) -> None:
        """Begin a new line within the block."""
        self.texts.append("\n")

    def close(self) -> Iterator[Piece]:
        """The pieces that the text read since the last border makes."""
        text = "".join(self.texts)
        self.texts.clear()
        if self._is_verbatim:
            yield Piece(text, BlockKind.CODE)
            return
        for paragraph in _PARAGRAPH_BREAK.split(_BREAK.sub("\n", text.strip())):
            if paragraph:
                yield self._piece(_BLANKS_IN_A_ROW.sub(" ", paragraph))

    def _piece(self, text: str) -> Piece:
        for tag in reversed(self.around):
            if tag in _HEADINGS:
                return Piece(text, BlockKind.HEADING, int(tag[1]))
            if tag == "li":
                marker, self.marker = self.marker, ""
                return Piece(marker + text, BlockKind.LIST_ITEM)
        return Piece(text, BlockKind.PARAGRAPH)

    @property
    def _is_verbatim(self) -> bool:
        return "pre" in self.around


def _is_table(element: Element) -> bool:
    """True for a table of data; tables that lay out a page are walked like any container."""
    if element.tag != "table" or next(element.iterdescendants("table"), None) is not None:
        return False
    rows = list(element.iter("tr"))
    if len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2:
        return False
    return all(len(cell.text_content()) <= _LONGEST_CELL for row in rows for cell in _cells(row))


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter("caption", "tr"):
        parts = [row] if row.tag == "caption" else _cells(row)
        yield " | ".join(" ".join(" ".join(_texts(part)).split()) for part in parts)


def _cells(row: Element) -> list[Element]:
    return list(row.iterchildren("td", "th"))


def _texts(element: Element) -> Iterator[str]:
    return (piece.text for piece in visible_pieces(element))
