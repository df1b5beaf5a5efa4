"""A segment: some sources, their passages, and their search data, in files that never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...errors import IndexDamaged
from ...text.passages import context
from ...types import Passage, Vectors
from .approximation import Approximation
from .arrays import mapped_bytes
from .catalog import Catalog, Entry, Extent, write_catalog
from .embeddings import Embeddings, write_records
from .layout import CATALOG, POSTINGS, REPAIR, VECTORS, WORDS
from .manifest import SegmentRecord
from .postings import Postings, Rows, Searched, merge_postings, write_postings
from .sampling import sample_questions
from .vectors import Chosen, VectorIndex, write_clustered, write_vectors
from .words import Tally

# Writes the records of a segment's passages to a folder, given their keys by row.
RecordWriter: TypeAlias = Callable[[Sequence[bytes], Path], None]


class Segment:
    """The open files of one segment; thread-safe."""

    def __init__(self, folder: Path, record: SegmentRecord) -> None:
        """Raises IndexDamaged."""
        self.folder = folder
        self.record = record
        self.catalog = Catalog(folder / CATALOG)
        self._index = VectorIndex(folder / VECTORS, record.approximation)
        self.embeddings = Embeddings(folder)
        self.postings = Postings(folder / POSTINGS)
        self._words = _mapped(folder / WORDS)
        self.extents: dict[str, Extent] = self.catalog.extents()
        lengths = {len(self._index), len(self.embeddings), len(self.postings)}
        lengths |= {self.catalog.passage_count(), sum(e.passages for e in self.extents.values())}
        if len(lengths) != 1:
            raise IndexDamaged(f"{folder}: its parts disagree on the passages. {REPAIR}")

    def __len__(self) -> int:
        return len(self._index)

    def nearest(
        self, question: Vectors, count: int, chosen: Chosen | None = None
    ) -> tuple[npt.NDArray[np.int64], Vectors]:
        """Returns rows and cosines of the passages nearest to a question, among all or the chosen
        ones.
        """
        return self._index.search(question, count, chosen)

    def vectors(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """Returns the vectors of some passages as embedded, shape (rows, dimension)."""
        if self._index.is_exact:
            return self._index.vectors(rows)
        return self.embeddings.vectors(rows.tolist())

    @cached_property
    def words(self) -> Tally:
        """The words of the segment as it was written."""
        return Tally.read(self._words.tobytes(), self.folder / WORDS)

    def passages(self, source_id: str) -> list[tuple[Passage, bytes]]:
        """Returns the passages of a source, each with the SHA-256 of its embedded text."""
        extent = self.extents[source_id]
        first = extent.first_row
        return self.catalog.passages_between(first, first + extent.passages)

    def passage_ids(self, source_id: str) -> list[str]:
        """The ids of a source's passages, in reading order."""
        extent = self.extents[source_id]
        return self.catalog.passage_ids(extent.first_row, extent.first_row + extent.passages)

    def record_for(self, key: bytes) -> bytes | None:
        """Returns the record of an embedded text if a passage of the segment has it."""
        row = self.catalog.row_of(key)
        return None if row is None else self.embeddings.record(row)


def _mapped(file: Path) -> npt.NDArray[np.uint8]:
    """Maps a file's bytes; they stay readable if the file is removed."""
    try:
        return mapped_bytes(file)
    except OSError as error:
        raise IndexDamaged(f"{file} is damaged ({error}). {REPAIR}") from error


def write_segment(
    folder: Path, entries: Sequence[Entry], records: RecordWriter, recall: float | None
) -> Approximation | None:
    """Writes a segment of newly read sources, and returns how its vectors are searched.

    With a `recall`, the search is approximate with that recall, otherwise exact. Raises OSError.
    """
    folder.mkdir(parents=True)
    records([key for entry in entries for key in entry.keys], folder)
    write_catalog(folder / CATALOG, entries)
    approximation = _write_vectors(folder, recall)
    write_postings(_searched(entries), folder / POSTINGS)
    words = Tally()
    for entry in entries:
        _count(words, entry.source.info.title, entry.passages)
    words.write(folder)
    return approximation


@dataclass(frozen=True, slots=True)
class Live:
    """A segment, and the ids of its removed sources."""

    segment: Segment
    removed: Set[str]

    def ids(self) -> list[str]:
        """Returns the ids of the live sources, in row order."""
        return [id_ for id_ in self.segment.extents if id_ not in self.removed]

    def entries(self) -> Iterator[Entry]:
        """Yields the live sources with their passages, in row order."""
        for id_ in self.ids():
            passages = self.segment.passages(id_)
            yield Entry(
                self.segment.catalog.source(id_),
                [passage for passage, _ in passages],
                [key for _, key in passages],
            )

    def words_removed(self) -> Tally:
        """Returns the words that the removed sources contributed to the segment."""
        found = Tally()
        for id_ in self.removed & self.segment.extents.keys():
            passages = [passage for passage, _ in self.segment.passages(id_)]
            _count(found, self.segment.extents[id_].info.title, passages)
        return found

    def passages(self) -> int:
        """Returns the number of live passages."""
        return sum(self.segment.extents[id_].passages for id_ in self.ids())


def merge_segments(
    folder: Path, parts: Sequence[Live], recall: float | None
) -> Approximation | None:
    """Merges the live contents of some segments into one; `recall` is as in `write_segment`.

    Raises OSError or IndexDamaged.
    """
    folder.mkdir(parents=True)
    write_records(_records(parts), folder)
    write_catalog(folder / CATALOG, (entry for part in parts for entry in part.entries()))
    approximation = _write_vectors(folder, recall)
    renumbered: list[tuple[Postings, Rows]] = []
    words = Tally()
    count = 0
    for part in parts:
        rows: Rows = np.full(len(part.segment), -1, dtype=np.int32)
        for id_ in part.ids():
            extent = part.segment.extents[id_]
            end = extent.first_row + extent.passages
            rows[extent.first_row : end] = np.arange(count, count + extent.passages)
            count += extent.passages
        renumbered.append((part.segment.postings, rows))
        words.add(part.segment.words)
        words.take_away(part.words_removed())
    merge_postings(renumbered, count, folder / POSTINGS)
    words.write(folder)
    return approximation


def _records(parts: Iterable[Live]) -> Iterator[bytes]:
    for part in parts:
        for id_ in part.ids():
            extent = part.segment.extents[id_]
            for row in range(extent.first_row, extent.first_row + extent.passages):
                yield part.segment.embeddings.record(row)


def _write_vectors(folder: Path, recall: float | None) -> Approximation | None:
    """Writes the searchable vectors of a segment's records."""
    embeddings = Embeddings(folder)
    vectors = embeddings.vectors(range(len(embeddings)))
    if recall is None:
        write_vectors(vectors, folder / VECTORS)
        return None
    return write_clustered(vectors, sample_questions(embeddings), folder / VECTORS, recall)


def _searched(entries: Iterable[Entry]) -> Iterator[Searched]:
    """Yields the text, the context and the language of each passage."""
    for entry in entries:
        info = entry.source.info
        for passage in entry.passages:
            yield passage.text, " ".join(context(info.title, passage.section)), info.language


def _count(words: Tally, title: str, passages: Iterable[Passage]) -> None:
    words.count("", title)
    for passage in passages:
        words.count(passage.text, " ".join(passage.section))
