"""The manifest of a generation: its stamp, its contents, and the hashes of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...errors import IndexDamaged, IndexMismatch
from ...types import CorpusFile, SkippedFile
from .approximation import Approximation
from .layout import MANIFEST, REPAIR, SEGMENTS

FORMAT = 6

# The format before manifests named the corpus; it is still readable.
_READ_TOO = 5


@dataclass(frozen=True, slots=True)
class Stamp:
    """What decides the content of a generation besides the corpus.

    Different stamps give different passages or vectors for the same files. If only `ocr` differs,
    the index still answers, and the next run reads scans and pictures again.
    """

    encoder: str
    model: str
    reading: int
    keep_boilerplate: bool
    passages: int
    passage_characters: int
    ocr: str = ""

    def difference(self, wanted: Stamp) -> str | None:
        """Describes the first difference between the index and the wanted stamp."""
        if self.encoder != wanted.encoder:
            return f"it was built with model '{self.model}', not with '{wanted.model}'"
        if (self.reading, self.passages) != (wanted.reading, wanted.passages):
            return "it was built by another version of pincite"
        if self.passage_characters != wanted.passage_characters:
            return (
                f"its passages aim at {self.passage_characters} characters, "
                f"not at {wanted.passage_characters}"
            )
        if self.keep_boilerplate != wanted.keep_boilerplate:
            return f"it was built with keep_boilerplate = {str(self.keep_boilerplate).lower()}"
        return None


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and SHA-256 of a file of the generation."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """A segment: its id, its files, the ids of its removed sources, and its approximate search, if
    any.
    """

    name: str
    removed: tuple[str, ...]
    files: dict[str, FileRecord]
    approximation: Approximation | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation.

    `unread` are the corpus files that could not become sources. `corpus` is the name of the corpus
    folder, as in `bot.generations.ownership`; "" means unknown.
    """

    generation: int
    created: str
    stamp: Stamp
    sources: int
    passages: int
    dimension: int
    unread: tuple[CorpusFile, ...]
    segments: tuple[SegmentRecord, ...]
    corpus: str = ""

    @property
    def files(self) -> dict[str, FileRecord]:
        """Returns the records of all files except the manifest, by path in the generation."""
        return {
            f"{SEGMENTS}/{segment.name}/{name}": record
            for segment in self.segments
            for name, record in segment.files.items()
        }

    @property
    def skipped(self) -> tuple[SkippedFile, ...]:
        """Returns the corpus files that are not used for answers, and why."""
        return tuple(SkippedFile(file.path, file.reason or "") for file in self.unread)

    def write(self, folder: Path) -> None:
        """Writes manifest.json with its own hash; it is the last file of a generation."""
        content = {"format": FORMAT, **asdict(self)}
        content["sha256"] = sealed(content)
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", errors="surrogateescape")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Reads manifest.json; raises IndexDamaged, or IndexMismatch for another format."""
        file = folder / MANIFEST
        try:
            content: dict[str, Any] = json.loads(file.read_text("utf-8", errors="surrogateescape"))
            if content["format"] not in (FORMAT, _READ_TOO):
                raise IndexMismatch(
                    f"{folder}: the index was written by another version of pincite. {REPAIR}"
                )
            if content.pop("sha256") != sealed(content):
                raise ValueError("it was altered")
            del content["format"]
            content["stamp"] = Stamp(**content["stamp"])
            content["unread"] = tuple(CorpusFile(**file) for file in content["unread"])
            content["segments"] = tuple(map(_segment, content["segments"]))
            return cls(**content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"{file} is missing or damaged ({error}). {REPAIR}") from error

    @staticmethod
    def corpus_in(folder: Path) -> str:
        """Returns the corpus name in a manifest of any format, even an altered one; "" unknown."""
        try:
            named = json.loads((folder / MANIFEST).read_text("utf-8", errors="surrogateescape"))
            return str(named["corpus"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def check_sizes(self, folder: Path) -> None:
        """Checks file sizes on opening; raises IndexDamaged for a missing or truncated file."""
        for name, record in self.files.items():
            try:
                size = (folder / name).stat().st_size
            except OSError:
                raise IndexDamaged(f"{folder / name} is missing. {REPAIR}") from None
            if size != record.bytes:
                raise IndexDamaged(
                    f"{folder / name} has {size:,} bytes instead of {record.bytes:,}. {REPAIR}"
                )

    def faults(self, folder: Path) -> list[str]:
        """Checks size and SHA-256 of every file and describes the faults."""
        found = []
        for name, record in self.files.items():
            try:
                actual = record_of(folder / name)
            except OSError as error:
                found.append(f"{name}: {error.strerror or error}")
                continue
            if actual != record:
                found.append(f"{name}: altered (SHA-256 {actual.sha256[:12]}…)")
        return found


def sealed(content: Mapping[str, Any]) -> str:
    """Returns the hash of a manifest's content, whatever its formatting."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _segment(entry: Mapping[str, Any]) -> SegmentRecord:
    files = {name: FileRecord(**record) for name, record in entry["files"].items()}
    # Generations from before approximate search have no such entry.
    found = entry.get("approximation")
    approximation = Approximation(**found) if found else None
    return SegmentRecord(entry["name"], tuple(entry["removed"]), files, approximation)


def record_of(file: Path) -> FileRecord:
    """Returns size and SHA-256 of a file on disk."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileRecord(bytes=stream.tell(), sha256=digest)


def records_below(folder: Path) -> dict[str, FileRecord]:
    """The records of all files below a folder, by their relative paths."""
    return {
        file.relative_to(folder).as_posix(): record_of(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
