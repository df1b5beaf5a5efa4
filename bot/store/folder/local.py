"""The store in a local folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from ...errors import IndexDamaged, IndexMissing
from ...types import Passage
from ..protocols import Change, GenerationReader, Proposal, Stored
from .approximation import VectorRules
from .embeddings import EmbeddingLog
from .generation import Generation
from .layout import IndexLayout
from .manifest import Manifest, Stamp
from .merging import to_merge
from .segment import Live
from .writer import Candidate, GenerationWriter


@dataclass(frozen=True, slots=True)
class LocalStore:
    """An index in a local folder; `Store` documents each method."""

    layout: IndexLayout
    rules: VectorRules

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.layout.root)

    @property
    def is_shared(self) -> bool:
        """False: one process writes, and the others wait."""
        return False

    def live(self) -> int:
        """Returns the number in CURRENT."""
        return self.layout.live()

    def numbers(self) -> list[int]:
        """The folders of generations."""
        return self.layout.numbers()

    def manifest(self, number: int) -> Manifest:
        """Reads manifest.json."""
        return Manifest.read(self.layout.generation(number))

    def corpus(self) -> str:
        """Reads the corpus name in manifest.json."""
        try:
            return Manifest.corpus_in(self.layout.generation(self.live()))
        except (IndexMissing, IndexDamaged):
            return ""

    def opened(self, number: int, before: GenerationReader | None = None) -> Generation:
        """A generation that shares open segments with the one before."""
        known = before if isinstance(before, Generation) else None
        return Generation(self.layout, number, before=known)

    def own_bytes(self, number: int) -> int:
        """Returns the size of the files that the live generation does not link to."""
        return self.layout.own_bytes(number)

    def faults(self, number: int) -> list[str]:
        """Lists the missing or altered files."""
        return self.manifest(number).faults(self.layout.generation(number))

    def stored(self, number: int) -> Iterator[Stored]:
        """Yields the sources of all segments, read from the segments and not from the manifest."""
        for part in self.opened(number).parts:
            for id_ in part.ids():
                path = part.segment.extents[id_].info.path
                yield Stored(
                    id_,
                    path,
                    partial(part.segment.catalog.source, id_),
                    partial(_passages, part, id_),
                )

    def holds(self, number: int, source_id: str) -> bool:
        """Whether a segment of the generation has the source."""
        return any(source_id in part.segment.extents for part in self.opened(number).parts)

    def hidden_in(self, generation: GenerationReader, source_id: str) -> tuple[str, ...]:
        """Lists the segments that contain the source although it was removed."""
        return tuple(
            part.segment.record.name
            for part in _local(generation).parts
            if source_id in part.removed & part.segment.extents.keys()
        )

    def writing(self) -> AbstractContextManager[None]:
        """Holds a lock that the system releases when the process ends."""
        return self.layout.writing()

    def log(self, fingerprint: str) -> EmbeddingLog:
        """Opens an append-only file."""
        return EmbeddingLog(self.layout, fingerprint)

    @contextmanager
    def proposal(
        self, before: GenerationReader | None, change: Change, stamp: Stamp, dimension: int
    ) -> Iterator[Proposal]:
        """Writes new sources as a segment and links the rest."""
        known = None if before is None else _local(before)
        writer = GenerationWriter(self.layout, self.rules)
        with writer.candidate(known, change, stamp, dimension) as candidate:
            yield self._proposal(writer, candidate)

    def switch(self, number: int) -> None:
        """Replaces CURRENT."""
        self.layout.switch(number)

    def collect_garbage(self, before: GenerationReader, keep: int, *, purge: bool = False) -> int:
        """Merges segments if there are too many, or if much of one is removed."""
        merging = to_merge(_local(before).parts, purge=purge)
        if not merging:
            return before.number
        writer = GenerationWriter(self.layout, self.rules)
        with writer.merged(_local(before), merging) as candidate:
            writer.adopt(candidate, keep + 1)
        self.layout.remove(before.number)
        return candidate.number

    def erase(self, numbers: Iterable[int]) -> None:
        """Removes folders; raises IndexUnwritable."""
        for number in numbers:
            with self.layout.changing():
                shutil.rmtree(self.layout.generation(number))

    def forget_embedded(self) -> None:
        """Removes the append-only file."""
        self.layout.forget_embedded()

    def _proposal(self, writer: GenerationWriter, candidate: Candidate) -> Proposal:
        return Proposal(
            candidate.number,
            candidate.passages,
            lambda: Generation(self.layout, candidate.number, candidate.folder),
            lambda keep: writer.adopt(candidate, keep),
        )


def _passages(part: Live, source_id: str) -> list[Passage]:
    return [passage for passage, _ in part.segment.passages(source_id)]


def _local(generation: GenerationReader) -> Generation:
    if not isinstance(generation, Generation):
        raise TypeError(f"{generation.place} is no generation of an index in a folder")
    return generation
