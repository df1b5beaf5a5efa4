"""Reports about the index and about operations on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .documents import SkippedFile


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """Progress of an index run: `done` of `total` units of `stage`, currently at `item`.

    `rate` is in units per second. `seconds_left` is the estimate for the rest of the stage. Both
    are None while it is too early to tell.
    """

    stage: Literal["reading", "embedding", "writing"]
    done: int
    total: int
    item: str = ""
    rate: float | None = field(default=None, compare=False)
    seconds_left: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be read from a file. `reason` says why nothing would be read, else it is None.

    `skipped` counts the blocks that answers would not use, by reason. `is_known` is true if the
    same document is a source already. `date_from` is where its date was found.
    """

    name: str
    reason: str | None = None
    title: str | None = None
    language: str | None = None
    characters: int = 0
    passages: int = 0
    skipped: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    is_known: bool = False
    date_from: str | None = None


ProgressListener: TypeAlias = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The changes made by an index run; the tuples hold paths as in `SourceInfo.path`."""

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    unchanged: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]
    passages: int
    embedded: int
    notes: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """True if the corpus had not changed since the last run."""
        return not (self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """The changes that the next index run will process; paths as in `SourceInfo.path`.

    `renamed` holds pairs: the indexed path and the current path of the file.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True if the index is up to date with the corpus."""
        return not (self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A generation on disk. One that is not live answers nothing but can be restored.

    `created` is in ISO 8601, UTC, None if its manifest cannot be read. `bytes_on_disk` excludes the
    files that it shares with the live one.
    """

    number: int
    created: str | None
    bytes_on_disk: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class ApproximateSearch:
    """The part of an index that is searched approximately.

    `passages` are in `segments`, which have `lists` in total, and a question reads `probes` of
    them.

    `recall` is the share of the ten nearest passages found for sample questions when the segments
    were written. If `lists` is 0, Milvus chose the index. Its recall has not been measured and is
    given as 0.
    """

    passages: int
    segments: int
    lists: int
    probes: int
    recall: float


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index, read without loading the model.

    `corpus` and `index` are their locations: absolute paths, or an address in Milvus.
    `bytes_on_disk` counts the files of the live generation. `created` is in ISO 8601, UTC. `kept`
    has every generation on disk, oldest first. `approximate` is None if a question is compared with
    every passage. `without_copy` says why the model itself encodes questions instead of its copy in
    the index; None if the copy does, or if the encoder keeps no copy.
    """

    corpus: str
    index: str
    generation: int
    created: str
    model: str
    sources: int
    passages: int
    bytes_on_disk: int
    skipped: tuple[SkippedFile, ...] = ()
    kept: tuple[KeptGeneration, ...] = ()
    approximate: ApproximateSearch | None = None
    without_copy: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of re-hashing every file and re-slicing every passage of a generation."""

    generation: int
    files: int
    sources: int
    passages: int
    faults: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Deletion:
    """Where a source that should have been removed is still found.

    `remains` describes where the live generation finds it; if empty, no question can reach it.
    `hidden_in` names segments of the live generation that still have it on disk but are not
    searched for it. `kept_in` are the other generations that have it. `rows` counts the passages
    checked. If all are empty, a removed source cannot be told apart from one that never existed.
    """

    source_id: str
    generation: int
    rows: int
    remains: tuple[str, ...]
    kept_in: tuple[int, ...]
    hidden_in: tuple[str, ...] = ()
