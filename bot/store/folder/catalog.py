"""Sources and passages of a segment in SQLite, written once and then only read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import finalize

from ...errors import IndexDamaged, SourceUnknown
from ...text.remembered import remembered
from ...types import Block, BlockKind, Mark, Passage, Source, SourceInfo, SourceSummary
from .layout import REPAIR

SCHEMA = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY, info TEXT NOT NULL, text TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    blocks TEXT NOT NULL, marks TEXT NOT NULL, first_line INTEGER,
    first_row INTEGER NOT NULL, passages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, text TEXT NOT NULL, section TEXT NOT NULL, locator TEXT NOT NULL,
    embedded BLOB NOT NULL
);
CREATE UNIQUE INDEX passage_ids ON passages (id);
CREATE INDEX passages_embedded ON passages (embedded);
"""

# Of each table.
COLUMNS = 9
PASSAGE_COLUMNS = 'row, id, source, start, "end", text, section, locator'

# SQLite's limit on parameters in one statement is far above this.
ROWS_PER_QUERY = 500

# Reads a table of thousands of rows a third faster than BlockKind(value).
_KINDS = {kind.value: kind for kind in BlockKind}


@dataclass(frozen=True, slots=True)
class Entry:
    """A source with its passages in reading order, and the SHA-256 of each embedded text."""

    source: Source
    passages: Sequence[Passage]
    keys: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Extent:
    """A source without its text, and the rows of its passages in the segment."""

    info: SourceInfo
    first_row: int
    passages: int


P = ParamSpec("P")
T = TypeVar("T")


