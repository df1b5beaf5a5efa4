"""What is told of the index and of what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .documents import SkippedFile


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A step of an index run: `done` of `total` units of `stage`, now at `item`.

    `rate` is in units a second and `seconds_left` until the end of the stage; both are None while
    it is too early to tell.
    """

    stage: Literal["reading", "embedding", "writing"]
    done: int
    total: int
    item: str = ""
    rate: float | None = field(default=None, compare=False)
    seconds_left: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be read of a file: `reason` says why nothing, else None.

    `skipped` counts the blocks that would not be answered from, by the reason; `is_known` says
    that the very same document is a source already. `date_from` says where its date stands.
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
    """What an index run changed; the lists hold paths as `SourceInfo.path` gives them."""

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
        """True when the corpus had not changed since the last run."""
        return not (self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What the next index run will find to do; paths as `SourceInfo.path` gives them.

    `renamed` holds pairs of the path that is indexed and the one that the file has now.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True when the index is up to date with the corpus."""
        return not (self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A generation on disk; one that is not live answers nothing, but can be gone back to.

    `created` is in ISO 8601, UTC, None for one whose manifest cannot be read. `bytes_on_disk`
    leaves out the files that it shares with the live one.
    """

    number: int
    created: str | None
    bytes_on_disk: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class ApproximateSearch:
    """What of an index is searched approximately: passages, the segments in which they lie, and
    the lists that these have and that are read for a question.

    `recall` is the share of the ten nearest passages that was found for sample questions when the
    segments were written. Where there are no lists, the index is one that Milvus has chosen; nobody
    has measured its recall, which is given as 0.
    """

    passages: int
    segments: int
    lists: int
    probes: int
    recall: float


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index, without loading the model.

    `corpus` and `index` say where both are: whole paths, or an address in Milvus. `bytes_on_disk`
    counts the files of the live generation; `created` is in ISO 8601, UTC. `kept` has every
    generation on disk, oldest first. `approximate` is None where a question is compared with every
    passage. `without_copy` says why questions are encoded by the model itself, not by its copy in
    the index; None where they are not, or where the encoder keeps no copy.
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
    """Where a source is found that is said to have been removed.

    `remains` says where the live generation finds it, in words; nothing means that no question can
    reach it. `hidden_in` are segments of the live generation that still have it on disk, where
    nothing looks for it; `kept_in` are the other generations that have it. `rows` counts the
    passages that were looked through. Where all are empty, nothing tells a source that is gone
    from one that never was.
    """

    source_id: str
    generation: int
    rows: int
    remains: tuple[str, ...]
    kept_in: tuple[int, ...]
    hidden_in: tuple[str, ...] = ()
