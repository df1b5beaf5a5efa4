"""What the rest of pincite asks of an index, wherever it lies: in a folder, or in Milvus."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..phrasing import Words
from ..types import (
    ApproximateSearch,
    CorpusFile,
    Passage,
    Source,
    SourceInfo,
    SourceSummary,
    Vectors,
)
from .catalog import Entry
from .manifest import Manifest, Stamp
from .tokens import Pieces


class GenerationReader(Protocol):
    """One generation opened for reading; it never changes, so that any thread may use it.

    Rows count the passages by the path of their source, then by their place in it. Reading raises
    IndexDamaged, and IndexUnreachable where the index lies on a server.
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
        """What the generation says about itself."""
        ...

    @property
    def infos(self) -> Mapping[str, SourceInfo]:
        """All sources by their ids, ordered by path."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """As which languages the words of passages are analysed, that of most sources first."""
        ...

    @property
    def words(self) -> Words:
        """The words of the corpus and the acronyms that it defines."""
        ...

    def __len__(self) -> int:
        """How many passages there are."""
        ...

    def nearest(
        self, question: Vectors, count: int, *, alone: bool = True
    ) -> list[tuple[int, float]]:
        """Rows and cosines of the passages nearest to a question vector; ties by row.

        Where it is not `alone` another thread is at work on the same answer.
        """
        ...

    def narrowed(self, source_ids: Collection[str]) -> GenerationReader:
        """The same generation, of which `nearest` and `matching` search some sources only.

        `infos` has these alone. Rows, scores and the frequencies of terms stay those of the whole.
        """
        ...

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        ...

    def read_ahead(self, source_ids: Collection[str]) -> None:
        """Announces which sources will be asked for one by one."""
        ...

    def pieces_of(self, rows: Sequence[int]) -> list[Pieces]:
        """The packed word pieces of some passages."""
        ...

    def matching(
        self, terms: Sequence[str], count: int, needed: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Rows and BM25F scores of the passages that match analysed terms best; ties by row.

        Only passages that have all `needed` terms.
        """
        ...

    def document_frequency(self, term: str) -> int:
        """In how many passages a term occurs, their context not counted."""
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
        """The rows under which passages of a source can be found, wherever they lie."""
        ...

    def entry(self, source_id: str) -> Entry:
        """A source with its passages and their keys, as it is written; raises SourceUnknown."""
        ...

    def taken_along(self, removed: Collection[str]) -> Iterator[Entry]:
        """Sources to write anew with the next change, besides what is `removed` by it."""
        ...

    def records(self, keys: Collection[bytes]) -> Iterator[bytes]:
        """The records of texts that were embedded before, by their SHA-256; others are left out."""
        ...

    def files(self) -> dict[str, CorpusFile]:
        """Every file of the corpus at the time, by path."""
        ...

    def approximate(self) -> ApproximateSearch | None:
        """What is searched approximately; None where nothing is."""
        ...

    def summaries(self) -> tuple[SourceSummary, ...]:
        """All sources by path."""
        ...

    def source(self, source_id: str) -> Source:
        """A source whose text was checked against its SHA-256; raises SourceUnknown."""
        ...

    def text(self, source_id: str) -> str:
        """The text of a source, checked against its SHA-256; raises SourceUnknown."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A source as it is stored, to be checked: its id and path, and how it and its passages are
    read. Both raise IndexDamaged.
    """

    id: str
    path: str
    source: Callable[[], Source]
    passages: Callable[[], list[Passage]]


class Embedded(Protocol):
    """The records of passages that were embedded, for the generation that is being made."""

    def __contains__(self, key: bytes) -> bool:
        """Whether a text was embedded, by its SHA-256."""
        ...

    def append(self, record: bytes) -> None:
        """Adds a record, for this run and for one that takes over from it."""
        ...

    def keep_if(self, wanted: Collection[bytes]) -> None:
        """Announces all texts that the generation needs; without any of them, forgets the rest."""
        ...

    def shares(self, keys: Collection[bytes]) -> Iterator[Collection[bytes]]:
        """Of texts that are to be embedded, those that are to be embedded here, part by part.

        The others are there when this ends: another machine has embedded them.
        """
        ...

    def write(self, keys: Sequence[bytes], folder: Path) -> None:
        """Makes the records of some passages, by row, part of a segment on disk."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """How the next generation differs from the one before.

    `entries` are new, their passages embedded in `log`; `removed` are the ids of sources that it
    has no more, or has anew among the entries. `unread` are all files that could not be read, and
    `corpus` is what the generation calls the folder that it is built from.
    """

    entries: Sequence[Entry]
    removed: Collection[str]
    unread: Sequence[CorpusFile]
    log: Embedded
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A generation that is whole but not live: how to open it, and how to make it the live one.

    `adopt` also collects all but the newest so many generations.
    """

    number: int
    passages: int
    opened: Callable[[], GenerationReader]
    adopt: Callable[[int], None]


class Store(Protocol):
    """An index: its generations, which of them is live, and how the next one is written."""

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
        """What a generation says about itself; raises IndexDamaged or IndexMismatch."""
        ...

    def corpus(self) -> str:
        """What the live generation calls its corpus, even where it can't be opened; "" unknown."""
        ...

    def opened(self, number: int, before: GenerationReader | None = None) -> GenerationReader:
        """A generation; what it has in common with the one `before` may be shared with it.

        Raises IndexDamaged or IndexMismatch.
        """
        ...

    def own_bytes(self, number: int) -> int:
        """The size of a generation, without what it shares with the live one."""
        ...

    def faults(self, number: int) -> list[str]:
        """What is not as it was written, in words: the check of every hash."""
        ...

    def stored(self, number: int) -> Iterator[Stored]:
        """All sources of a generation, as they are stored; raises what opening it raises."""
        ...

    def holds(self, number: int, source_id: str) -> bool:
        """Whether a generation has a source, be it hidden; raises what opening it raises."""
        ...

    def hidden_in(self, generation: GenerationReader, source_id: str) -> tuple[str, ...]:
        """The parts of a generation that still have a source which it does not search."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Holds the writer's lock; raises IndexBusy when somebody else has it."""
        ...

    def log(self, fingerprint: str) -> AbstractContextManager[Embedded]:
        """What runs with an encoder have embedded; raises IndexUnwritable."""
        ...

    def proposal(
        self, before: GenerationReader | None, change: Change, stamp: Stamp, dimension: int
    ) -> AbstractContextManager[Proposal]:
        """Writes the next generation, which is gone after the block unless it was adopted.

        The caller holds the lock. Raises IndexUnwritable.
        """
        ...

    def switch(self, number: int) -> None:
        """Makes a generation the live one, in one step."""
        ...

    def tidied(self, before: GenerationReader, keep: int, *, purge: bool = False) -> int:
        """Merges parts of the live generation where that is worth it.

        `purge` leaves nothing of what was removed. Returns the number of the generation that says
        the same. The caller holds the lock.
        """
        ...

    def erase(self, numbers: Iterable[int]) -> None:
        """Removes generations that are not live, with all that only they hold."""
        ...

    def forget_embedded(self) -> None:
        """Removes what was embedded and is in no generation."""
        ...