def text_sha256(text: str) -> str:
    """Returns the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_catalog(file: Path, entries: Iterable[Entry]) -> None:
    """Writes sources and passages; the order determines their rows. Raises OSError."""
    try:
        with closing(sqlite3.connect(file)) as connection, connection:
            # A crash discards the folder, so no journal is needed.
            connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SCHEMA}")
            first_row = 0
            for entry in entries:
                _insert(connection, "sources", [_source_row(entry, first_row)])
                _insert(connection, "passages", _passage_rows(entry, first_row))
                first_row += len(entry.passages)
    except sqlite3.OperationalError as error:  # how SQLite reports a failed write
        raise OSError(f"SQLite cannot write {file.name}: {error}") from error


def _parsed(method: Callable[Concatenate[Catalog, P], T]) -> Callable[Concatenate[Catalog, P], T]:
    """Wraps a method so that it raises IndexDamaged for rows with altered JSON."""

    @wraps(method)
    def checked(self: Catalog, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._damaged(error) from error

    return checked


class Catalog:
    """Reads a catalog; safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            # Immutable: creates no lock files and works on a read-only disk.
            uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            # A connection is part of a reference cycle, so it would otherwise stay open for long.
            finalize(self, self._connection.close)
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    @_parsed
    def summaries(self) -> list[SourceSummary]:
        """Returns all sources with the size of their citable text."""
        rows = self._all("SELECT info, length(text), blocks, passages FROM sources")
        return [
            SourceSummary(
                info=_info(info),
                passages=passages,
                characters=characters,
                skipped_blocks=sum(block.skipped is not None for block in _blocks(blocks)),
            )
            for info, characters, blocks, passages in rows
        ]

    @_parsed
    def extents(self) -> dict[str, Extent]:
        """Returns all sources without text, by id; raises IndexDamaged if their rows overlap."""
        rows = self._all(
            "SELECT id, info, first_row, passages FROM sources ORDER BY first_row, passages"
        )
        found = {}
        end = 0
        for id_, info, first_row, passages in rows:
            if (first_row, passages) != (end, abs(passages)):
                raise ValueError("a source without a place")
            end += passages
            found[id_] = Extent(_info(info), first_row, passages)
        return found

    @_parsed
    def source(self, source_id: str) -> Source:
        """Returns a source with its text; raises SourceUnknown, IndexDamaged for altered text."""
        rows = self._all(
            "SELECT info, text, text_sha256, blocks, marks, first_line FROM sources WHERE id = ?",
            source_id,
        )
        if not rows:
            raise _unknown(source_id)
        info, text, expected, blocks, marks, first_line = rows[0]
        _check(info, text, expected)
        return Source(
            info=_info(info),
            text=text,
            blocks=_blocks(blocks),
            marks=tuple(Mark(*mark) for mark in json.loads(marks)),
            first_line=first_line,
        )

    @_parsed
    def text(self, source_id: str) -> str:
        """Returns only the text of a source; raises the errors of `source`."""
        rows = self._all("SELECT info, text, text_sha256 FROM sources WHERE id = ?", source_id)
        if not rows:
            raise _unknown(source_id)
        info, text, expected = rows[0]
        _check(info, text, expected)
        return str(text)

    @_parsed
    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row."""
        found: dict[int, Passage] = {}
        for begin in range(0, len(rows), ROWS_PER_QUERY):
            part = rows[begin : begin + ROWS_PER_QUERY]
            marks = ", ".join("?" * len(part))
            query = f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE row IN ({marks})"
            found.update((row[0], _passage(row)) for row in self._all(query, *part))
        if len(found) != len(set(rows)):
            raise IndexDamaged(f"{self._file} lacks passages. {REPAIR}")
        return found

    @_parsed
    def passages_between(self, first: int, end: int) -> list[tuple[Passage, bytes]]:
        """Returns the passages of consecutive rows, each with the SHA-256 of its embedded text."""
        rows = self._all(
            f"SELECT {PASSAGE_COLUMNS}, embedded FROM passages WHERE row >= ? AND row < ? "
            "ORDER BY row",
            first,
            end,
        )
        return [(_passage(row), row[-1]) for row in rows]

    @_parsed
    def passage(self, passage_id: str) -> Passage | None:
        """Returns a passage by its id; None if the segment does not contain it."""
        rows = self._all(f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE id = ?", passage_id)
        return _passage(rows[0]) if rows else None

    def passage_ids(self, first: int, end: int) -> list[str]:
        """The ids of the passages of consecutive rows."""
        query = "SELECT id FROM passages WHERE row >= ? AND row < ? ORDER BY row"
        return [str(row[0]) for row in self._all(query, first, end)]

    def row_of(self, key: bytes) -> int | None:
        """Returns a row whose embedded text has this SHA-256."""
        rows = self._all("SELECT row FROM passages WHERE embedded = ? LIMIT 1", key)
        return int(rows[0][0]) if rows else None

    def passage_count(self) -> int:
        """Returns the number of passages of all sources."""
        return int(self._all("SELECT count(*) FROM passages")[0][0])

    def _all(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, parameters).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> IndexDamaged:
        return IndexDamaged(f"{self._file} is damaged ({error}). {REPAIR}")


def _unknown(source_id: str) -> SourceUnknown:
    return SourceUnknown(f"no source has the id '{source_id}'. See: pincite sources")


def _check(info: str, text: str, expected: str) -> None:
    """Raises IndexDamaged if a text differs from the text that was written."""
    if text_sha256(text) != expected:
        raise IndexDamaged(f"the stored text of {_info(info).path} was altered. {REPAIR}")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    marks = ", ".join("?" * COLUMNS)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _source_row(entry: Entry, first_row: int) -> tuple[Any, ...]:
    source = entry.source
    blocks = [[b.start, b.end, b.kind.value, b.level, b.skipped] for b in source.blocks]
    return (
        source.info.id,
        json.dumps(asdict(source.info)),
        source.text,
        text_sha256(source.text),
        json.dumps(blocks),
        json.dumps([[mark.start, mark.name, mark.divides] for mark in source.marks]),
        source.first_line,
        first_row,
        len(entry.passages),
    )


def _passage_rows(entry: Entry, first_row: int) -> Iterator[tuple[Any, ...]]:
    for row, (passage, key) in enumerate(
        zip(entry.passages, entry.keys, strict=True), start=first_row
    ):
        yield (
            row,
            passage.id,
            passage.source_id,
            passage.start,
            passage.end,
            passage.text,
            json.dumps(passage.section),
            passage.locator,
            key,
        )


def _info(row: str) -> SourceInfo:
    described = json.loads(row)
    return SourceInfo(**{**described, "also_at": tuple(described["also_at"])})


def _blocks(row: str) -> tuple[Block, ...]:
    return tuple(
        Block(start, end, _KINDS[kind], level, skipped)
        for start, end, kind, level, skipped in json.loads(row)
    )


def _passage(row: Sequence[Any]) -> Passage:
    _, id_, source_id, start, end, text, section, locator = row[:8]
    return Passage(id_, source_id, start, end, text, _section(section), locator)


@remembered(4_096)
def _section(row: str) -> tuple[str, ...]:
    """Parses the headings above a passage; cached, as neighbouring passages mostly share them."""
    return tuple(json.loads(row))
