"""Archives in the corpus: each is a folder of documents, which are read where they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TypeAlias, TypeVar

from ..errors import ReadError
from ..reading import PICTURES, SUFFIXES
from .unpacking import tar_items, zip_items
from .walking import is_litter

ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"}
)
"""The ends of the names of archives, in lower case."""

_ALWAYS_READ = SUFFIXES | ARCHIVE_SUFFIXES

MAY_BE_SCANS = PICTURES | {".pdf"}
"""The ends of the names of what OCR may read, in lower case."""

FORMATS = ", ".join((*sorted(SUFFIXES), *sorted(ARCHIVE_SUFFIXES)))
"""All of them in words, archives last."""

LARGEST_GROWTH = 20
"""An archive may unpack to so many times the largest size of a file."""

EXPORT_BEGINS_WITH = "pincite.json"
"""The first file of what `pincite export` writes."""

_UNREAD = " is not read. Convert the file"
_NO_FORMAT = "its name says no format. Rename the file"

# Looked for in every name, and found in few.
_ENDS = tuple(ARCHIVE_SUFFIXES)

# Where the Finder of macOS keeps what only it understands.
_HIDDEN_FOLDER = "__MACOSX"

Read: TypeAlias = Callable[[], bytes]
Result = TypeVar("Result")


def archive_suffix(name: str) -> str | None:
    """How a name says that it is that of an archive (".tar.gz"), in lower case, or None."""
    lower = name.lower()
    if not lower.endswith(_ENDS):
        return None
    return max((suffix for suffix in ARCHIVE_SUFFIXES if lower.endswith(suffix)), key=len)


def suffix_of(path: str) -> str:
    """How the last name of a path ends (".txt"), in lower case, or "" for one without an end.

    As PurePath has it, for a fraction of the time: every file of a corpus is asked.
    """
    name = path.rpartition("/")[2]
    at = name.rfind(".")
    return name[at:].lower() if 0 < at < len(name) - 1 else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its place there, its name, and the reason if it is not read."""

    number: int
    name: str
    flaw: str | None


@dataclass(frozen=True, slots=True)
class Archive:
    """The bytes of an archive, within the bounds that `max_file_bytes` sets."""

    suffix: str
    data: bytes
    max_file_bytes: int
    reads_pictures: bool = False

    def listing(self) -> dict[str, Entry]:
        """The files by name, in the order of the archive; raises ReadError."""
        return self._each(lambda entry, _: entry)

    def fingerprints(self) -> dict[str, str | None]:
        """The SHA-256 of the files by name, None of those not to be read; raises ReadError."""
        return self._each(_fingerprint)

    def entries(self) -> Iterator[tuple[Entry, Read]]:
        """Every file but hidden ones, and how to read it until the next one is asked for.

        Raises ReadError when the archive is damaged or too large, and so does reading a file.
        """
        items = zip_items if self.suffix == ".zip" else tar_items
        for number, item in enumerate(items(self.data, LARGEST_GROWTH * self.max_file_bytes)):
            if number == 0 and item.name == EXPORT_BEGINS_WITH:
                raise ReadError("what pincite has exported, a corpus and its index. Import it")
            flaw = _unsafe(item.name)
            name = item.name if flaw else "/".join(_parts(item.name))
            if flaw is None and _is_hidden(name):
                continue
            flaw = flaw or item.flaw or _unread(name, self.reads_pictures)
            if flaw is None and item.size > self.max_file_bytes:
                flaw = too_large(self.max_file_bytes)
            yield Entry(number, name, flaw), item.read

    def _each(self, result: Callable[[Entry, Read], Result]) -> dict[str, Result]:
        """Of two files of one name the later, as when all of it is unpacked into a folder."""
        found: dict[str, Result] = {}
        for entry, read in self.entries():
            found.pop(entry.name, None)
            found[entry.name] = result(entry, read)
        if not found:
            raise ReadError("an archive without files. Remove it, or put documents into it")
        return found


class Shelf:
    """Reads files of archives, each archive once when they are asked for in its order."""

    def __init__(self, opened: Callable[[Path], Archive]) -> None:
        self._opened = opened
        self._file: Path | None = None
        self._next = 0
        self._entries: Iterator[tuple[Entry, Read]] = iter(())
        self._lock = Lock()

    def load(self, file: Path, wanted: Entry) -> bytes:
        """The bytes of a file of the archive `file`; raises ReadError."""
        if wanted.flaw is not None:
            raise ReadError(wanted.flaw)
        with self._lock:
            if file != self._file or wanted.number < self._next:
                self._file, self._next = None, 0
                self._entries = self._opened(file).entries()
                self._file = file
            for entry, read in self._entries:
                self._next = entry.number + 1
                if entry == wanted:
                    return read()
                if entry.number >= wanted.number:
                    break  # it is another archive now
            raise ReadError("it vanished while the corpus was being read")


@dataclass(frozen=True, slots=True)
class Member:
    """A document within an archive of the corpus."""

    file: Path
    entry: Entry
    shelf: Shelf

    def load(self) -> bytes:
        """Its bytes; raises ReadError with the reason why it is not a readable source."""
        return self.shelf.load(self.file, self.entry)


def too_large(max_file_bytes: int) -> str:
    """The reason why a file beyond the limit is not read."""
    limit = max_file_bytes // 1_000_000
    return f"larger than {limit} MB. Split it, or raise max_file_megabytes"


def addable(reads_pictures: bool) -> frozenset[str]:
    """The ends of the names of what can be added to a corpus, in lower case."""
    return _ALWAYS_READ | PICTURES if reads_pictures else _ALWAYS_READ


def is_read(suffix: str, reads_pictures: bool) -> bool:
    """Whether files whose name ends so, in lower case, are read; pictures where OCR is set."""
    return suffix in addable(reads_pictures)


def unread(suffix: str) -> str:
    """The reason why a file of an unknown format is not read."""
    return f"format '{suffix}' is not read. Convert the file" if suffix else _NO_FORMAT


def is_unread(reason: str | None) -> bool:
    """Whether that is the reason, so that the formats that are read are worth naming."""
    return reason is not None and reason.endswith((_UNREAD, _NO_FORMAT))


def _fingerprint(entry: Entry, read: Read) -> str | None:
    if entry.flaw is not None:
        return None
    try:
        return hashlib.sha256(read()).hexdigest()
    except ReadError:
        # Not lost: loading the file names the reason, and the run lists it as skipped.
        return None


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _is_hidden(name: str) -> bool:
    parts = _parts(name)
    is_hidden = any(part.startswith(".") or part == _HIDDEN_FOLDER for part in parts)
    return is_hidden or is_litter(parts[-1])


def _unsafe(name: str) -> str | None:
    """Why no file may have this name; such names are made to write outside of a folder."""
    first, *_ = parts = _parts(name) or [""]
    has_drive = len(first) > 1 and first[0].isalpha() and first[1] == ":"
    if "\0" in name or "\\" in name:
        fault = "has a character that no name may have"
    elif name.startswith("/") or has_drive:
        fault = "leads to a fixed place"
    elif ".." in parts or parts == [""]:
        fault = "leads out of the archive"
    else:
        return None
    return f"its name {fault}. Pack the archive with plain names"


def _unread(name: str, reads_pictures: bool) -> str | None:
    if archive_suffix(name):
        return "an archive within an archive. Unpack it, and put its files into the corpus"
    suffix = PurePosixPath(name).suffix
    return None if is_read(suffix.lower(), reads_pictures) else unread(suffix)
