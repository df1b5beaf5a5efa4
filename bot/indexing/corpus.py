"""The corpus folder: which files belong to it, and reading, adding and removing them safely."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeAlias

from ..errors import CorpusMissing, ReadError, SourceUnknown, UsageError
from ..reading import SUFFIXES
from .archives import (
    ARCHIVE_SUFFIXES,
    Archive,
    Entry,
    Member,
    Shelf,
    archive_suffix,
    suffix_of,
    too_large,
    unread,
)

ADDABLE = SUFFIXES | ARCHIVE_SUFFIXES
"""The ends of the names of what can be added to a corpus, in lower case."""

# Where the bytes of a document are: a file, or one within an archive. A file is named by a text,
# for making a path of every file of a large corpus takes longer than hashing it.
Place: TypeAlias = str | Member

# Explains the corpus to its owner; it is not one of the documents.
NOT_A_SOURCE = "README.md"

LONGEST_NAME_BYTES = 200

# Bytes of a file that are hashed in one step.
_READ_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of documents; paths handed out start with the folder's own name."""

    folder: Path
    max_file_bytes: int

    def require(self) -> None:
        """Raises CorpusMissing unless the folder is there."""
        if not self.folder.is_dir():
            what = "is not a folder" if self.folder.exists() else "does not exist"
            raise CorpusMissing(
                f"--corpus {self.folder}: {what}. Create it and put documents "
                f"({', '.join(sorted(SUFFIXES))}) into it, or name another folder."
            )

    def files(self) -> dict[str, Place]:
        """Every candidate by its path for display; hidden files are left out.

        Files are sorted, and those of an archive, which is a folder of them here, stand in its
        order. An archive that cannot be read is a candidate itself.
        """
        shelf = Shelf(self._archive)
        found: dict[str, Place] = {}
        for path, file in self._stored_files().items():
            if archive_suffix(file) is None:
                found[path] = file
                continue
            try:
                entries = self._archive(Path(file)).listing()
            except ReadError as error:
                entries = {"": Entry(0, "", str(error))}
            for name, entry in entries.items():
                found[_within(path, name)] = Member(Path(file), entry, shelf)
        return found

    def stored_files(self) -> dict[str, Path]:
        """Every file on disk by its path for display, sorted: as `files`, but archives as such."""
        return {path: Path(file) for path, file in self._stored_files().items()}

    def fingerprints(self) -> dict[str, str | None]:
        """The SHA-256 of every candidate's bytes, as `files` has them; None for the unreadable."""
        found: dict[str, str | None] = {}
        for path, file in self._stored_files().items():
            if archive_suffix(file) is None:
                found[path] = self._fingerprint(file)
                continue
            try:
                inner = self._archive(Path(file)).fingerprints()
            except ReadError:
                inner = {"": None}
            found |= {_within(path, name): sha256 for name, sha256 in inner.items()}
        return found

    def load(self, place: Place) -> bytes:
        """A candidate's bytes; raises ReadError with the reason why it is not a readable source."""
        return place.load() if isinstance(place, Member) else self._stored(Path(place))

    def check_archive(self, name: str, data: bytes) -> None:
        """Raises ReadError unless the archive in `data` opens and holds a readable file."""
        if len(data) > self.max_file_bytes:
            raise ReadError(too_large(self.max_file_bytes))
        suffix = archive_suffix(name) or ""
        if not any(Archive(suffix, data, self.max_file_bytes).fingerprints().values()):
            raise ReadError(
                "an archive without a document that can be read. Put some of these into it: "
                f"{', '.join(sorted(SUFFIXES))}"
            )

    def _stored_files(self) -> dict[str, str]:
        self.require()
        name = self.folder.resolve().name
        found = {}
        for relative, file in _walk(str(self.folder), ""):
            if relative != NOT_A_SOURCE:
                found[_decoded(f"{name}/{relative}")] = file
        return dict(sorted(found.items()))

    def _stored(self, file: Path) -> bytes:
        self._check(str(file))
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            raise ReadError("it vanished while the corpus was being read") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ReadError(f"cannot be read: {reason}. Check its permissions") from None
        return data

    def add(self, name: str, data: bytes) -> Path:
        """Stores an upload under a safe name that no other file has; raises UsageError."""
        self.require()
        if len(data) > self.max_file_bytes:
            raise UsageError(f"{name}: {too_large(self.max_file_bytes)}")
        safe = _safe_name(name)
        target = self.folder / safe
        suffix = _suffix(safe)
        number = 2
        while True:
            try:
                with target.open("xb") as stream:
                    stream.write(data)
                return target
            except FileExistsError:
                target = self.folder / f"{safe[: -len(suffix)]}-{number}{suffix}"
                number += 1
            except OSError as error:
                target.unlink(missing_ok=True)
                raise UsageError(f"{safe} cannot be stored: {error.strerror or error}.") from error

    def remove(self, *paths: str) -> None:
        """Deletes the files that were handed out as `paths`, all or none.

        Raises SourceUnknown, and UsageError for what is in an archive.
        """
        known = self.files()
        stored = []
        for path in paths:
            place = known.get(path)
            if place is None:
                raise SourceUnknown(f"{path}: there is no such file in the corpus.")
            if isinstance(place, Member):
                raise UsageError(
                    f"{path} is in the archive {place.file}, which is left as it is. Remove it "
                    "there, or the archive from the corpus, then run: pincite index"
                )
            stored.append(Path(place))
        for file in stored:
            file.unlink()

    def _check(self, file: str) -> None:
        try:
            status = os.lstat(file)
            if stat.S_ISDIR(status.st_mode):
                raise ReadError("a folder that cannot be listed. Check its permissions")
            if _suffix(file) not in ADDABLE:
                raise ReadError(unread(suffix_of(file)))
            if stat.S_ISLNK(status.st_mode):
                if not self._leads_inside(Path(file)):
                    raise ReadError("a link that leads out of the corpus. Copy the file instead")
                status = Path(file).stat()
        except FileNotFoundError:
            raise ReadError("it vanished while the corpus was being read") from None
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror or error}") from None
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("not a regular file. Replace it by a copy of its content")
        if status.st_size > self.max_file_bytes:
            raise ReadError(too_large(self.max_file_bytes))

    def _fingerprint(self, file: str) -> str | None:
        try:
            self._check(file)
            with FileIO(file) as stream:
                if os.fstat(stream.fileno()).st_size > _READ_AT_ONCE:
                    return hashlib.file_digest(stream, "sha256").hexdigest()
                return hashlib.sha256(stream.read()).hexdigest()
        except (ReadError, OSError):
            # Not lost: loading the file names the reason, and the run lists it as skipped.
            return None

    def _leads_inside(self, file: Path) -> bool:
        try:
            return file.resolve().is_relative_to(self.folder.resolve())
        except RuntimeError:  # until Python 3.13, a link that leads to itself
            return False

    def _archive(self, file: Path) -> Archive:
        suffix = archive_suffix(file.name) or ""
        return Archive(suffix, self._stored(file), self.max_file_bytes)


