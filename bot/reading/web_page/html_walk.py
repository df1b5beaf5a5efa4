"""Walks the visible blocks of a web page in source order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...types import BlockKind
from ..common.assembly import Piece
from ..common.parsing import Element
from .html_forms import FIELDS, entered
from .html_lists import marker_of
from .html_records import cells_of_record, terms_of_list, told
from .html_tables import is_table, linked_share, row_pieces

_UNSEEN = frozenset(
    "script style template noscript head svg math canvas iframe map object audio video"
    " datalist".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search"
    " section summary table tbody td tfoot th thead tr ul".split()
).union(_HEADINGS)
_PLAIN_CELLS = frozenset({"td", "th"})
_CONTROLS = frozenset({"a", "button"})
_LABELS = frozenset("a button label small span strong b time".split())
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BREAK = re.compile(r" *\n *")
_BLANKS_IN_A_ROW = re.compile(r" {2,}")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_NOTE = re.compile(r"\w{1,3}|[*†‡§]")
_NUMBER = re.compile(r"\d{1,3}")
_POWER = re.compile(r"[-+−]?\d{1,4}|n")
_POWERS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_NEVER_SEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Invisible characters that allow or forbid a break within a word."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The position of a piece in its page.

    `around` is the innermost block element. `plain` is the text as the page has it, without added
    labels and numbers. `linked` is the share of its letters in links or buttons.
    """

    around: Element
    plain: str
    linked: float


def visible_pieces(root: Element) -> Iterator[Piece]:
    """Yields the text blocks of `root`, without scripts, styles and the like.

    White space is collapsed except in preformatted text. Two line breaks end a paragraph.
    """
    return (piece for piece, _ in placed_pieces(root))


def placed_pieces(root: Element) -> Iterator[tuple[Piece, Spot]]:
    """Yields the visible pieces, each with its position."""
    from lxml.etree import iterwalk

    walker = iterwalk(root, events=("start", "end", "comment", "pi"))
    block = _OpenBlock(root)
    for event, element in walker:
        if event == "start":
            if element.tag in _BLOCKS:
                yield from block.close()
                block.enter(element)
            if element.tag in _UNSEEN:
                walker.skip_subtree()
            elif element.tag in FIELDS:
                block.write(entered(element))
                walker.skip_subtree()
            elif element.tag == "table" and is_table(element):
                walker.skip_subtree()
                for row in row_pieces(element, _words):
                    yield (
                        Piece(row.text, row.kind, row.level),
                        Spot(row.element, row.plain, row.linked),
                    )
            elif cells := cells_of_record(element):
                walker.skip_subtree()
                spot = Spot(element, "\n".join(cells), linked_share(element))
                yield Piece(told(cells), BlockKind.TABLE), spot
            elif terms := terms_of_list(element):
                walker.skip_subtree()
                for term in terms:
                    spot = Spot(element, "\n".join(term), linked_share(element))
                    yield Piece(told(term), BlockKind.TABLE), spot
            elif raised := _raised(element):
                block.write(raised if block.has_words else f"{raised} ")
                walker.skip_subtree()
            else:
                block.controls += element.tag in _CONTROLS
                block.part(element)
                block.write(element.text)
                if element.tag == "br":
                    block.break_line()
            continue
        if event == "end":
            block.controls -= element.tag in _CONTROLS and not _raised(element)
            if element.tag in _BLOCKS:
                yield from block.close()
                block.leave()
        if element is not root:
            block.write(element.tail)
    yield from block.close()


