"""Reads Excel workbooks (.xlsx): the rows of every sheet, with values as displayed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import chain, islice
from typing import Any

from ...types import BlockKind, Document, Metadata
from ..common.assembly import Piece, assemble
from ..common.characters import one_line
from ..common.comments import comment_pieces, comment_text
from ..common.left_out import FORMULAS, remarks
from ..common.metadata import clean, file_date, language_code, telling_title
from ..common.parsing import parsing
from ..tables.assembly import Allowance, Row, table_pieces
from .number_formats import shown_number
from .packed import WORKBOOK, checked, member, related
from .sheet_comments import noted, persons_of, sheet_comments
from .sheet_extras import chart_sheets, printed, sheet_extras
from .sheet_facts import SheetFacts, sheet_facts, with_merged
from .xml_source import parse_xml

_DATES = frozenset((*range(27, 37), *range(50, 59), *range(71, 82)))
"""The numbers of Excel's date formats for Chinese, Japanese, Korean and Thai."""

_MOST_ROWS = 1_048_576
"""Excel's limit for a sheet; a file may number a row higher, after as many empty rows."""

_NOT_AN_AUTHOR = "openpyxl"
"""The author that openpyxl gives by default, on reading and on writing."""


def read_xlsx(data: bytes) -> Document:
    """Returns the document in an .xlsx file; hidden parts are read and marked as hidden.

    Raises ReadError for a file that is damaged or unpacks to an unreasonable size.
    """
    with parsing("Excel (.xlsx)"), warnings.catch_warnings():
        # The warnings concern charts and styles, which are not used.
        warnings.simplefilter("ignore")
        now = datetime.now(UTC).replace(tzinfo=None)
        workbook = _open(data)
        reading = _Reading(workbook, _strong_styles(workbook))
        pieces = list(reading.pieces())
        metadata = _metadata(workbook.properties, now)
    text, blocks, marks = assemble(pieces)
    return Document(
        text=text,
        metadata=metadata,
        blocks=blocks,
        marks=marks,
        notes=(*reading.notes, *reading.allowance.notes),
    )


def _open(data: bytes) -> Any:
    import openpyxl

    return openpyxl.load_workbook(checked(data), read_only=True, data_only=True, keep_links=False)


def _metadata(properties: Any, now: datetime) -> Metadata:
    # openpyxl uses the current time as the date of a file that states none.
    made = (properties.created, properties.modified)
    days = (day.date().isoformat() if day is not None and day < now else None for day in made)
    date, date_from = file_date(*days)
    author = clean(properties.creator)
    return Metadata(
        title=telling_title(properties.title),
        author=author if author != _NOT_AN_AUTHOR else None,
        date=date,
        language=language_code(properties.language),
        date_from=date_from,
    )


def _strong_styles(workbook: Any) -> frozenset[int]:
    """Returns the cell styles in bold."""
    fonts = [bool(font.b) for font in workbook._fonts]
    styles = (style.fontId for style in workbook._cell_styles)
    return frozenset(at for at, font in enumerate(styles) if font < len(fonts) and fonts[font])


