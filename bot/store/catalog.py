"""Files, sources and passages of a generation in SQLite, written once and then only read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..errors import IndexDamaged, SourceUnknown
from ..types import Block, BlockKind, Mark, Passage, Source, SourceInfo, SourceSummary
from .layout import REPAIR

SCHEMA = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT, source TEXT, reason TEXT
) WITHOUT ROWID;
CREATE TABLE sources (
    id TEXT PRIMARY KEY, info TEXT NOT NULL, text TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    blocks TEXT NOT NULL, marks TEXT NOT NULL, first_line INTEGER
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, text TEXT NOT NULL, section TEXT NOT NULL, locator TEXT NOT NULL,
    embedded TEXT NOT NULL
);
CREATE UNIQUE INDEX passage_ids ON passages (id);
CREATE INDEX passage_sources ON passages (source);
"""

PASSAGE_COLUMNS = 'row, id, source, start, "end", text, section, locator'

# SQLite's limit on parameters in one statement is far above this.
ROWS_PER_QUERY = 500

P = ParamSpec("P")
T = TypeVar("T")


def text_sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_catalog(
    file: Path,
    files: Iterable[tuple[str, str | None, str | None, str | None]],
    sources: Iterable[Source],
    passages: Iterable[tuple[Passage, str]],
) -> None:
    """Writes files (path, SHA-256, source id, reason), sources, and passages in row order.

    Each passage comes with the SHA-256 of the text that was embedded for it. Raises OSError.
    """
    try:
        with closing(sqlite3.connect(file)) as connection, connection:
            # The folder is thrown away after a crash, so that no journal is needed.
            connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SCHEMA}")
            _insert(connection, "files", files)
            _insert(connection, "sources", map(_source_row, sources))
            _insert(connection, "passages", map(_passage_row, count(), passages))
    except sqlite3.OperationalError as error:  # how SQLite reports a failed write
        raise OSError(f"SQLite cannot write {file.name}: {error}") from error


def _parsed(method: Callable[Concatenate[Catalog, P], T]) -> Callable[Concatenate[Catalog, P], T]:
    """A method that raises IndexDamaged for rows whose JSON was altered."""

    @wraps(method)
    def checked(self: Catalog, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._damaged(error) from error

    return checked


class Catalog:
    """The read side, safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            # Immutable: no lock files beside it, and readable from a read-only disk.
            uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def files(self) -> dict[str, tuple[str | None, str | None, str | None]]:
        """By path: the file's SHA-256, its source's id, or the reason why it was skipped."""
        rows = self._all("SELECT path, sha256, source, reason FROM files ORDER BY path")
        return {path: (sha256, source, reason) for path, sha256, source, reason in rows}

    @_parsed
    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path, with the size of what can be cited."""
        rows = self._all(
            "SELECT info, length(text), blocks, "
            "(SELECT count(*) FROM passages WHERE passages.source = sources.id) FROM sources"
        )
        summaries = (
            SourceSummary(
                info=_info(info),
                passages=passages,
                characters=characters,
                skipped_blocks=sum(block.skipped is not None for block in _blocks(blocks)),
            )
            for info, characters, blocks, passages in rows
        )
        return tuple(sorted(summaries, key=lambda summary: summary.info.path))

    @_parsed
    def infos(self) -> dict[str, SourceInfo]:
        """The descriptions of all sources, by id."""
        return {id_: _info(info) for id_, info in self._all("SELECT id, info FROM sources")}

    @_parsed
    def source(self, source_id: str) -> Source:
        """A source with its text; raises SourceUnknown, or IndexDamaged if its text was altered."""
        rows = self._all(
            "SELECT info, text, text_sha256, blocks, marks, first_line FROM sources WHERE id = ?",
            source_id,
        )
        if not rows:
            raise SourceUnknown(f"no source has the id '{source_id}'. See: pincite sources")
        info, text, expected, blocks, marks, first_line = rows[0]
        if text_sha256(text) != expected:
            raise IndexDamaged(f"the stored text of {_info(info).path} was altered. {REPAIR}")
        return Source(
            info=_info(info),
            text=text,
            blocks=_blocks(blocks),
            marks=tuple(Mark(*mark) for mark in json.loads(marks)),
            first_line=first_line,
        )

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
    def passages_of(self, source_id: str) -> list[tuple[int, Passage, str]]:
        """A source's passages in reading order, each with its row and embedded text's SHA-256."""
        rows = self._all(
            f"SELECT {PASSAGE_COLUMNS}, embedded FROM passages WHERE source = ? ORDER BY row",
            source_id,
        )
        return [(row[0], _passage(row), row[-1]) for row in rows]

    def embedded_rows(self) -> dict[str, int]:
        """The row of each embedded text, by its SHA-256."""
        return dict(self._all("SELECT embedded, row FROM passages"))

    def passage_count(self) -> int:
        """Passages of all sources."""
        return int(self._all("SELECT count(*) FROM passages")[0][0])

    def _all(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, parameters).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> IndexDamaged:
        return IndexDamaged(f"{self._file} is damaged ({error}). {REPAIR}")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * columns)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _source_row(source: Source) -> tuple[Any, ...]:
    blocks = [[b.start, b.end, b.kind.value, b.level, b.skipped] for b in source.blocks]
    return (
        source.info.id,
        json.dumps(asdict(source.info)),
        source.text,
        text_sha256(source.text),
        json.dumps(blocks),
        json.dumps([[mark.start, mark.name, mark.divides] for mark in source.marks]),
        source.first_line,
    )


def _passage_row(row: int, passage_and_embedded: tuple[Passage, str]) -> tuple[Any, ...]:
    passage, embedded = passage_and_embedded
    section = json.dumps(passage.section)
    return (
        row,
        passage.id,
        passage.source_id,
        passage.start,
        passage.end,
        passage.text,
        section,
        passage.locator,
        embedded,
    )


def _info(row: str) -> SourceInfo:
    described = json.loads(row)
    return SourceInfo(**{**described, "also_at": tuple(described["also_at"])})


def _blocks(row: str) -> tuple[Block, ...]:
    return tuple(
        Block(start, end, BlockKind(kind), level, skipped)
        for start, end, kind, level, skipped in json.loads(row)
    )


def _passage(row: Sequence[Any]) -> Passage:
    _, id_, source_id, start, end, text, section, locator = row[:8]
    return Passage(id_, source_id, start, end, text, tuple(json.loads(section)), locator)
