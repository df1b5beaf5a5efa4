"""Reads Word documents (.docx): text, lists, tables, graphics and notes in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ...types import BlockKind, Document
from ..common.assembly import Piece, assembled
from ..common.characters import lettered
from ..common.comments import comment_pieces
from ..common.head_dates import Stated, dated, stated_date
from ..common.left_out import COMMENTS, FILES, remarks
from ..common.metadata import office_metadata
from ..common.parsing import Element, parsing
from ..tables.assembly import Allowance
from .docx_body import Body, plain
from .docx_comments import commented, docx_comments
from .docx_styles import WORD, Numbers, Style, numbers_of, styles_of
from .docx_text import Texts
from .packed import checked
from .xml_source import parse_xml

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_MORE_THAN_A_PAGE = 3
"""Fewest words of a line with a page number for it to count as content."""

_EMBEDDED = frozenset({"package", "oleObject"})


def read_docx(data: bytes) -> Document:
    """Returns the document in a .docx file.

    Headers and footers come first, notes after the text, comments last. Deleted and hidden text is
    left out, with a note. Raises ReadError for a file that is damaged or unpacks to an unreasonable
    size.
    """
    with parsing("Word (.docx)"):
        document = _open(data)
        reading = _Reading(document)
        pieces = list(reading.pieces())
        comments = reading.comments()
        metadata = office_metadata(document.core_properties)
        metadata, dates = dated(metadata, reading.date)
    return assembled(pieces, metadata, [*dates, *reading.notes()], comments)


def _open(data: bytes) -> WordDocument:
    import docx

    return docx.Document(checked(data))


class _Reading:
    """A single pass over a document."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.texts = Texts(_styles(document))
        self.allowance = Allowance()
        self.date: Stated | None = None
        self.commented = 0
        self.body = Body(document.part, self.texts, _numbers(document), self.allowance)

    def pieces(self) -> Iterator[Piece]:
        """Yields the pieces of all parts that are read."""
        body = list(self.body.pieces(self.document.element.body))
        beside = list(self._beside(body))
        self.date = stated_date(_texts(body), _texts(beside))
        yield from beside
        yield from body
        for kind in ("footnotes", "endnotes"):
            yield from self._notes(kind)

    def _beside(self, body: Sequence[Piece]) -> Iterator[Piece]:
        """Yields the distinct texts of headers and footers that do not repeat a heading."""
        known = {_folded(piece.text) for piece in body if piece.level}
        for kind in ("header", "footer"):
            for part in self._parts(kind):
                root = _root(part)
                beside = Body(part, self.texts, Numbers(), self.allowance)
                fewest = _MORE_THAN_A_PAGE if _numbers_pages(root) else 1
                for piece in plain(beside.pieces(root)):
                    # Pages often repeat the text; the first page and the others may have their own.
                    text = _folded(piece.text)
                    if text not in known and lettered(text) >= fewest:
                        known.add(text)
                        yield piece

    def comments(self) -> list[Piece]:
        """Returns the review comments, below a heading of their own."""
        parts = list(self._parts("comments"))
        about = commented(self.document.element.body) if parts else {}
        found: list[Piece] = []
        for part in parts:
            beside = Body(part, self.texts, Numbers(), self.allowance)
            found += docx_comments(_root(part), about, partial(_words_of, beside))
        self.commented = len(found)
        return list(comment_pieces(found))

    def notes(self) -> list[str]:
        """Returns notes on what was left out, for the owner of the index."""
        counts = self.texts.left_out + self.body.left_out
        counts[COMMENTS] = self.commented
        counts[FILES] = sum(len(list(self._parts(kind))) for kind in _EMBEDDED)
        return [*remarks(counts), *self.allowance.notes]

    def _notes(self, kind: str) -> Iterator[Piece]:
        """Yields the footnotes or endnotes, each as a paragraph."""
        for part in self._parts(kind):
            beside = Body(part, self.texts, Numbers(), self.allowance)
            for note in _root(part):
                # Notes with another type are the separator lines between text and notes.
                if note.get(WORD + "type") in (None, "normal"):
                    words = _words_of(beside, note)
                    yield Piece(f"[{note.get(WORD + 'id')}] {words}".strip(), BlockKind.PARAGRAPH)

    def _parts(self, kind: str) -> Iterator[Any]:
        """Yields the parts of a kind that the document refers to, ordered by name."""
        relationships = (
            one
            for one in self.document.part.rels.values()
            if not one.is_external and one.reltype.endswith(f"/{kind}")
        )
        # Read each part once: a hostile file may refer to one without end.
        parts = {str(one.target_part.partname): one.target_part for one in relationships}
        return iter(sorted(parts.values(), key=_number))


def _texts(pieces: Sequence[Piece]) -> Iterator[str]:
    return (piece.text for piece in pieces)


def _words_of(beside: Body, note: Element) -> str:
    return " ".join(piece.text for piece in beside.pieces(note) if piece.text)


def _styles(document: WordDocument) -> Mapping[str, Style]:
    return styles_of(document)


def _numbers(document: WordDocument) -> Numbers:
    for relationship in document.part.rels.values():
        if not relationship.is_external and relationship.reltype.endswith("/numbering"):
            return numbers_of(_root(relationship.target_part))
    return Numbers()


def _numbers_pages(root: Element) -> bool:
    """Whether a header or footer contains a page number."""
    told = (element.get(WORD + "instr") for element in root.iter(WORD + "fldSimple"))
    typed = (element.text for element in root.iter(WORD + "instrText"))
    return any("PAGE" in (code or "") for code in (*told, *typed))


def _root(part: Any) -> Element:
    """Returns the XML of a part, whether or not the library has parsed it."""
    return parse_xml(part.blob)


def _number(part: Any) -> tuple[int, str]:
    name = str(part.partname)
    digits = "".join(filter(str.isdigit, name))[:9]
    return int(digits or 0), name


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
