"""One generation opened for reading; it never changes, so any thread may use it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

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
from ..tokens import Pieces
from .approximation import taken_together
from .catalog import Catalog, Entry
from .layout import REPAIR, SEGMENTS, IndexLayout
from .lexical import LexicalIndex
from .manifest import Manifest
from .merging import with_the_new
from .postings import Rows
from .segment import Live, Segment
from .vectors import Chosen
from .words import Tally

# Cache sizes: texts of recent sources, whose SHA-256 is then checked once, and passages (about 2 KB
# each). A question reads the same ones several times, and many questions read popular ones.
SOURCES_KEPT = 64
PASSAGES_KEPT = 2_000

_SIDE_BY_SIDE = ThreadPoolExecutor(thread_name_prefix="segment")


class Generation:
    """The live passages of all segments, by row.

    Rows number the passages by the path of their source, then by position in it, whatever their
    segment. Passages of removed sources have no row.
    """

    def __init__(
        self,
        layout: IndexLayout,
        number: int,
        folder: Path | None = None,
        before: Generation | None = None,
    ) -> None:
        """Opens a generation; `folder` is its place before it is adopted.

        Shares open segments with `before`. Raises IndexDamaged or IndexMismatch.
        """
        folder = folder or layout.generation(number)
        self.manifest = Manifest.read(folder)
        self.manifest.check_sizes(folder)
        self.folder = folder
        self.number = number
        self.parts = tuple(_opened(folder, self.manifest, before))
        self.infos: dict[str, SourceInfo] = {}
        self._places: dict[str, tuple[int, int, int]] = {}
        self._among: npt.NDArray[np.bool_] | None = None
        self._arrange()
        self.languages = analysed_languages(self.infos.values())
        self._passages: Recent[int, Passage] = Recent(PASSAGES_KEPT)
        self._sources: Recent[str, Source] = Recent(SOURCES_KEPT)
        self._texts: Recent[str, str] = Recent(SOURCES_KEPT)

    def __len__(self) -> int:
        return self.manifest.passages

    @property
    def place(self) -> str:
        """The folder of the generation, for messages."""
        return str(self.folder)

    def nearest(
        self, question: Vectors, count: int, *, alone: bool = True
    ) -> list[tuple[int, float]]:
        """Returns rows and cosines of the passages nearest to a question vector.

        Searches segments in parallel if no other thread works on the answer.
        """
        # FAISS uses one thread for one question and releases the GIL.
        search = _SIDE_BY_SIDE.map if alone and len(self.parts) > 1 else map
        near = search(
            lambda part, chosen: part.segment.nearest(question, count, chosen),
            self.parts,
            self._chosen,
        )
        rows = [np.empty(0, dtype=np.int32)]
        cosines = [np.empty(0, dtype=np.float32)]
        for own, (inner, found) in zip(self._rows, near, strict=True):
            rows.append(own.take(inner))
            cosines.append(found)
        all_rows, all_cosines = np.concatenate(rows), np.concatenate(cosines)
        best = np.lexsort((all_rows, -all_cosines))[:count]
        return list(zip(all_rows[best].tolist(), all_cosines[best].tolist(), strict=True))

    def narrowed(self, source_ids: Collection[str]) -> Generation:
        """Returns the same generation with `nearest` and `matching` limited to some sources."""
        narrowed = copy(self)
        # Share them, or every copy would count the words again.
        narrowed.words = self.words
        narrowed.infos = {id_: info for id_, info in self.infos.items() if id_ in source_ids}
        # One element more than there are rows: row -1, for passages that are not live, uses the
        # last.
        among = np.zeros(len(self) + 1, dtype=bool)
        for id_ in narrowed.infos:
            _, first, passages = self._places[id_]
            among[first : first + passages] = True
        narrowed._among = among[:-1]
        narrowed._chosen = [Chosen(among[rows], is_filtered=True) for rows in self._rows]
        return narrowed

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        found: Vectors = np.empty((len(rows), self.manifest.dimension), dtype=np.float32)
        wanted = np.asarray(rows, dtype=np.int64)
        for number, part in enumerate(self.parts):
            own = np.flatnonzero(self._part_of[wanted] == number)
            if len(own):
                found[own] = part.segment.vectors(self._row_in_part[wanted[own]])
        return found

    def pieces(self, row: int) -> Pieces:
        """The packed word pieces of a passage."""
        part: Live = self.parts[self._part_of[row]]
        return part.segment.embeddings.pieces(int(self._row_in_part[row]))

    def read_ahead(self, source_ids: Collection[str]) -> None:
        """Does nothing: the files are local."""

    def pieces_of(self, rows: Sequence[int]) -> list[Pieces]:
        """The packed word pieces of some passages."""
        return [self.pieces(row) for row in rows]

    def matching(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Returns rows and BM25 scores of the passages that best match analysed terms.

        Only passages that have all `needed` terms.
        """
        return self._lexical.search(terms, count, needed, self._among)

    def document_frequency(self, term: str) -> int:
        """Returns the number of passages that contain a term."""
        return self._lexical.document_frequency(term)

    def occurs(self, term: str) -> bool:
        """Whether a term is in any passage or its context."""
        return self._lexical.occurs(term)

    @cached_property
    def words(self) -> Words:
        """The words of the corpus and the acronyms that it defines."""
        found = Tally()
        for part in self.parts:
            found.add(part.segment.words)
            found.take_away(part.words_removed())
        return found.words()

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row, in the order of the rows asked for."""
        found = self._passages.get(rows, self._read_passages)
        return {row: found[row] for row in rows}

    def _read_passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        found: dict[int, Passage] = {}
        wanted = np.asarray(rows, dtype=np.int64)
        for number, part in enumerate(self.parts):
            own = wanted[self._part_of[wanted] == number]
            if len(own):
                inner = self._row_in_part[own].tolist()
                of_part = part.segment.catalog.passages(inner)
                found |= {row: of_part[at] for row, at in zip(own.tolist(), inner, strict=True)}
        return found

    def passages_of(self, source_id: str) -> list[tuple[int, Passage]]:
        """A source's passages in reading order, each with its row; raises SourceUnknown."""
        number, first, _ = self._place(source_id)
        passages = self.parts[number].segment.passages(source_id)
        return [(first + at, passage) for at, (passage, _) in enumerate(passages)]

    def passage(self, passage_id: str) -> Passage | None:
        """Returns a live passage by its id; None if there is none."""
        for part in self.parts:
            found = part.segment.catalog.passage(passage_id)
            if found is not None and found.source_id not in part.removed:
                return found
        return None

    def passage_ids(self, source_id: str) -> list[str]:
        """The ids of a source's passages, in reading order; raises SourceUnknown."""
        number, _, _ = self._place(source_id)
        return self.parts[number].segment.passage_ids(source_id)

    def searched(self, source_id: str) -> list[int]:
        """Returns the rows under which search can find passages of a source."""
        found = []
        for part, rows in zip(self.parts, self._rows, strict=True):
            extent = part.segment.extents.get(source_id)
            if extent is not None:
                found += rows[extent.first_row : extent.first_row + extent.passages].tolist()
        return [row for row in found if row >= 0]

    def entry(self, source_id: str) -> Entry:
        """Returns a source with its passages and keys as written; raises SourceUnknown."""
        number, _, _ = self._place(source_id)
        passages = self.parts[number].segment.passages(source_id)
        return Entry(
            self.source(source_id),
            [passage for passage, _ in passages],
            [key for _, key in passages],
        )

    def rewritten_with(self, removed: Collection[str]) -> Iterator[Entry]:
        """Yields the sources of small segments, which the next change rewrites."""
        for part in with_the_new(self.parts, set(removed)):
            yield from (entry for entry in part.entries() if entry.source.info.id not in removed)

    def records(self, keys: Collection[bytes]) -> Iterator[bytes]:
        """Yields the records of texts that are already embedded; skips others."""
        return (record for record in map(self.record_for, keys) if record is not None)

    def record_for(self, key: bytes) -> bytes | None:
        """Returns the record of an already embedded text, by its SHA-256."""
        found = (part.segment.record_for(key) for part in self.parts)
        return next((record for record in found if record is not None), None)

    def approximate(self) -> ApproximateSearch | None:
        """Describes the approximate search; None if the search is exact."""
        return taken_together(
            (part.passages(), part.segment.record.approximation)
            for part in self.parts
            if part.segment.record.approximation
        )

    def files(self) -> dict[str, CorpusFile]:
        """Returns every corpus file at indexing time, by path."""
        found = {file.path: file for file in self.manifest.unread}
        for info in self.infos.values():
            for path in (info.path, *info.also_at):
                found[path] = CorpusFile(path, info.sha256, info.id, None)
        return dict(sorted(found.items()))

    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path."""
        found = [
            summary
            for part in self.parts
            for summary in part.segment.catalog.summaries()
            if summary.info.id not in part.removed
        ]
        return tuple(sorted(found, key=lambda summary: summary.info.path))

    def source(self, source_id: str) -> Source:
        """Returns a source after checking the SHA-256 of its text; raises SourceUnknown."""

        def read(_: Collection[str]) -> dict[str, Source]:
            return {source_id: self._catalog_of(source_id).source(source_id)}

        return self._sources.get([source_id], read)[source_id]

    def text(self, source_id: str) -> str:
        """Returns the text of a source after checking its SHA-256; raises SourceUnknown."""

        def read(_: Collection[str]) -> dict[str, str]:
            return {source_id: self._catalog_of(source_id).text(source_id)}

        return self._texts.get([source_id], read)[source_id]

    def _catalog_of(self, source_id: str) -> Catalog:
        number, _, _ = self._place(source_id)
        return self.parts[number].segment.catalog

    def _place(self, source_id: str) -> tuple[int, int, int]:
        """Returns a live source's part, first row and number of passages; raises SourceUnknown."""
        try:
            return self._places[source_id]
        except KeyError:
            raise SourceUnknown(
                f"no source has the id '{source_id}'. See: pincite sources"
            ) from None

    def _arrange(self) -> None:
        """Assigns a row to every live passage; raises IndexDamaged if the parts disagree."""
        live = [
            (extent, number)
            for number, part in enumerate(self.parts)
            for id_, extent in part.segment.extents.items()
            if id_ not in part.removed
        ]
        live.sort(key=lambda item: item[0].info.path)
        counts = np.array([extent.passages for extent, _ in live], dtype=np.int64)
        ends = counts.cumsum()
        starts = ends - counts
        total = int(counts.sum())
        if len({extent.info.id for extent, _ in live}) != self.manifest.sources:
            raise IndexDamaged(f"{self.folder}: its parts disagree on the sources. {REPAIR}")
        if total != self.manifest.passages:
            raise IndexDamaged(f"{self.folder}: its parts disagree on the passages. {REPAIR}")
        for (extent, number), start in zip(live, starts.tolist(), strict=True):
            self.infos[extent.info.id] = extent.info
            self._places[extent.info.id] = number, start, extent.passages
        numbers = np.array([number for _, number in live], dtype=np.int32)
        firsts = np.array([extent.first_row for extent, _ in live], dtype=np.int64)
        self._part_of = np.repeat(numbers, counts)
        self._row_in_part = np.repeat(firsts - starts, counts) + np.arange(total)
        self._rows: list[Rows] = []
        self._chosen: list[Chosen | None] = []
        for number, part in enumerate(self.parts):
            rows: Rows = np.full(len(part.segment), -1, dtype=np.int32)
            own = np.flatnonzero(self._part_of == number)
            rows[self._row_in_part[own]] = own
            self._rows.append(rows)
            self._chosen.append(Chosen(rows >= 0) if part.removed else None)
        self._lexical = LexicalIndex(
            [
                (part.segment.postings, rows)
                for part, rows in zip(self.parts, self._rows, strict=True)
            ],
            total,
        )


def _opened(folder: Path, manifest: Manifest, before: Generation | None) -> list[Live]:
    """Opens the segments of a generation, each with the ids of its removed sources."""
    known = {part.segment.record.name: part.segment for part in before.parts} if before else {}
    found = []
    for record in manifest.segments:
        segment = known.get(record.name)
        if segment is None or segment.record.files != record.files:
            segment = Segment(folder / SEGMENTS / record.name, replace(record, removed=()))
        if not segment.extents.keys() >= set(record.removed):
            raise IndexDamaged(f"{folder}: its parts disagree on the sources. {REPAIR}")
        found.append(Live(segment, frozenset(record.removed)))
    return found