@dataclass(slots=True)
class _OpenBlock:
    """The text read since the last block boundary, and the blocks around it.

    `linked` counts its letters within links and buttons; `controls` counts the open ones. `items`
    holds the number of the last list item for each enclosing block.
    """

    root: Element
    texts: list[str] = field(default_factory=list)
    around: list[Element] = field(default_factory=list)
    items: list[int | None] = field(default_factory=lambda: [None])
    marker: str = ""
    controls: int = 0
    linked: int = 0

    def enter(self, element: Element) -> None:
        """Enters a block; the marker of a list item is kept for the item's first text."""
        if element.tag == "li":
            above = self.around[-1] if self.around else None
            self.items[-1], self.marker = marker_of(element, above, self.items[-1])
        self.around.append(element)
        self.items.append(None)

    def leave(self) -> None:
        """Leaves the innermost block."""
        self.around.pop()
        self.items.pop()

    def write(self, text: str | None) -> None:
        """Adds text from the source."""
        if text:
            text = _NEVER_SEEN.sub("", text)
            self.texts.append(text if self._is_verbatim else _BLANKS.sub(" ", text))
            if self.controls:
                self.linked += _letters(text)

    @property
    def has_words(self) -> bool:
        """True if anything visible was written since the last boundary."""
        return any(map(str.strip, self.texts))

    def part(self, element: Element) -> None:
        """Adds a blank between labels that only their boxes separate: "12 May" and "Fair"."""
        before = element.getprevious()
        if before is None or before.tag not in _LABELS or before.tail or not self.texts:
            return
        first = (element.text or "")[:1]
        begins = element.tag in _LABELS and (first.isupper() or first.isdigit())
        if begins and self.texts[-1][-1:].isalnum():
            self.texts.append(" ")

    def break_line(self) -> None:
        """Starts a new line within the block."""
        self.texts.append("\n")

    def close(self) -> Iterator[tuple[Piece, Spot]]:
        """Yields the pieces of the text read since the last boundary."""
        if not self.texts and not self._is_verbatim:
            return
        text = "".join(self.texts)
        linked, self.linked = self.linked / max(1, _letters(text)), 0
        self.texts.clear()
        around = self.around[-1] if self.around else self.root
        if self._is_verbatim:
            yield Piece(text, BlockKind.CODE), Spot(around, text, linked)
            return
        for paragraph in _PARAGRAPH_BREAK.split(_BREAK.sub("\n", text.strip())):
            if paragraph:
                plain = _BLANKS_IN_A_ROW.sub(" ", paragraph)
                yield self._piece(plain), Spot(around, plain, linked)

    def _piece(self, text: str) -> Piece:
        for element in reversed(self.around):
            if element.tag in _HEADINGS:
                return Piece(text, BlockKind.HEADING, int(element.tag[1]))
            if element.tag == "li":
                marker, self.marker = self.marker, ""
                return Piece(marker + text, BlockKind.LIST_ITEM)
        return Piece(text, BlockKind.PARAGRAPH)

    @property
    def _is_verbatim(self) -> bool:
        return any(element.tag == "pre" for element in self.around)


def _raised(element: Element) -> str | None:
    """Returns a note number in brackets or a power in superscript digits; otherwise None."""
    kind = element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or ""
    is_note = "noteref" in kind.split() or element.get("role") == "doc-noteref"
    is_note = is_note or (element.tag == "a" and _is_glued(element))
    if not is_note and element.tag != "sup":
        return None
    text = element.text_content().strip()
    links = (*element.iter("a"), *element.iterancestors("a"))
    if (is_note or links) and _NOTE.fullmatch(text):
        return f"[{text}]"
    return text.translate(_POWERS) if _POWER.fullmatch(text) else None


def _is_glued(link: Element) -> bool:
    """True for a linked number directly after a word."""
    if "#" not in (link.get("href") or "") or not _NUMBER.fullmatch(link.text or ""):
        return False
    before, above = link.getprevious(), link.getparent()
    text = above.text if before is None and above is not None else getattr(before, "tail", None)
    last = (text or " ")[-1]
    return not last.isspace() and last not in "[("


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _words(element: Element) -> str:
    """Returns all visible text of a cell or caption as one line."""
    if element.tag in _PLAIN_CELLS and not len(element):
        return " ".join(_NEVER_SEEN.sub("", element.text or "").split())
    return " ".join(" ".join(piece.text for piece in visible_pieces(element)).split())
