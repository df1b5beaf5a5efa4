"""Writes the next generation: a segment with new sources, and links to shared segments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from ..protocols import Change
from .approximation import Approximation, VectorRules
from .catalog import Entry
from .embeddings import linked
from .generation import Generation
from .layout import SEGMENTS, IndexLayout
from .manifest import Manifest, SegmentRecord, Stamp, records_below
from .merging import merge_groups
from .segment import Live, merge_segments, write_segment

# Writes a segment and returns how its vectors are searched.
_Fill: TypeAlias = Callable[[Path], Approximation | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A complete generation that is not live; `folder` is its place before it is adopted."""

    number: int
    folder: Path
    passages: int


class GenerationWriter:
    """Builds the next generation beside the live one and switches to it.

    The caller holds the lock.
    """

    def __init__(self, layout: IndexLayout, rules: VectorRules) -> None:
        self._layout = layout
        self._rules = rules

    @contextmanager
    def candidate(
        self, before: Generation | None, change: Change, stamp: Stamp, dimension: int
    ) -> Iterator[Candidate]:
        """Writes the next generation, which is removed after the block unless adopted.

        Raises IndexUnwritable.
        """
        removed = set(change.removed)
        parts = before.parts if before else ()
        kept = [Live(part.segment, removed.union(part.removed)) for part in parts]
        manifest = Manifest(
            generation=0,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            stamp=stamp,
            sources=len(change.entries) + sum(len(part.ids()) for part in kept),
            passages=sum(len(entry.passages) for entry in change.entries)
            + sum(part.passages() for part in kept),
            dimension=dimension,
            unread=tuple(change.unread),
            segments=(),
            corpus=change.corpus,
        )

        def filled(entries: Sequence[Entry]) -> _Fill:
            size = sum(len(entry.passages) for entry in entries)
            recall = self._rules.recall_of(manifest.passages, size)
            return lambda folder: write_segment(folder, entries, change.log.write, recall)

        new = [filled(entries) for entries in merge_groups(change.entries, _passages_of)]
        with self._written(manifest, before, kept, new) as written:
            yield written

    @contextmanager
    def merged(self, before: Generation, merging: Collection[Live]) -> Iterator[Candidate]:
        """Writes a generation like the one before, with some of its segments merged.

        It is removed after the block unless adopted. Raises IndexUnwritable or IndexDamaged.
        """
        kept = [part for part in before.parts if part not in merging]

        def filled(parts: Sequence[Live]) -> _Fill:
            size = sum(part.passages() for part in parts)
            recall = self._rules.recall_of(len(before), size)
            return lambda folder: merge_segments(folder, parts, recall)

        left = [part for part in merging if part.ids()]
        new = [filled(parts) for parts in merge_groups(left, Live.passages)]
        with self._written(before.manifest, before, kept, new) as written:
            yield written

    def adopt(self, candidate: Candidate, keep: int) -> None:
        """Switches to a candidate and removes all but the newest `keep` generations."""
        self._layout.name(candidate.folder, candidate.number)
        self._layout.switch(candidate.number)
        self._layout.collect(keep)

    @contextmanager
    def _written(
        self,
        manifest: Manifest,
        before: Generation | None,
        kept: Sequence[Live],
        new: Sequence[_Fill],
    ) -> Iterator[Candidate]:
        """Writes a generation from kept and new segments."""
        number = max(self._layout.numbers(), default=0) + 1
        with self._layout.building(number) as folder:
            with self._layout.changing():
                records = [
                    _share(part, before.folder, folder) for part in kept if before and part.ids()
                ]
                for place, fill in enumerate(new):
                    name = f"{number:06d}-{place}" if place else f"{number:06d}"
                    approximation = fill(folder / SEGMENTS / name)
                    files = records_below(folder / SEGMENTS / name)
                    records.append(SegmentRecord(name, (), files, approximation))
                replace(manifest, generation=number, segments=tuple(records)).write(folder)
            yield Candidate(number, folder, manifest.passages)


def _passages_of(entry: Entry) -> int:
    return len(entry.passages)


def _share(part: Live, before: Path, folder: Path) -> SegmentRecord:
    """Links a segment of the previous generation into this one and returns its new record."""
    record = part.segment.record
    target = folder / SEGMENTS / record.name
    for name in record.files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        linked(before / SEGMENTS / record.name / name, target / name)
    removed = part.segment.extents.keys() & part.removed
    return replace(record, removed=tuple(sorted(removed)))