@dataclass(slots=True)
class _Reading:
    """A single pass over a workbook; `strong` holds its bold styles."""

    workbook: Any
    strong: frozenset[int]
    allowance: Allowance = field(default_factory=lambda: Allowance())
    notes: list[str] = field(default_factory=list)
    persons: Mapping[str, str] = field(default_factory=dict)
    comments: list[Piece] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        """Yields the pieces of all sheets within the allowance, then the comments on cells."""
        self.persons = persons_of(self.workbook._archive)
        formulas = 0
        for sheet in self.workbook.worksheets:
            facts = self._facts(sheet._worksheet_path)
            formulas += len(facts.formulas)
            yield from self._sheet(sheet, facts)
            if self.allowance.note:
                break
        self.notes += remarks({FORMULAS: formulas})
        if WORKBOOK in self.workbook._archive.NameToInfo:
            yield from chart_sheets(self.workbook._archive)
        yield from comment_pieces(self.comments)

    def _facts(self, path: str) -> SheetFacts:
        archive = self.workbook._archive
        source = archive.read(path)
        facts = sheet_facts(source)
        facts.printed = list(printed(source))
        for kind, target in related(archive, path):
            if kind == "table" and (source := member(archive, target)):
                facts.add_table(parse_xml(source))
        return facts

    def _sheet(self, sheet: Any, facts: SheetFacts) -> Iterator[Piece]:
        """Yields the title of a sheet as a heading, and its rows; nothing for an empty sheet."""
        title = one_line(sheet.title)
        is_hidden = sheet.sheet_state != "visible"
        name = f"hidden sheet {title}" if is_hidden else f"sheet {title}"
        path = sheet._worksheet_path
        comments = list(sheet_comments(self.workbook._archive, path, self.persons))
        about = dict.fromkeys((comment.cell for comment in comments), "")
        rows = noted(with_merged(self._rows(sheet, facts), facts.merged), about)
        pieces = table_pieces(rows, self.allowance, f"{name}, ", title, facts.hidden_columns)
        for at, piece in enumerate(pieces):
            if at == 0:
                yield Piece(title, BlockKind.HEADING, 1, mark=name, divides=True)
                self._note_hidden(title, is_hidden, facts)
            yield piece
        for piece in chain(sheet_extras(self.workbook._archive, path), facts.printed):
            yield replace(piece, mark=f"{name}, {piece.mark}")
        for one in comments:
            place = f"{one.cell} of {name}"
            text = comment_text(one.words, one.author, place, about[one.cell])
            mark = f"{name}, comment on {one.cell}"
            self.comments.append(Piece(text, BlockKind.PARAGRAPH, mark=mark))

    def _note_hidden(self, title: str, is_hidden: bool, facts: SheetFacts) -> None:
        rows, columns = len(facts.hidden_rows), len(facts.hidden_columns)
        if is_hidden:
            self.notes.append(f"sheet {title} is hidden, read and marked as hidden")
        if rows:
            self.notes.append(f"hidden rows of sheet {title}, read and marked as hidden: {rows}")
        if columns:
            self.notes.append(
                f"hidden columns of sheet {title}, read and marked as hidden: {columns}"
            )

    def _rows(self, sheet: Any, facts: SheetFacts) -> Iterator[Row]:
        # A sheet may state a wrong size, so count only the cells that it has.
        sheet.reset_dimensions()
        rows = islice(sheet.iter_rows(), _MOST_ROWS)
        for number, cells in enumerate(rows, start=1):
            filled = [cell for cell in cells if cell.value is not None]
            shown = ["" if cell.value is None else _shown(cell) for cell in cells]
            if facts.formulas:
                for at, value in enumerate(shown):
                    shown[at] = value or facts.formulas.get((number, at), "")
            strong = [cell._style_id in self.strong for cell in filled]
            yield Row(
                number,
                shown,
                is_header=facts.is_header(number, shown),
                is_strong=bool(strong) and all(strong),
                is_led=len(strong) > 1 and strong[0] and not any(strong[1:]),
                name="hidden row" if number in facts.hidden_rows else "row",
            )


def _shown(cell: Any) -> str:
    """Returns the value of a cell as displayed; empty for an error."""
    value = cell.value
    if cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return _unescaped(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if cell.style_array.numFmtId in _DATES:
            return _date(value, cell)
        return shown_number(value, cell.number_format)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _unescaped(value: str) -> str:
    from openpyxl.utils.escape import unescape

    return str(unescape(value)) if "_x" in value else value


def _date(value: float, cell: Any) -> str:
    """Returns a date in one of Excel's East Asian formats, which files name by number only."""
    from openpyxl.utils.datetime import from_excel

    try:
        shown = from_excel(value, cell.parent.parent.epoch)
    except (OverflowError, ValueError):
        return str(value)
    return _moment(shown) if isinstance(shown, datetime) else str(shown)


def _moment(value: datetime) -> str:
    """Returns a day, with its time unless it is midnight."""
    at_midnight = value.time() == time()
    return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
