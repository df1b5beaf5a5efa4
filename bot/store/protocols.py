"""The interface between pincite and its index stores: a local folder, or Milvus."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..text.rewriting import Words
from ..types import (
    ApproximateSearch,
    CorpusFile,
    Passage,
    Source,
    SourceInfo,
    SourceSummary,
    Vectors,
)
from .folder.catalog import Entry
from .folder.manifest import Manifest, Stamp
from .tokens import Pieces


class GenerationReader(Protocol):
    """One generation opened for reading; it never changes, so any thread may use it.

    Rows number the passages by the path of their source, then by position in it. Reading raises
    IndexDamaged, and IndexUnreachable if the index is on a server.
    """

    @property
    def number(self) -> int:
        """The number of the generation."""
        ...

    @property
    def place(self) -> str:
        """Where the generation lies, for messages."""
        ...

    @property
    def manifest(self) -> Manifest:
        """The description of the generation."""
        ...

    @property
    def infos(self) -> Mapping[str, SourceInfo]:
        """All sources by their ids, ordered by path."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The analysis languages of the passages; that of most sources comes first."""
        ...

    @property
    def words(self) -> Words:
        """The words of the corpus and the acronyms that it defines."""
        ...

    def __len__(self) -> int:
        """Returns the number of passages."""
        ...

    def nearest(
        self, question: Vectors, count: int, *, alone: bool = True
    ) -> list[tuple[int, float]]:
        """Returns rows and cosines of the passages nearest to a question vector; ties by row.

        `alone` is False if another thread works on the same answer.
        """
        ...

    def narrowed(self, source_ids: Collection[str]) -> GenerationReader:
        """Returns the same generation with `nearest` and `matching` limited to some sources.

        `infos` has only these. Rows, scores and term frequencies stay those of the whole
        generation.
        """
        ...

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        ...

    def read_ahead(self, source_ids: Collection[str]) -> None:
        """Prefetches sources that will be read one by one."""
        ...

    def pieces_of(self, rows: Sequence[int]) -> list[Pieces]:
        """The packed word pieces of some passages."""
        ...

    def matching(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Returns rows and BM25F scores of the passages that best match analysed terms; ties by
        row.

        Only passages that have all `needed` terms.
        """
        ...

    def document_frequency(self, term: str) -> int:
        """Returns the number of passages whose text contains a term; ignores the context."""
        ...

    def occurs(self, term: str) -> bool:
        """Whether a term is in any passage or its context."""
        ...

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row, in the order of the rows asked for."""
        ...

    def passages_of(self, source_id: str) -> list[tuple[int, Passage]]:
        """A source's passages in reading order, each with its row; raises SourceUnknown."""
        ...

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None where there is none."""
        ...

    def passage_ids(self, source_id: str) -> list[str]:
        """The ids of a source's passages, in reading order; raises SourceUnknown."""
        ...

    def searched(self, source_id: str) -> list[int]:
        """Returns the rows under which search can find passages of a source."""
        ...

    def entry(self, source_id: str) -> Entry:
        """Returns a source with its passages and keys as written; raises SourceUnknown."""
        ...

    def rewritten_with(self, removed: Collection[str]) -> Iterator[Entry]:
        """Yields the sources that the next change must rewrite in addition to `removed`."""
        ...

    def records(self, keys: Collection[bytes]) -> Iterator[bytes]:
        """Yields the records of already embedded texts, by SHA-256; skips others."""
        ...

    def files(self) -> dict[str, CorpusFile]:
        """Returns every corpus file at indexing time, by path."""
        ...

    def approximate(self) -> ApproximateSearch | None:
        """Describes the approximate search; None if the search is exact."""
        ...

    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path."""
        ...

    def source(self, source_id: str) -> Source:
        """Returns a source after checking the SHA-256 of its text; raises SourceUnknown."""
        ...

    def text(self, source_id: str) -> str:
        """Returns the text of a source after checking its SHA-256; raises SourceUnknown."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored source to verify: its id and path, and functions that read it and its passages.

    Both functions raise IndexDamaged.
    """

    id: str
    path: str
    source: Callable[[], Source]
    passages: Callable[[], list[Passage]]


class Embedded(Protocol):
    """The records of passages embedded for the generation that is being built."""

    def __contains__(self, key: bytes) -> bool:
        """Whether a text is embedded, by its SHA-256."""
        ...

    def append(self, record: bytes) -> None:
        """Adds a record, for this run and for one that resumes it."""
        ...

    def keep_if(self, wanted: Collection[bytes]) -> None:
        """Sets all texts that the generation needs; if none is in the log, empties it."""
        ...

    def shares(self, keys: Collection[bytes]) -> Iterator[Collection[bytes]]:
        """Yields batches of the texts that this machine should embed.

        When the iteration ends, the other texts exist, because another machine has embedded them.
        """
        ...

    def write(self, keys: Sequence[bytes], folder: Path) -> None:
        """Writes the records of some passages, by row, to a segment's folder."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """The differences between the next generation and the one before.

    `entries` are new or changed sources, with passages embedded in `log`. `removed` are the ids of
    sources that are deleted, or replaced by an entry. `unread` are all files that could not be
    read, and `corpus` is the name of the corpus folder.
    """

    entries: Sequence[Entry]
    removed: Collection[str]
    unread: Sequence[CorpusFile]
    log: Embedded
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A complete generation that is not live: how to open it, and how to make it live.

    `adopt` also removes all generations except a number of the newest.
    """

    number: int
    passages: int
    opened: Callable[[], GenerationReader]
    adopt: Callable[[int], None]


class Store(Protocol):
    """An index: its generations, which one is live, and how to write the next one."""

    @property
    def place(self) -> str:
        """Where the index lies, for messages."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other machines may embed for the same generation at the same time."""
        ...

    def live(self) -> int:
        """The number of the live generation; raises IndexMissing or IndexDamaged."""
        ...

    def numbers(self) -> list[int]:
        """The generations that are kept, oldest first."""
        ...

    def manifest(self, number: int) -> Manifest:
        """Returns the description of a generation; raises IndexDamaged or IndexMismatch."""
        ...

    def corpus(self) -> str:
        """Returns the corpus name of the live generation, even if unopenable; "" means unknown."""
        ...

    def opened(self, number: int, before: GenerationReader | None = None) -> GenerationReader:
        """Opens a generation, which may share data with the one `before`.

        Raises IndexDamaged or IndexMismatch.
        """
        ...

    def own_bytes(self, number: int) -> int:
        """Returns the size of a generation, without data that it shares with the live one."""
        ...

    def faults(self, number: int) -> list[str]:
        """Checks every hash and describes the faults."""
        ...

    def stored(self, number: int) -> Iterator[Stored]:
        """Yields all sources of a generation as stored; raises the errors of opening it."""
        ...

    def holds(self, number: int, source_id: str) -> bool:
        """Whether a generation has a source, even if hidden; raises the errors of opening it."""
        ...

    def hidden_in(self, generation: GenerationReader, source_id: str) -> tuple[str, ...]:
        """Returns the parts of a generation that still contain a source hidden from search."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Holds the writer's lock; raises IndexBusy if another writer has it."""
        ...

    def log(self, fingerprint: str) -> AbstractContextManager[Embedded]:
        """Opens the log of texts embedded with an encoder; raises IndexUnwritable."""
        ...

    def proposal(
        self, before: GenerationReader | None, change: Change, stamp: Stamp, dimension: int
    ) -> AbstractContextManager[Proposal]:
        """Writes the next generation, which is removed after the block unless adopted.

        The caller holds the lock. Raises IndexUnwritable.
        """
        ...

    def switch(self, number: int) -> None:
        """Makes a generation live, in one step."""
        ...

    def collect_garbage(self, before: GenerationReader, keep: int, *, purge: bool = False) -> int:
        """Merges parts of the live generation if that pays off.

        `purge` erases all removed sources. Returns the number of the generation, whose content is
        the same. The caller holds the lock.
        """
        ...

    def erase(self, numbers: Iterable[int]) -> None:
        """Removes generations that are not live, with all data that only they use."""
        ...

    def forget_embedded(self) -> None:
        """Removes embedded texts that no generation uses."""
        ...
