"""Reads OpenDocument texts (.odt), slides (.odp) and sheets (.ods)."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from zipfile import ZipFile

from ...errors import ReadError
from ...types import BlockKind, Document, Metadata
from ..common.assembly import Piece, assembled
from ..common.characters import lettered, one_line
from ..common.comments import comment_pieces, comment_text
from ..common.head_dates import Stated, dated, stated_date
from ..common.left_out import COMMENTS, DELETED, remarks
from ..common.metadata import clean, file_date, iso_date, language_code, telling_title
from ..common.parsing import Element, parsing
from ..tables.assembly import Allowance, table_pieces
from .graphics import description_piece
from .odt_comments import ANNOTATION, Around, author_of, commented
from .odt_lists import Lists
from .odt_tables import cells, hidden_columns, is_frame, table_rows
from .odt_text import Texts
from .open_names import (
    CHART,
    DRAW,
    META,
    OFFICE,
    PARAGRAPHS,
    SHOW,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    UNSEEN,
    Styles,
    count,
    is_drawn,
    paragraphs,
    styles_of,
)
from .packed import PROTECTED, member, opened
from .xml_source import parse_xml

_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_DEEPEST_HEADING = 9
_BOOK = OFFICE + "spreadsheet"
_MORE_THAN_A_PAGE = 3
"""Fewest words of a line with a page number for it to count as content."""

_NAMES = "open document (.odt, .odp, .ods)"


def read_odt(data: bytes) -> Document:
    """Returns the document in an .odt, .odp or .ods file.

    Headers and footers come first, notes after the text, comments last. Deleted and hidden text is
    left out, with a note. Raises ReadError for a file that is damaged, encrypted or unpacks to an
    unreasonable size.
    """
    with parsing(_NAMES), opened(data) as archive:
        if b"encryption-data" in (member(archive, "META-INF/manifest.xml") or b""):
            raise ReadError(PROTECTED)
        content = parse_xml(archive.read("content.xml"))
        metadata = _metadata(member(archive, "meta.xml"))
        source = member(archive, "styles.xml")
        styles = parse_xml(source) if source else None
        roots = [content] if styles is None else [styles, content]
        walk = _Walk(_Objects(archive), styles_of(roots))
        pieces = list(walk.pieces(content, styles))
        metadata, dates = dated(metadata, walk.date)
        notes = walk.notes(content)
    return assembled(pieces, metadata, [*dates, *notes], list(comment_pieces(walk.comments)))


def _metadata(source: bytes | None) -> Metadata:
    if not source:
        return Metadata()
    root = parse_xml(source)

    def value(*names: str) -> str | None:
        found = (clean(root.findtext(f".//{name}")) for name in names)
        return next(filter(None, found), None)

    created = iso_date(value(META + "creation-date"))
    date, date_from = file_date(created, iso_date(value(_DUBLIN + "date")))
    return Metadata(
        title=telling_title(value(_DUBLIN + "title")),
        author=value(META + "initial-creator", _DUBLIN + "creator"),
        date=date,
        language=language_code(value(_DUBLIN + "language")),
        date_from=date_from,
    )


@dataclass(slots=True)
class _Objects:
    """The objects embedded in a document, such as equations and charts; each is read once."""

    archive: ZipFile
    seen: set[str] = field(default_factory=set)

    def content(self, link: str) -> Element | None:
        """Returns the content of an object; None if it is missing or was already read."""
        path = posixpath.normpath(f"{link}/content.xml").lstrip("/")
        source = None if path in self.seen else member(self.archive, path)
        self.seen.add(path)
        return parse_xml(source) if source else None


class _Walk:
    """A single pass over a document."""

    def __init__(self, objects: _Objects, styles: Styles) -> None:
        self.styles = styles
        self.lists = Lists(styles)
        self.charts: list[Element] = []
        self.objects = objects
        self.texts = Texts(styles, self._object)
        self.allowance = Allowance()
        self.hidden: list[str] = []
        self.date: Stated | None = None
        self.comments: list[Piece] = []
        self.about: dict[str, str] = {}
        self.around = Around(styles)

    def pieces(self, content: Element, styles: Element | None) -> Iterator[Piece]:
        """Yields the pieces of the whole document; the XML parser limits the depth of nesting."""
        body = content.find(OFFICE + "body")
        if body is None:
            return
        self.about = commented(body, self.styles)
        sheets = [table for book in body.iterchildren(_BOOK) for table in book]
        pages = list(body.iter(DRAW + "page"))
        if sheets and styles is not None:
            for piece in self._beside(styles):
                yield replace(piece, mark="header and footer")
        for sheet in sheets:
            if sheet.tag == TABLE + "table":
                yield from self._sheet(sheet)
        for number, page in enumerate(pages, start=1):
            yield from self._slide(page, number)
        if not pages and not sheets:
            beside = [] if styles is None else list(self._beside(styles))
            pieces = list(self._blocks(body))
            self.date = stated_date([one.text for one in pieces], [one.text for one in beside])
            for annotation in body.iter(ANNOTATION):
                self._comment(annotation)
            yield from (*beside, *pieces)
        yield from self.texts.notes

    def notes(self, content: Element) -> list[str]:
        """Returns notes on what was left out or is hidden, for the owner of the index."""
        counts = Counter(self.texts.left_out)
        counts[DELETED] = sum(1 for _ in content.iter(TEXT + "deletion"))
        counts[COMMENTS] = len(self.comments)
        told = remarks(counts)
        if self.hidden:
            names = ", ".join(self.hidden)
            told.append(f"hidden parts, read and marked as hidden: {names}")
        return [*told, *self.allowance.notes]

    def _beside(self, styles: Element) -> Iterator[Piece]:
        """Yields the texts of headers and footers, without duplicates."""
        known = set[str]()
        for page in styles.iter(STYLE + "master-page"):
            for part in page:
                for paragraph in paragraphs(part):
                    text = one_line(self.texts.of(paragraph))
                    is_numbered = next(paragraph.iter(TEXT + "page-number"), None) is not None
                    fewest = _MORE_THAN_A_PAGE if is_numbered else 1
                    if text not in known and lettered(text) >= fewest:
                        known.add(text)
                        yield Piece(text, BlockKind.PARAGRAPH)

    def _sheet(self, sheet: Element) -> Iterator[Piece]:
        title = one_line(sheet.get(TABLE + "name") or "")
        is_hidden = sheet.get(TABLE + "style-name") in self.styles.hidden
        name = f"hidden sheet {title}" if is_hidden else f"sheet {title}"
        hidden = hidden_columns(sheet)
        rows = table_rows(sheet, self.texts)
        pieces = table_pieces(rows, self.allowance, f"{name}, ", title, hidden)
        for at, piece in enumerate(pieces):
            if at == 0:
                yield Piece(title, BlockKind.HEADING, 1, mark=name, divides=True)
                if is_hidden:
                    self.hidden.append(name.removeprefix("hidden "))
                elif hidden:
                    self.hidden.append(f"columns of sheet {title}")
            yield piece
        for shape in sheet.iter(DRAW + "frame", DRAW + "custom-shape"):
            # Skip shapes within a frame: they are read with it. A chart shows values of cells.
            if next(shape.iterancestors(DRAW + "frame"), None) is None:
                yield from self._frame(shape)
        for annotation in sheet.iter(ANNOTATION):
            cell = annotation.getparent().iterchildren(TEXT + "p")
            about = " ".join(self.texts.of(one) for one in cell)
            self._comment(annotation, name, about)

    def _comment(self, annotation: Element, place: str = "", about: str = "") -> None:
        """Adds a comment to those that follow the text."""
        if next(annotation.iterancestors(TEXT + "tracked-changes"), None) is not None:
            return  # the comment was deleted along with the text
        words = " ".join(self.texts.of(one) for one in paragraphs(annotation))
        if words.strip():
            about = about or self.about.get(annotation.get(OFFICE + "name") or "", "")
            about = about or self.around.text(annotation)
            text = comment_text(words, author_of(annotation), place, about)
            mark = f"{place}, comment" if place else None
            self.comments.append(Piece(text, BlockKind.PARAGRAPH, mark=mark))

    def _slide(self, page: Element, number: int) -> Iterator[Piece]:
        is_hidden = page.get(DRAW + "style-name") in self.styles.hidden
        if is_hidden:
            self.hidden.append(f"slide {number}")
        mark = f"hidden slide {number}" if is_hidden else f"slide {number}"
        titles = [
            frame
            for frame in page.iterchildren(DRAW + "frame")
            if frame.get(SHOW + "class") == "title"
        ]
        boxes = (box for frame in titles for box in frame)
        words = (self.texts.of(one) for box in boxes for one in paragraphs(box))
        yield Piece(one_line(" ".join(words)), BlockKind.HEADING, 1, mark, divides=True)
        for child in page:
            if child not in titles and child.tag not in UNSEEN:
                yield from self._blocks([child])
        for notes in page.iterchildren(SHOW + "notes"):
            yield Piece("", BlockKind.PARAGRAPH, mark=f"{mark}, notes")
            yield from self._blocks(notes)
        for annotation in page.iter(ANNOTATION):
            self._comment(annotation, mark)

    def _blocks(self, container: Element, marker: str | None = None) -> Iterator[Piece]:
        """Yields the pieces below an element; in a list item, the first piece gets the `marker`."""
        for child in container:
            if child.tag in PARAGRAPHS:
                piece = self._paragraph(child, marker)
                yield piece
                if marker and piece.text:
                    marker = ""
                yield from self._anchored(child)
            elif child.tag == TABLE + "table":
                yield from self._table(child)
            elif child.tag == TEXT + "list":
                self.lists.enter(child)
                for item in child:
                    yield from self._blocks(item, self.lists.marker(item))
                self.lists.leave()
            elif child.tag == TEXT + "section" and self.texts.is_hidden(child):
                continue
            elif child.tag == DRAW + "frame":
                yield from self._frame(child)
            elif child.tag not in UNSEEN:
                yield from self._blocks(child, marker)

    def _paragraph(self, paragraph: Element, marker: str | None) -> Piece:
        text = self.texts.of(paragraph).strip()
        if paragraph.tag == TEXT + "h":
            depth = count(paragraph, TEXT + "outline-level", _DEEPEST_HEADING)
            return Piece(text, BlockKind.HEADING, max(1, depth))
        if paragraph.get(TEXT + "style-name") in self.styles.titles:
            return Piece(text, BlockKind.HEADING, 1)
        if marker is None:
            return Piece(text, BlockKind.PARAGRAPH)
        return Piece(marker + text if text else "", BlockKind.LIST_ITEM)

    def _anchored(self, paragraph: Element) -> Iterator[Piece]:
        """Yields the content anchored in a paragraph: boxes, shapes, pictures and charts."""
        for element in paragraph.iter():
            if isinstance(element.tag, str) and is_drawn(element):
                above = element.iterancestors()
                outer = next(one for one in above if one.tag in PARAGRAPHS or is_drawn(one))
                if outer is paragraph:
                    yield from self._blocks([element])
        yield from self._charts()

    def _frame(self, frame: Element) -> Iterator[Piece]:
        described = frame.findtext(SVG + "desc") or frame.findtext(SVG + "title")
        if piece := description_piece(described):
            yield piece
        equation = self.texts.equation(frame) if frame.getparent().tag not in PARAGRAPHS else ""
        yield Piece(equation, BlockKind.PARAGRAPH)
        for child in frame:
            if child.tag not in UNSEEN and child.tag != DRAW + "object":
                yield from self._blocks([child])
        yield from self._charts()

    def _table(self, table: Element) -> Iterator[Piece]:
        if is_frame(table):
            for cell in cells(table):
                yield from self._blocks(cell)
            return
        yield from table_pieces(table_rows(table, self.texts), self.allowance, place=None)
        for cell in cells(table):
            for inner in cell.iterchildren(TABLE + "table"):
                yield from self._table(inner)
            for paragraph in paragraphs(cell):
                yield from self._anchored(paragraph)

    def _object(self, link: str) -> Element | None:
        """Returns the content of an object; a chart is held back for its place in the text."""
        content = self.objects.content(link)
        if content is not None and next(content.iter(CHART + "chart"), None) is not None:
            self.charts.append(content)
        return content

    def _charts(self) -> Iterator[Piece]:
        charts, self.charts = self.charts, []
        for chart in charts:
            titles = (self.texts.of(p) for title in chart.iter(CHART + "title") for p in title)
            yield Piece(one_line(" ".join(titles)), BlockKind.PARAGRAPH)
            for table in chart.iter(TABLE + "table"):
                yield from table_pieces(table_rows(table, self.texts), self.allowance, place=None)
