"""Manages the generations on disk: list them, roll back, erase, and trace a source."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import GenerationUnknown, IndexDamaged, IndexMismatch, PinciteError
from ..settings import Settings
from ..store import GenerationReader, Stamp, Store, VectorRules
from ..types import Deletion, KeptGeneration
from .verification import verify


def vector_rules(settings: Settings) -> VectorRules:
    """Returns the configured rules for approximate vector search."""
    return VectorRules(exact_up_to=settings.exact_up_to, recall=settings.recall)


def kept(store: Store) -> tuple[KeptGeneration, ...]:
    """Returns every generation on disk, oldest first."""
    live = store.live()
    return tuple(_described(store, number, number == live) for number in store.numbers())


def go_back(
    store: Store,
    number: int | None,
    wanted: Stamp,
    require_own: Callable[[GenerationReader], None],
) -> None:
    """Makes an earlier generation live again: by default, the newest before the live one.

    Verifies the whole generation first. The caller holds the lock. Raises GenerationUnknown,
    IndexDamaged, IndexMismatch and the errors of `require_own`; the live generation then stays
    live.
    """
    live = store.live()
    numbers = store.numbers()
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
    difference = store.manifest(number).stamp.difference(wanted)
    if difference is not None:
        raise IndexMismatch(
            f"generation {number} could not be searched: {difference}. Give the settings that it "
            f"was built with. Generation {live} stays in use."
        )
    faults = verify(store, number).faults
    if faults:
        raise IndexDamaged(
            f"generation {number} is damaged: {faults[0]}. Generation {live} stays in use."
        )
    require_own(store.opened(number))
    store.switch(number)


def erase_older(store: Store) -> tuple[int, ...]:
    """Removes all generations except the live one and returns their numbers.

    The caller holds the lock. Raises IndexUnwritable.
    """
    live = store.live()
    erased = tuple(number for number in store.numbers() if number != live)
    store.erase(erased)
    return erased


def trace(store: Store, source_id: str) -> Deletion:
    """Returns where a source occurs in the generations on disk, given its full id.

    Opens the live generation and checks its list of sources, its files, the source of every
    passage, and whether search still reaches a vector or a word of the source. Raises IndexMissing,
    IndexDamaged or IndexMismatch if the live generation cannot be read.
    """
    number = store.live()
    generation = store.opened(number)
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
    others = (other for other in store.numbers() if other != number)
    return Deletion(
        source_id=source_id,
        generation=number,
        rows=len(generation),
        remains=tuple(remains),
        kept_in=tuple(other for other in others if _holds(store, other, source_id)),
        hidden_in=store.hidden_in(generation, source_id),
    )


def _described(store: Store, number: int, is_live: bool) -> KeptGeneration:
    try:
        created = store.manifest(number).created
    except PinciteError:
        created = None
    return KeptGeneration(number, created, store.own_bytes(number), is_live)


def _holds(store: Store, number: int, source_id: str) -> bool:
    """Whether another generation may have the source; True if it cannot be read."""
    try:
        return store.holds(number, source_id)
    except PinciteError:
        return True
