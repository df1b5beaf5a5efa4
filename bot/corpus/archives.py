"""Archives in the corpus. Each is treated as a folder of documents and read in place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TypeAlias, TypeVar

from ..errors import ReadError
from ..reading import PICTURES, SUFFIXES
from .listing import is_litter
from .unpacking import tar_items, zip_items

ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"}
)
"""The file extensions of archives, in lower case."""

_ALWAYS_READ = SUFFIXES | ARCHIVE_SUFFIXES

FORMATS = ", ".join((*sorted(SUFFIXES), *sorted(ARCHIVE_SUFFIXES)))
"""The file extensions that are always read, as a text, archives last."""

LARGEST_GROWTH = 20
"""The unpacked size limit of an archive, as a multiple of the largest file size."""

EXPORT_BEGINS_WITH = "pincite.json"
"""The name of the first file in an export by `pincite export`."""

_UNREAD = " is not read. Convert the file"
_NO_FORMAT = "its name says no format. Rename the file"

# A tuple for `str.endswith`: a fast check for all names, most of which are not archives.
_ENDS = tuple(ARCHIVE_SUFFIXES)

# A folder in which the macOS Finder stores metadata.
_HIDDEN_FOLDER = "__MACOSX"

Read: TypeAlias = Callable[[], bytes]
Result = TypeVar("Result")


def archive_suffix(name: str) -> str | None:
    """Returns the archive extension of a name (".tar.gz") in lower case, or None."""
    lower = name.lower()
    if not lower.endswith(_ENDS):
        return None
    return max((suffix for suffix in ARCHIVE_SUFFIXES if lower.endswith(suffix)), key=len)


def suffix_of(path: str) -> str:
    """Returns the extension of a path's last part (".txt") in lower case, or "" without one.

    Same result as PurePath.suffix, in a fraction of the time: it is called for every file of a
    corpus.
    """
    name = path.rpartition("/")[2]
    at = name.rfind(".")
    return name[at:].lower() if 0 < at < len(name) - 1 else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its position, its name, and the reason if it is not read."""

    number: int
    name: str
    flaw: str | None


@dataclass(frozen=True, slots=True)
class Archive:
    """The bytes of an archive, read within the limits that `max_file_bytes` sets."""

    suffix: str
    data: bytes
    max_file_bytes: int
    reads_pictures: bool = False

    def listing(self) -> dict[str, Entry]:
        """Returns the files by name, in the order of the archive; raises ReadError."""
        return self._each(lambda entry, _: entry)

    def fingerprints(self) -> dict[str, str | None]:
        """Returns the SHA-256 of the files by name, None for files not to be read; raises
        ReadError.
        """
        return self._each(_fingerprint)

    def entries(self) -> Iterator[tuple[Entry, Read]]:
        """Yields every file except hidden ones, with a function that reads it.

        The function is valid until the next file is requested. Both raise ReadError if the archive
        is damaged or too large.
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
        """Of two files with the same name, keeps the later one, as unpacking into a folder does."""
        found: dict[str, Result] = {}
        for entry, read in self.entries():
            found.pop(entry.name, None)
            found[entry.name] = result(entry, read)
        if not found:
            raise ReadError("an archive without files. Remove it, or put documents into it")
        return found


class ArchiveReader:
    """Reads files of archives. Each archive is opened once if its files are read in their order."""

    def __init__(self, opened: Callable[[Path], Archive]) -> None:
        self._opened = opened
        self._file: Path | None = None
        self._next = 0
        self._entries: Iterator[tuple[Entry, Read]] = iter(())
        self._lock = Lock()

    def load(self, file: Path, wanted: Entry) -> bytes:
        """Returns the bytes of a file in the archive `file`; raises ReadError."""
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
                    break  # the archive was replaced by another one
            raise ReadError("it vanished while the corpus was being read")


@dataclass(frozen=True, slots=True)
class Member:
    """A document within an archive of the corpus."""

    file: Path
    entry: Entry
    shelf: ArchiveReader

    def load(self) -> bytes:
        """Returns its bytes; raises ReadError with the reason if it is not a readable source."""
        return self.shelf.load(self.file, self.entry)


def too_large(max_file_bytes: int) -> str:
    """Returns the reason for not reading a file over the size limit."""
    limit = max_file_bytes // 1_000_000
    return f"larger than {limit} MB. Split it, or raise max_file_megabytes"


def addable(reads_pictures: bool) -> frozenset[str]:
    """Returns the file extensions of everything that can be added to a corpus, in lower case."""
    return _ALWAYS_READ | PICTURES if reads_pictures else _ALWAYS_READ


def is_read(suffix: str, reads_pictures: bool) -> bool:
    """Whether files with an extension (in lower case) are read; pictures only with OCR."""
    return suffix in addable(reads_pictures)


def unread(suffix: str) -> str:
    """Returns the reason for not reading a file of an unknown format."""
    return f"format '{suffix}' is not read. Convert the file" if suffix else _NO_FORMAT


def is_unread(reason: str | None) -> bool:
    """Whether the reason is an unknown format, so that a list of the known formats helps."""
    return reason is not None and reason.endswith((_UNREAD, _NO_FORMAT))


def _fingerprint(entry: Entry, read: Read) -> str | None:
    if entry.flaw is not None:
        return None
    try:
        return hashlib.sha256(read()).hexdigest()
    except ReadError:
        # Not lost: loading the file raises the reason, and the run lists the file as skipped.
        return None


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _is_hidden(name: str) -> bool:
    parts = _parts(name)
    is_hidden = any(part.startswith(".") or part == _HIDDEN_FOLDER for part in parts)
    return is_hidden or is_litter(parts[-1])


def _unsafe(name: str) -> str | None:
    """Returns why a name is rejected; such names are made to write outside the target folder."""
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
