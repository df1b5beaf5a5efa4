"""The values that readers, passages and the catalog of sources consist of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


CAPTION_LEVEL = 10
"""The level of a heading that is a table's caption. It applies only to the rows of that table."""


COMMENTS = "Comments"
"""The heading above reviewers' comments. It keeps them out of the passages of the text."""

_BY_OCR = re.compile(r"(.+), read by OCR \((\d{1,3}) % sure\)", re.DOTALL)


def read_by_ocr(place: str, sure: int) -> str:
    """Returns the name of a place read by OCR, with its confidence in percent."""
    return f"{place}, read by OCR ({sure} % sure)"


def ocr_of(name: str) -> tuple[str, int | None]:
    """Splits a name of `read_by_ocr` into place and confidence; None for any other name."""
    found = _BY_OCR.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, None)


class BlockKind(StrEnum):
    """The role of a block in a document."""

    HEADING = "heading"
    QUESTION = "question"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a document: a slice of its text without the blank lines around it.

    `level` is the depth of a heading (1 is the top) and 0 for everything else. `skipped` names
    the reason why the block is boilerplate (a menu, a teaser, a date line); None means content.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The name of a place in the original, valid from `start` to the next mark.

    "page 3", "slide 2", "sheet Mines, row 7", "00:01:02", "/mines/0/name"; `read_by_ocr` names a
    place that was read by OCR. `divides` is set if readers see a break in the document here, such
    as a new page.
    """

    start: int
    name: str
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata that a document states; None for what it does not state.

    `date_from` is where the date was found, such as "front matter: date".
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    language: str | None = None
    date_from: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The result of reading one file.

    `blocks` are in reading order, never overlap and cover every visible character of `text`.
    `marks` name the places of the original that citations use, in the order of the text. There are
    none if citations use lines or paragraphs. `first_line` is the line of the file on which `text`
    begins, None if the format has no lines. `notes` are remarks for the person who runs the index,
    such as a guessed encoding.
    """

    text: str
    metadata: Metadata
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    first_line: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source without its text, as lists, citations and JSON show it.

    `id` is derived from the file's content. `path` starts with the name of the corpus folder.
    `sha256` is the hash of the file's bytes. `also_at` lists other files with the same content.
    """

    id: str
    path: str
    title: str
    publisher: str | None
    author: str | None
    date: str | None
    url: str | None
    language: str | None
    format: str
    sha256: str
    also_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the corpus: its description, its extracted text and that text's blocks."""

    info: SourceInfo
    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    first_line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source as lists show it, with its numbers of passages, characters and skipped blocks."""

    info: SourceInfo
    passages: int
    characters: int
    skipped_blocks: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a source that can be cited: `source.text[start:end] == text`, always.

    `section` is the path of headings above it, outermost first. `locator` tells a reader of the
    original where to find it ("page 3", "lines 14–18", "paragraphs 2–4").
    """

    id: str
    source_id: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    locator: str


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus: the source it became, or the reason why it was skipped.

    `sha256` is the hash of its bytes, None if they could not be read.
    """

    path: str
    sha256: str | None
    source_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of the corpus that could not be read, with the reason and what to do about it."""

    path: str
    reason: str
