"""One generation opened for reading; it never changes, so that any thread may use it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from ..errors import IndexDamaged
from ..phrasing import Words
from ..types import CorpusFile, Passage, Source, SourceInfo, SourceSummary, Spans, Vectors
from .catalog import Catalog
from .layout import CATALOG, LEXICAL, REPAIR, SOURCE_LEXICAL, VECTORS, IndexLayout
from .lexical import LexicalIndex
from .manifest import Manifest
from .tokens import PieceIndex, Pieces, unpack
from .vectors import VectorIndex
from .words import WordList

# Texts of recently shown sources, each with its SHA-256 checked once.
SOURCES_KEPT = 64


class Generation:
    """The passages, vectors and lexical index of one generation, by row."""

    def __init__(self, layout: IndexLayout, number: int, folder: Path | None = None) -> None:
        """Opens a generation, which is in `folder` while it is not adopted.

        Raises IndexDamaged or IndexMismatch.
        """
        folder = folder or layout.generation(number)
        self.manifest = Manifest.read(folder)
        self.manifest.check_sizes(folder)
        self.folder = folder
        self.number = number
        self._catalog = Catalog(folder / CATALOG)
        self._vectors = VectorIndex(folder / VECTORS)
        self._lexical = LexicalIndex(folder / LEXICAL)
        self._source_lexical = LexicalIndex(folder / SOURCE_LEXICAL)
        self._pieces = PieceIndex(folder)
        self._words = WordList(folder)
        rows = {len(self._vectors), len(self._lexical), len(self._pieces)}
        rows.add(self._catalog.passage_count())
        if rows != {self.manifest.passages}:
            raise IndexDamaged(f"{folder}: its parts disagree on the passages. {REPAIR}")
        self.infos: dict[str, SourceInfo] = self._catalog.infos()
        if len(self.infos) != len(self._source_lexical):
            raise IndexDamaged(f"{folder}: its parts disagree on the sources. {REPAIR}")
        self._sources: OrderedDict[str, Source] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return self.manifest.passages

    def nearest(self, question: Vectors, count: int) -> list[tuple[int, float]]:
        """Rows and cosines of the passages nearest to a question vector."""
        return self._vectors.search(question, count)

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of some rows."""
        return self._vectors.vectors(rows)

    def pieces(self, row: int) -> Pieces:
        """The packed word pieces of a passage."""
        return self._pieces.pieces(row)

    def piece_vectors(self, row: int, dimension: int) -> tuple[Vectors, Spans]:
        """Unit vectors of a passage's word pieces, shape (pieces, dimension), and their spans."""
        pieces = self._pieces.pieces(row)
        return unpack(pieces.codes, dimension), pieces.spans

    def matching(
        self, terms: Sequence[str], count: int, phrases: Sequence[Sequence[str]] = ()
    ) -> list[tuple[int, float]]:
        """Rows and BM25 scores of the passages that match analysed terms best.

        Only passages with all of the `phrases`, which are sequences of terms.
        """
        return self._lexical.search(terms, count, phrases)

    def lexical_rows(self) -> set[int]:
        """The rows of all entries of the lexical index."""
        return self._lexical.rows()

    def matching_sources(self, terms: Sequence[str]) -> dict[str, float]:
        """BM25 scores of whole sources, by their ids; sources that match nothing are left out."""
        ids = sorted(self.infos)
        found = self._source_lexical.search(terms, len(ids))
        return {ids[row]: score for row, score in found}

    def document_frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return self._lexical.document_frequency(term)

    def occurs(self, term: str) -> bool:
        """Whether a term is in any passage, heading or title."""
        return self._lexical.occurs(term) or self._source_lexical.occurs(term)

    @property
    def words(self) -> Words:
        """The words of the corpus and the acronyms that it defines."""
        return self._words.words

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row."""
        return self._catalog.passages(rows)

    def passages_of(self, source_id: str) -> list[tuple[int, Passage, str]]:
        """A source's passages in reading order, each with its row and embedded text's SHA-256."""
        return self._catalog.passages_of(source_id)

    def embedded_rows(self) -> dict[str, int]:
        """The row of each embedded text, by its SHA-256: the vectors that can be reused."""
        return self._catalog.embedded_rows()

    def files(self) -> dict[str, CorpusFile]:
        """Every file of the corpus at the time, by path."""
        return {
            path: CorpusFile(path, sha256, source_id, reason)
            for path, (sha256, source_id, reason) in self._catalog.files().items()
        }

    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path."""
        return self._catalog.summaries()

    def source(self, source_id: str) -> Source:
        """A source whose text was checked against its SHA-256; raises SourceUnknown."""
        with self._lock:
            if source_id in self._sources:
                self._sources.move_to_end(source_id)
                return self._sources[source_id]
        source = self._catalog.source(source_id)
        with self._lock:
            self._sources[source_id] = source
            while len(self._sources) > SOURCES_KEPT:
                self._sources.popitem(last=False)
        return source