def _walk(folder: str, below: str) -> Iterator[tuple[str, str]]:
    """The files below a folder, each with its path from where the walk began, and a folder itself
    that cannot be listed; hidden ones are left out.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield below or ".", folder  # listed as skipped
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        relative = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, relative)
        else:
            yield relative, entry.path


def _decoded(path: str) -> str:
    r"""Undecodable bytes of a file name as \xNN, so that every path is valid Unicode."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _within(path: str, name: str) -> str:
    """The path for display of a file in the archive at `path`, of the archive where it is ""."""
    return _decoded(f"{path}/{name}".replace("\0", r"\x00")) if name else path


def _suffix(name: str) -> str:
    return archive_suffix(name) or suffix_of(name)


def _safe_name(name: str) -> str:
    """The last part of an uploaded name without anything that a file system or shell may read."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    suffix = _suffix(last)
    if suffix not in ADDABLE:
        known = ", ".join(sorted(ADDABLE))
        raise UsageError(f"{last!r}: only {known} files can be added. Convert it first.")
    stem = last[: -len(suffix)]
    kept = "".join(sign if sign.isalnum() or sign in "-_ ()+&," else "-" for sign in stem)
    kept = kept.strip(" -.")
    while len(kept.encode()) > LONGEST_NAME_BYTES:
        kept = kept[:-1]
    if f"{kept}{suffix}".lower() == NOT_A_SOURCE.lower():
        kept = f"{kept}-source"
    return f"{kept or 'document'}{suffix}"
