"""Reads e-books (.epub): the chapters in reading order, each read like a web page."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from ...errors import ReadError
from ...types import BlockKind, Document, Metadata
from ..common.assembly import Piece, assembled
from ..common.metadata import clean, iso_date, language_code, telling_title
from ..common.parsing import Element, parsing
from ..office.packed import member, opened
from ..office.xml_source import parse_xml
from ..web_page.html_source import decode_page, parse_page
from ..web_page.html_walk import visible_pieces

_CHUNK = 4096
_OF_FILES = ("creation", "modification", "conversion")
_NO_YEAR = "0101-"
"""The start of calibre's placeholder for an unknown date."""

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


def read_epub(data: bytes) -> Document:
    """Returns the document in an .epub file, without its table of contents.

    Raises ReadError for a file that is damaged, protected or unpacks to an unreasonable size.
    """
    with parsing("book (.epub)"):
        with opened(data) as archive:
            path = _package_path(archive)
            package = parse_xml(archive.read(path))
            chapters = list(_chapters(package, posixpath.dirname(path)))
            if _encrypted(archive).intersection(chapter.path for chapter in chapters):
                raise ReadError(
                    "protected (DRM): its chapters are encrypted. Get a copy without protection."
                )
            sources = [_source(archive, chapter.path) for chapter in chapters]
        metadata = _metadata(package)
    pieces: list[Piece] = []
    notes: list[str] = []
    for chapter, (source, is_whole) in zip(chapters, sources, strict=True):
        if not is_whole:
            notes.append(f"{chapter.name} is damaged: what could be unpacked of it is read")
        try:
            read, remarks = _read_chapter(chapter, source)
        except ReadError as error:
            notes.append(f"{chapter.name} is not read: {error}")
        else:
            pieces += read
            notes += (f"{chapter.name} is {remark}" for remark in remarks)
    return assembled(pieces, metadata, notes)


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A document of the book: its name in citations and its path in the archive."""

    name: str
    path: str


def _package_path(archive: ZipFile) -> str:
    """Returns the path of the package document, which lists all others."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    paths = (element.get("full-path") for element in _named(container, "rootfile"))
    path = next(filter(None, paths), None)
    if path is None:
        raise ReadError("damaged: its container names no book. Get another copy of the file.")
    return unquote(path)


def _chapters(package: Element, folder: str) -> Iterator[_Chapter]:
    """Yields the documents of the spine; those outside the reading order are numbered separately.

    Each is yielded once: a hostile spine may name one without end.
    """
    seen: set[str | None] = set()
    items = {element.get("id"): element for element in _named(package, "item")}
    chapters = supplements = 0
    for reference in _named(package, "itemref"):
        identifier = reference.get("idref")
        item = items.get(identifier)
        if identifier in seen or (item is not None and not _is_page(item)):
            continue
        seen.add(identifier)
        if reference.get("linear") == "no":
            supplements += 1
            name = f"supplement {supplements}"
        else:
            chapters += 1
            name = f"chapter {chapters}"
        place = "" if item is None else unquote((item.get("href") or "").partition("#")[0])
        yield _Chapter(name, posixpath.normpath(posixpath.join(folder, place)) if place else "")


def _is_page(item: Element) -> bool:
    is_contents = "nav" in (item.get("properties") or "").split()
    return not is_contents and item.get("media-type") in _PAGES


def _encrypted(archive: ZipFile) -> set[str]:
    """Returns the encrypted members; in books without protection, these are fonts at most."""
    source = member(archive, "META-INF/encryption.xml")
    if source is None:
        return set()
    references = _named(parse_xml(source), "CipherReference")
    return {posixpath.normpath(unquote(element.get("URI") or "")) for element in references}


def _source(archive: ZipFile, path: str) -> tuple[bytes | None, bool]:
    """Returns the bytes of a chapter, None if missing, and whether they are intact.

    For a damaged chapter, returns what can be unpacked and ignores the checksum.
    """
    try:
        return member(archive, path), True
    except (BadZipFile, zlib.error, EOFError):
        unchecked = copy(archive.getinfo(path))
        del unchecked.CRC
    parts: list[bytes] = []
    try:
        with archive.open(unchecked) as stream:
            parts.extend(iter(partial(stream.read, _CHUNK), b""))
    except (BadZipFile, zlib.error, EOFError):
        return b"".join(parts) or None, False
    return b"".join(parts), False


def _read_chapter(chapter: _Chapter, source: bytes | None) -> tuple[Sequence[Piece], Sequence[str]]:
    """Returns the pieces of a chapter, the first with its mark, and remarks on its encoding."""
    if source is None:
        raise ReadError("the book does not hold it. Get another copy of the file.")
    decoded = decode_page(source)
    with parsing("HTML"):
        pieces = list(visible_pieces(parse_page(decoded.text)))
    opening = Piece("", BlockKind.PARAGRAPH, mark=chapter.name, divides=True)
    return [opening, *pieces], decoded.notes


def _metadata(package: Element) -> Metadata:
    date, date_from = _date(package)
    return Metadata(
        title=telling_title(next(_values(package, "title"), None)),
        publisher=next(_values(package, "publisher"), None),
        author=", ".join(_values(package, "creator")) or None,
        date=date,
        language=language_code(next(_values(package, "language"), None)),
        date_from=date_from,
    )


def _date(package: Element) -> tuple[str | None, str | None]:
    """Returns the date of the book, or else of its file, and where the date is stated."""
    dates: dict[str, str] = {}
    for element in _named(package, "date"):
        event = next((value for key, value in element.items() if key.endswith("event")), "")
        date = iso_date(element.text)
        if date and not date.startswith(_NO_YEAR):
            dates.setdefault(event if event in _OF_FILES else "", date)
    if not dates:
        return None, None
    event = min(dates)
    return dates[event], f"book metadata: date of {event}" if event else "book metadata: date"


def _values(package: Element, name: str) -> Iterator[str]:
    """Yields the values of a name in the package's metadata."""
    found = (clean(element.text) for element in _named(package, name))
    return (value for value in found if value)


def _named(root: Element, name: str) -> Iterator[Element]:
    """Yields elements by name in any namespace, since old and careless books use several."""
    elements: Iterator[Element] = root.iter(f"{{*}}{name}")
    return elements
