"""The corpus folder: which files belong to it, and reading, adding and removing them safely."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CorpusMissing, ReadError, SourceUnknown, UsageError
from ..reading import SUFFIXES

# Explains the corpus to its owner; it is not one of the documents.
NOT_A_SOURCE = "README.md"

LONGEST_NAME_BYTES = 200


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

    def files(self) -> dict[str, Path]:
        """Every candidate file by its path for display, sorted; hidden files are left out."""
        self.require()
        name = self.folder.resolve().name
        found = {}
        for file in self._walk(self.folder):
            relative = file.relative_to(self.folder).as_posix()
            if relative != NOT_A_SOURCE:
                found[_decoded(f"{name}/{relative}")] = file
        return dict(sorted(found.items()))

    def fingerprints(self) -> dict[str, str | None]:
        """The SHA-256 of every candidate file's bytes; None where they cannot be read."""
        return {path: self._fingerprint(file) for path, file in self.files().items()}

    def load(self, file: Path) -> bytes:
        """A file's bytes; raises ReadError with the reason why it is not a readable source."""
        self._check(file)
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
            raise UsageError(f"{name}: {self._too_large()}")
        safe = _safe_name(name)
        target = self.folder / safe
        number = 2
        while True:
            try:
                with target.open("xb") as stream:
                    stream.write(data)
                return target
            except FileExistsError:
                target = self.folder / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
                number += 1
            except OSError as error:
                target.unlink(missing_ok=True)
                raise UsageError(f"{safe} cannot be stored: {error.strerror or error}.") from error

    def remove(self, path: str) -> None:
        """Deletes the file that was handed out as `path`; raises SourceUnknown."""
        file = self.files().get(path)
        if file is None:
            raise SourceUnknown(f"{path}: there is no such file in the corpus.")
        file.unlink()

    def _walk(self, folder: Path) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield folder  # listed as skipped
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
            else:
                yield Path(entry.path)

    def _check(self, file: Path) -> None:
        if file.is_dir() and not file.is_symlink():
            raise ReadError("a folder that cannot be listed. Check its permissions")
        if file.suffix.lower() not in SUFFIXES:
            known = ", ".join(sorted(SUFFIXES))
            raise ReadError(f"format '{file.suffix}' is not read. Convert it to one of {known}")
        try:
            if file.is_symlink() and not self._leads_inside(file):
                raise ReadError("a link that leads out of the corpus. Copy the file instead")
            status = file.stat()
        except FileNotFoundError:
            raise ReadError("it vanished while the corpus was being read") from None
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror or error}") from None
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("not a regular file. Replace it by a copy of its content")
        if status.st_size > self.max_file_bytes:
            raise ReadError(self._too_large())

    def _fingerprint(self, file: Path) -> str | None:
        try:
            self._check(file)
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except (ReadError, OSError):
            # Not lost: loading the file names the reason, and the run lists it as skipped.
            return None

    def _leads_inside(self, file: Path) -> bool:
        try:
            return file.resolve().is_relative_to(self.folder.resolve())
        except RuntimeError:  # until Python 3.13, a link that leads to itself
            return False

    def _too_large(self) -> str:
        limit = self.max_file_bytes // 1_000_000
        return f"larger than {limit} MB. Split it, or raise max_file_megabytes"


def _decoded(path: str) -> str:
    r"""Undecodable bytes of a file name as \xNN, so that every path is valid Unicode."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _safe_name(name: str) -> str:
    """The last part of an uploaded name without anything that a file system or shell may read."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    suffix = Path(last).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise UsageError(f"{last!r}: only {known} files can be added. Convert it first.")
    stem = last[: -len(suffix)]
    kept = "".join(sign if sign.isalnum() or sign in "-_ ()+&," else "-" for sign in stem)
    kept = kept.strip(" -.")
    while len(kept.encode()) > LONGEST_NAME_BYTES:
        kept = kept[:-1]
    if f"{kept}{suffix}".lower() == NOT_A_SOURCE.lower():
        kept = f"{kept}-source"
    return f"{kept or 'document'}{suffix}"
