"""One generation in Milvus opened for reading; it never changes, so any thread may use it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from functools import cached_property
from typing import TypeVar

import numpy as np

from ...errors import IndexDamaged, SourceUnknown
from ...text.remembered import Recent
from ...text.rewriting import Words
from ...text.terms import analysed_languages
from ...types import (
    ApproximateSearch,
    CorpusFile,
    Passage,
    Source,
    SourceInfo,
    SourceSummary,
    Vectors,
)
from ..folder.catalog import Entry
from ..folder.embeddings import parsed
from ..folder.words import Tally
from ..tokens import Pieces
from .connection import Connection, Row
from .embedded import EmbeddedRecords
from .facts import Facts
from .lexical import LexicalSearch
from .packing import coded
from .rows import CITED, LISTED, WRITTEN, passage_of, source_of, summary_of, vector_of
from .schema import Parts

T = TypeVar("T")

# Cache sizes: passages with their vectors (about 3 kB each), word pieces (15 kB) and sources.
PASSAGES_KEPT = 5_000
PIECES_KEPT = 1_000
SOURCES_KEPT = 256

# About 8 MB.
RECORDS_AT_ONCE = 500


class MilvusGeneration:
    """Implements `GenerationReader`; keeps source descriptions and recently read data in memory."""

    def __init__(
        self, connection: Connection, parts: Parts, number: int, embedded: EmbeddedRecords
    ) -> None:
        """`embedded` has the records of the generation's encoder. Raises IndexDamaged or
        IndexMismatch.
        """
        self.number = number
        self.connection = connection
        self.parts = parts
        for name in parts.all():
            connection.load(name)
        facts = Facts(connection, parts)
        self.manifest = facts.manifest()
        self._facts = facts
        self._embedded = embedded
        lengths = facts.lengths()
        for name, count in (
            (parts.terms, lengths.terms),
            (parts.sources, self.manifest.sources),
            (parts.passages, self.manifest.passages),
        ):
            found = connection.count(name)
            if found != count:
                raise connection.damaged(f"{name} has {found} rows instead of {count}")
        self._summaries: list[SourceSummary] = []
        self.places: dict[str, tuple[int, int]] = {}
        for row in connection.between(parts.sources, "place", 0, self.manifest.sources, LISTED):
            self._summaries.append(self._read(summary_of, row))
            self.places[row["id"]] = int(row["first_row"]), int(row["passages"])
        self.infos: dict[str, SourceInfo] = {
            summary.info.id: summary.info for summary in self._summaries
        }
        self.languages = analysed_languages(self.infos.values())
        self._condition = ""
        self._lexical = LexicalSearch(connection, parts, lengths, self.manifest.passages)
        self._passages: Recent[int, tuple[Passage, bytes, Vectors]] = Recent(PASSAGES_KEPT)
        self._pieces: Recent[bytes, Pieces] = Recent(PIECES_KEPT)
        self._sources: Recent[str, Source] = Recent(SOURCES_KEPT)

    def __len__(self) -> int:
        return self.manifest.passages

    @property
    def place(self) -> str:
        """The address of the index, and the collections of the generation."""
        return f"{self.connection.address} ({self.parts.generation})"

    def nearest(
        self, question: Vectors, count: int, *, alone: bool = True
    ) -> list[tuple[int, float]]:
        """Rows and cosines of the passages nearest to a question vector."""
        # Fetch more than wanted, so that ties can be ordered by row.
        hits = self.connection.search(
            self.parts.passages,
            "vector",
            question.tolist(),
            min(2 * count, len(self)),
            ["row"],
            self._condition,
        )
        near = [(int(row["row"]), cosine) for cosine, row in hits]
        return sorted(near, key=lambda hit: (-hit[1], hit[0]))[:count]

    def narrowed(self, source_ids: Collection[str]) -> MilvusGeneration:
        """Returns the same generation with `nearest` and `matching` limited to some sources."""
        narrowed = copy(self)
        # Share them, or every copy would count the words again.
        narrowed.words = self.words
        narrowed.infos = {id_: info for id_, info in self.infos.items() if id_ in source_ids}
        narrowed._condition = of_sources(narrowed.infos, self.infos)
        return narrowed

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        found = self._found(rows)
        if not rows:
            return np.empty((0, self.manifest.dimension), dtype=np.float32)
        return np.stack([found[row][2] for row in rows])

    def read_ahead(self, source_ids: Collection[str]) -> None:
        """Fetches sources in one call."""
        self._sources.get(source_ids, self._sound_sources)

    def pieces_of(self, rows: Sequence[int]) -> list[Pieces]:
        """The packed word pieces of some passages."""
        found = self._found(rows)
        keys = [found[row][1] for row in rows]
        pieces = self._pieces.get(keys, self._fetched_pieces)
        return [pieces[key] for key in keys]

    def matching(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Returns rows and BM25 scores of the passages that best match analysed terms."""
        return self._lexical.search(terms, count, needed, self._condition)

    def document_frequency(self, term: str) -> int:
        """Returns the number of passages that contain a term."""
        return self._lexical.frequencies([term]).get(term, 0)

    def occurs(self, term: str) -> bool:
        """Whether a term is in any passage or its context."""
        return term in self._lexical.frequencies([term])

    @cached_property
    def words(self) -> Words:
        """The words of the corpus and the acronyms that it defines."""
        return self.tally().words()

    def tally(self) -> Tally:
        """The word counts of the corpus."""
        return self._facts.words()

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row, in the order of the rows asked for."""
        found = self._found(rows)
        return {row: found[row][0] for row in rows}

    def passages_of(self, source_id: str) -> list[tuple[int, Passage]]:
        """A source's passages in reading order, each with its row; raises SourceUnknown."""
        return [(int(row["row"]), self._read(passage_of, row)) for row in self._rows_of(source_id)]

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None where there is none."""
        rows = self.connection.query(self.parts.passages, f"id == '{coded(passage_id)}'", CITED, 1)
        return self._read(passage_of, rows[0]) if rows else None

    def passage_ids(self, source_id: str) -> list[str]:
        """The ids of a source's passages, in reading order; raises SourceUnknown."""
        first, count = self._place(source_id)
        rows = self.connection.between(self.parts.passages, "row", first, first + count, ["id"])
        return [row["id"] for row in rows]

    def searched(self, source_id: str) -> list[int]:
        """The rows under which passages of a source can be found."""
        condition = f"source == '{coded(source_id)}'"
        rows = self.connection.query(self.parts.passages, condition, ["row"], len(self) or 1)
        return sorted(int(row["row"]) for row in rows)

    def entry(self, source_id: str) -> Entry:
        """A source with its passages and their keys; raises SourceUnknown."""
        rows = list(self._rows_of(source_id))
        return Entry(
            self.source(source_id),
            [self._read(passage_of, row) for row in rows],
            [bytes.fromhex(row["embedded"]) for row in rows],
        )

    def rewritten_with(self, removed: Collection[str]) -> Iterator[Entry]:
        """Yields nothing: every generation is written in full."""
        return iter(())

    def records(self, keys: Collection[bytes]) -> Iterator[bytes]:
        """Yields the records of already embedded texts; skips others."""
        wanted = list(keys)
        for begin in range(0, len(wanted), RECORDS_AT_ONCE):
            yield from self._embedded.found(wanted[begin : begin + RECORDS_AT_ONCE]).values()

    def approximate(self) -> ApproximateSearch | None:
        """All passages of a large index; Milvus does not report the recall."""
        if not any(segment.approximation for segment in self.manifest.segments):
            return None
        return ApproximateSearch(passages=len(self), segments=1, lists=0, probes=0, recall=0.0)

    def files(self) -> dict[str, CorpusFile]:
        """Every corpus file at indexing time, by path."""
        found = {file.path: file for file in self.manifest.unread}
        for info in self.infos.values():
            for path in (info.path, *info.also_at):
                found[path] = CorpusFile(path, info.sha256, info.id, None)
        return dict(sorted(found.items()))

    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path."""
        return tuple(self._summaries)

    def source(self, source_id: str) -> Source:
        """A source whose text was checked against its SHA-256; raises SourceUnknown."""
        self._place(source_id)
        found = self._sources.get([source_id], self._fetched_sources)
        if source_id not in found:
            raise self.connection.damaged(f"{self.parts.sources} lacks {source_id}")
        return found[source_id]

    def text(self, source_id: str) -> str:
        """The text of a source, checked against its SHA-256; raises SourceUnknown."""
        return self.source(source_id).text

    def _place(self, source_id: str) -> tuple[int, int]:
        try:
            return self.places[source_id]
        except KeyError:
            raise SourceUnknown(
                f"no source has the id '{source_id}'. See: pincite sources"
            ) from None

    def _rows_of(self, source_id: str) -> Iterator[Row]:
        first, count = self._place(source_id)
        return self.connection.between(self.parts.passages, "row", first, first + count, CITED[1:])

    def _found(self, rows: Sequence[int]) -> Mapping[int, tuple[Passage, bytes, Vectors]]:
        found = self._passages.get(rows, self._fetched_passages)
        if len(found) != len(set(rows)):
            raise self.connection.damaged(f"{self.parts.passages} lacks passages")
        return found

    def _fetched_passages(self, rows: list[int]) -> dict[int, tuple[Passage, bytes, Vectors]]:
        found = self.connection.get(self.parts.passages, rows, [*CITED, "vector"])
        return {int(row["row"]): self._read(_passage, row) for row in found}

    def _fetched_pieces(self, keys: list[bytes]) -> dict[bytes, Pieces]:
        records = self._embedded.records(dict.fromkeys(keys).keys())
        try:
            return {key: parsed(record)[1] for key, record in records.items()}
        except ValueError as error:
            raise self.connection.damaged(f"{self._embedded.name}: {error}") from error

    def _fetched_sources(self, ids: list[str]) -> dict[str, Source]:
        rows = self.connection.get(self.parts.sources, ids, WRITTEN)
        return {row["id"]: self._read(source_of, row) for row in rows}

    def _sound_sources(self, ids: list[str]) -> dict[str, Source]:
        """Returns the readable sources; reading one of the others later raises its error."""
        found = {}
        for row in self.connection.get(self.parts.sources, ids, WRITTEN):
            with suppress(IndexDamaged):
                found[row["id"]] = self._read(source_of, row)
        return found

    def _read(self, reading: Callable[[Row], T], row: Row) -> T:
        try:
            return reading(row)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self.connection.damaged(error) from error


def of_sources(wanted: Collection[str], every: Collection[str]) -> str:
    """Returns the condition for passages of the wanted sources, in the shorter of two forms."""
    others = [id_ for id_ in every if id_ not in wanted]
    if not others:
        return ""
    is_shorter = len(others) < len(wanted)
    named = ", ".join(f"'{coded(id_)}'" for id_ in (others if is_shorter else wanted))
    return f"source {'not in' if is_shorter else 'in'} [{named}]"


def _passage(row: Row) -> tuple[Passage, bytes, Vectors]:
    """Returns a passage, the key of its embedded text, and its vector."""
    return passage_of(row), bytes.fromhex(row["embedded"]), vector_of(row)
