"""Reads comments on the cells of an Excel workbook in Excel's current and older formats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zipfile import ZipFile

from ..common.characters import one_line
from ..common.parsing import Element
from ..tables.rows import Row
from .packed import WORKBOOK, member, related
from .sheet_facts import area_of
from .xml_source import parse_xml

_THREADED = "[Threaded comment]"


@dataclass(frozen=True, slots=True)
class CellComment:
    """A comment on a cell, such as B3."""

    cell: str
    author: str
    words: str


def persons_of(archive: ZipFile) -> Mapping[str, str]:
    """Returns the names of comment authors by their ids."""
    persons: dict[str, str] = {}
    for kind, target in related(archive, WORKBOOK):
        if kind == "person" and (source := member(archive, target)):
            for person in parse_xml(source).iter("{*}person"):
                persons[person.get("id") or ""] = person.get("displayName") or ""
    return persons


def sheet_comments(
    archive: ZipFile, path: str, persons: Mapping[str, str]
) -> Iterator[CellComment]:
    """Yields the comments on a sheet.

    For comments with replies, Excel keeps a copy for its older versions; the copy is used only if
    the comment itself is missing.
    """
    copies: list[CellComment] = []
    threaded = set[str]()
    for kind, target in related(archive, path):
        source = member(archive, target)
        if source is not None and kind == "threadedComment":
            for comment in _threaded(parse_xml(source), persons):
                threaded.add(comment.cell)
                yield comment
        elif source is not None and kind == "comments":
            copies += _plain(parse_xml(source))
    for comment in copies:
        words = comment.words
        if not words.startswith(_THREADED):
            yield comment
        elif comment.cell not in threaded:
            yield CellComment(comment.cell, "", words.partition(" Comment: ")[2] or words)


def noted(rows: Iterator[Row], cells: dict[str, str]) -> Iterator[Row]:
    """Yields the rows unchanged, and stores the displayed values of `cells` (names like B3)."""
    places: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for name in cells:
        if area := area_of(name):
            places[area.rows.start].append((area.columns.start, name))
    for row in rows:
        for at, name in places.get(row.number, ()):
            cells[name] = row.cells[at] if at < len(row.cells) else ""
        yield row


def _threaded(comments: Element, persons: Mapping[str, str]) -> Iterator[CellComment]:
    for comment in comments.iter("{*}threadedComment"):
        if words := one_line(comment.findtext("{*}text") or ""):
            author = persons.get(comment.get("personId") or "", "")
            yield CellComment(one_line(comment.get("ref") or ""), author, words)


def _plain(comments: Element) -> Iterator[CellComment]:
    authors = [one_line(author.text or "") for author in comments.iter("{*}author")]
    for comment in comments.iter("{*}comment"):
        words = one_line("".join(text.text or "" for text in comment.iter("{*}t")))
        number = comment.get("authorId") or ""
        is_known = number.isdecimal() and len(number) < 7 and int(number) < len(authors)
        author = authors[int(number)] if is_known else ""
        if words:
            # Excel starts a comment with its author's name in bold.
            words = words.removeprefix(f"{author}:").strip() or words if author else words
            yield CellComment(one_line(comment.get("ref") or ""), author, words)
