"""The corpus folder: selects its files, and reads, adds and removes them safely."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeAlias

from ..errors import CorpusMissing, FileChanged, ReadError, SourceUnknown, UsageError
from ..reading import SUFFIXES
from .archives import (
    Archive,
    ArchiveReader,
    Entry,
    Member,
    archive_suffix,
    is_read,
    suffix_of,
    too_large,
    unread,
)
from .document_names import ending, safe_name, safe_stem
from .listing import ABOUT_THE_CORPUS, NOT_A_SOURCE, left_out, walk

# The location of a document: a file, or a file in an archive. A file is a string, because creating
# a Path for every file of a large corpus takes longer than hashing it.
Place: TypeAlias = str | Member

# Files up to this size in bytes are hashed in one step.
_READ_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of documents; display paths start with the folder's own name.

    Everything at `excluded`, such as the index, is left out of the corpus. `reads_pictures` is set
    if OCR reads pictures.
    """

    folder: Path
    max_file_bytes: int
    excluded: tuple[Path, ...] = ()
    reads_pictures: bool = False

    def require(self) -> None:
        """Raises CorpusMissing if the folder does not exist, UsageError if it is in an index."""
        if not self.folder.exists():
            raise CorpusMissing(
                f"the corpus {self.folder} does not exist. Name another folder with --corpus, or "
                "begin it with: pincite add FILE"
            )
        if not self.folder.is_dir():
            raise CorpusMissing(
                f"the corpus {self.folder} is not a folder. Name one with --corpus."
            )
        folder = self.folder.resolve()
        for place in self.excluded:
            if folder.is_relative_to(place.resolve()):
                raise UsageError(
                    f"the corpus {self.folder} lies in the index, {place}. Name the folder of "
                    "the documents, or another --index."
                )

    def make(self) -> None:
        """Makes the folder if it does not exist yet; raises UsageError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"the corpus {self.folder} cannot be made: {error.strerror or error}."
            ) from error

    def files(self) -> dict[str, Place]:
        """Returns every candidate by its display path, without hidden files.

        Files are sorted. An archive counts as a folder: its files are in its place, in archive
        order. An archive that cannot be read is itself a candidate.
        """
        shelf = ArchiveReader(self._archive)
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
        """Returns every file on disk by display path, sorted; like `files`, but archives stay
        whole.
        """
        return {path: Path(file) for path, file in self._stored_files().items()}

    def left_out(self) -> dict[str, str]:
        """Returns excluded files and folders by display path, each with the reason."""
        self.require()
        name = self.folder.resolve().name
        found = {}
        for each in walk(str(self.folder), self.excluded):
            reason = ABOUT_THE_CORPUS if each.relative == NOT_A_SOURCE else each.left_out
            if reason is not None:
                found[_decoded(f"{name}/{each.relative}")] = reason
        return found

    def fingerprints(self) -> dict[str, str | None]:
        """Returns the SHA-256 of every candidate in `files`; None for unreadable ones."""
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

    def fingerprint(self, place: Place) -> str | None:
        """Returns the SHA-256 of one candidate's bytes; None if it is unreadable."""
        if not isinstance(place, Member):
            return self._fingerprint(place)
        try:
            return hashlib.sha256(place.load()).hexdigest()
        except ReadError:
            return None

    def load(self, place: Place) -> bytes:
        """Returns a candidate's bytes; raises ReadError with the reason if it is unreadable."""
        return place.load() if isinstance(place, Member) else self._stored(Path(place))

    def original(self, paths: Iterable[str], sha256: str) -> bytes:
        """Returns the bytes with the given hash, found at one of the display `paths`.

        Raises FileChanged if no file there has them, and CorpusMissing.
        """
        stored = self._stored_files()
        for path in paths:
            try:
                place = self._place_of(path, stored)
                if place is None:
                    continue
                data = self.load(place)
            except ReadError:
                continue
            # Return the current file only if it is the one that was indexed.
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        raise FileChanged(
            "the file of this source is gone or has changed since it was indexed. Update the index."
        )

    def _place_of(self, path: str, stored: Mapping[str, str]) -> Place | None:
        """Returns the location of a candidate, opening at most the archive that contains it."""
        if path in stored:
            return stored[path]
        for archive, file in stored.items():
            if path.startswith(f"{archive}/") and archive_suffix(file) is not None:
                for name, entry in self._archive(Path(file)).listing().items():
                    if _within(archive, name) == path:
                        return Member(Path(file), entry, ArchiveReader(self._archive))
        return None

    def check_archive(self, name: str, data: bytes) -> None:
        """Raises ReadError unless the archive in `data` opens and holds a readable file."""
        if len(data) > self.max_file_bytes:
            raise ReadError(too_large(self.max_file_bytes))
        suffix = archive_suffix(name) or ""
        if not any(self._opened(suffix, data).fingerprints().values()):
            raise ReadError(
                f"an archive without a document that can be read ({', '.join(sorted(SUFFIXES))})"
            )

    def _stored_files(self) -> dict[str, str]:
        self.require()
        name = self.folder.resolve().name
        found = {}
        for each in walk(str(self.folder), self.excluded):
            if each.left_out is None and each.relative != NOT_A_SOURCE:
                found[_decoded(f"{name}/{each.relative}")] = each.path
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

    def add(self, name: str, data: bytes, folders: Sequence[str] = ()) -> Path:
        """Stores a document under a safe, unused name; raises UsageError.

        `folders` are the subfolders of the corpus to store it in, outermost first.
        """
        self.require()
        if len(data) > self.max_file_bytes:
            raise UsageError(f"{name}: {too_large(self.max_file_bytes)}")
        safe = safe_name(name)
        suffix = ending(safe)
        target = self._place(folders) / safe
        number = 2
        while True:
            try:
                with target.open("xb") as stream:
                    stream.write(data)
                return target
            except FileExistsError:
                target = target.with_name(f"{safe[: -len(suffix)]}-{number}{suffix}")
                number += 1
            except OSError as error:
                target.unlink(missing_ok=True)
                raise UsageError(f"{safe} cannot be stored: {error.strerror or error}.") from error

    def shown(self, file: Path) -> str:
        """Returns the display path of a file of the corpus."""
        return _decoded(f"{self.folder.resolve().name}/{file.relative_to(self.folder).as_posix()}")

    def remove(self, *paths: str) -> None:
        """Deletes the files with the given display paths, all or none.

        Raises SourceUnknown, and UsageError for a file in an archive.
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
            if not is_read(ending(file), self.reads_pictures):
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
            # Not lost: loading the file raises the reason, and the run lists the file as skipped.
            return None

    def _leads_inside(self, file: Path) -> bool:
        try:
            return file.resolve().is_relative_to(self.folder.resolve())
        except RuntimeError:  # before Python 3.13, raised for a link to itself
            return False

    def _place(self, folders: Sequence[str]) -> Path:
        """Makes the folder below the corpus to store something in; raises UsageError."""
        place = self.folder
        for name in folders:
            place /= safe_stem(name) or "documents"
            if not self._leads_inside(place):
                raise UsageError(f"{place}: a link that leads out of the corpus. Remove it first.")
            reason = left_out(str(self.folder), place, self.excluded)
            if reason is not None:
                raise UsageError(f"{place}: nothing there is read, for it is {reason}.")
            try:
                place.mkdir(exist_ok=True)
            except OSError as error:
                raise UsageError(f"{place} cannot be made: {error.strerror or error}.") from error
        return place

    def _archive(self, file: Path) -> Archive:
        suffix = archive_suffix(file.name) or ""
        return self._opened(suffix, self._stored(file))

    def _opened(self, suffix: str, data: bytes) -> Archive:
        return Archive(suffix, data, self.max_file_bytes, self.reads_pictures)


def _decoded(path: str) -> str:
    r"""Writes undecodable bytes of a file name as \xNN, so that every path is valid Unicode."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _within(path: str, name: str) -> str:
    """Returns the display path of a file in the archive at `path`, or `path` if the name is ""."""
    return _decoded(f"{path}/{name}".replace("\0", r"\x00")) if name else path
