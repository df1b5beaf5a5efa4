"""The generations on disk: which there are, going back to one, erasing them, and what they hold."""

from __future__ import annotations

import shutil

from .errors import GenerationUnknown, IndexDamaged, IndexMismatch, PinciteError
from .settings import Settings
from .store import (
    Generation,
    GenerationWriter,
    IndexLayout,
    Manifest,
    Stamp,
    VectorRules,
    to_merge,
)
from .types import Deletion, KeptGeneration
from .verification import verify


def vector_rules(settings: Settings) -> VectorRules:
    """When vectors are searched approximately, as it is set."""
    return VectorRules(exact_up_to=settings.exact_up_to, recall=settings.recall)


def kept(layout: IndexLayout) -> tuple[KeptGeneration, ...]:
    """Every generation on disk, oldest first."""
    live = layout.live()
    return tuple(_described(layout, number, number == live) for number in layout.numbers())


def go_back(layout: IndexLayout, number: int | None, wanted: Stamp) -> None:
    """Makes a generation the live one again, the newest before the live one without a number.

    It is verified whole first. The caller holds the lock. Raises GenerationUnknown, IndexDamaged
    or IndexMismatch; then the live generation stays.
    """
    live = layout.live()
    numbers = layout.numbers()
    if number is None:
        earlier = [other for other in numbers if other < live]
        if not earlier:
            raise GenerationUnknown(
                f"generation {live} is the oldest on disk, so there is none to go back to."
            )
        number = earlier[-1]
    if number not in numbers:
        there = ", ".join(map(str, numbers))
        raise GenerationUnknown(f"there is no generation {number} on disk, only {there}.")
    difference = Manifest.read(layout.generation(number)).stamp.difference(wanted)
    if difference is not None:
        raise IndexMismatch(
            f"generation {number} could not be searched: {difference}. Give the settings that it "
            f"was built with. Generation {live} stays in use."
        )
    faults = verify(layout, number).faults
    if faults:
        raise IndexDamaged(
            f"generation {number} is damaged: {faults[0]}. Generation {live} stays in use."
        )
    layout.switch(number)


def tidy(
    layout: IndexLayout, rules: VectorRules, before: Generation, keep: int, *, purge: bool = False
) -> int:
    """Merges segments of the live generation where there are too many or much of one is removed.

    `purge` leaves nothing on disk of what was removed. The generation that takes the place of the
    one before says the same, and its number is returned. The caller holds the lock. Raises
    IndexUnwritable or IndexDamaged.
    """
    merging = to_merge(before.parts, purge=purge)
    if not merging:
        return before.number
    writer = GenerationWriter(layout, rules)
    with writer.merged(before, merging) as candidate:
        writer.adopt(candidate, keep + 1)
    layout.remove(before.number)
    return candidate.number


def erase_older(layout: IndexLayout) -> tuple[int, ...]:
    """Removes all generations but the live one and returns their numbers; raises IndexUnwritable.

    The caller holds the lock.
    """
    live = layout.live()
    erased = tuple(number for number in layout.numbers() if number != live)
    for number in erased:
        with layout.changing():
            shutil.rmtree(layout.generation(number))
    return erased


def trace(layout: IndexLayout, source_id: str) -> Deletion:
    """Where a source is found in the generations on disk, by its whole id.

    The live generation is opened and looked through: its list of sources, its files, the source of
    every passage, and whether a vector or a word of the source is searched. Raises IndexMissing,
    IndexDamaged or IndexMismatch where it cannot be read.
    """
    number = layout.live()
    generation = Generation(layout, number)
    remains = [f"the source {source_id}"] if source_id in generation.infos else []
    remains += [
        f"the file {path}"
        for path, file in generation.files().items()
        if file.source_id == source_id
    ]
    passages = generation.passages(range(len(generation)))
    remains += [
        f"the passage {passage.id} in row {row}"
        for row, passage in passages.items()
        if passage.source_id == source_id
    ]
    remains += [f"a vector and words in row {row}" for row in generation.searched(source_id)]
    others = (other for other in layout.numbers() if other != number)
    return Deletion(
        source_id=source_id,
        generation=number,
        rows=len(generation),
        remains=tuple(remains),
        kept_in=tuple(other for other in others if _holds(layout, other, source_id)),
        hidden_in=tuple(
            part.segment.record.name
            for part in generation.parts
            if source_id in part.removed & part.segment.extents.keys()
        ),
    )


def _described(layout: IndexLayout, number: int, is_live: bool) -> KeptGeneration:
    folder = layout.generation(number)
    try:
        created = Manifest.read(folder).created
    except PinciteError:
        created = None
    return KeptGeneration(number, created, layout.own_bytes(number), is_live)


def _holds(layout: IndexLayout, number: int, source_id: str) -> bool:
    """Whether another generation has the source; one that cannot be read may have it."""
    try:
        parts = Generation(layout, number).parts
        return any(source_id in part.segment.extents for part in parts)
    except PinciteError:
        return True
