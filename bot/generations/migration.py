"""Copies the live generation of an index into another store without embedding again."""

from __future__ import annotations

import numpy as np

from ..errors import IndexDamaged, PinciteError, UsageError
from ..store import Change, GenerationReader, Store

# Passages to read back from the copy and compare, spread evenly over all passages.
SAMPLED = 200


def migrate(source: Store, target: Store, keep: int, corpus: str = "") -> int:
    """Copies the live generation of `source` to `target` as its next generation.

    The copy records `corpus` as its corpus. It goes live after its size and a sample of it match
    the original. `target` keeps its newest `keep` generations. Returns the new number. The texts of
    all sources are in memory meanwhile. Raises UsageError if both places are the same, IndexBusy,
    IndexUnwritable, and the errors of reading `source`.
    """
    if source.place == target.place:
        raise UsageError(f"{source.place} cannot be migrated to itself. Name another index.")
    generation = source.opened(source.live())
    stamp, dimension = generation.manifest.stamp, generation.manifest.dimension
    with target.writing(), target.log(stamp.encoder) as log:
        entries = [generation.entry(id_) for id_ in generation.infos]
        keys = {key for entry in entries for key in entry.keys}
        log.keep_if(keys)
        for record in generation.records([key for key in keys if key not in log]):
            log.append(record)
        change = Change(entries, (), generation.manifest.unread, log, corpus)
        with target.proposal(None, change, stamp, dimension) as proposal:
            fault = _difference(generation, proposal.opened())
            if fault is not None:
                raise IndexDamaged(
                    f"{target.place}: the copy differs from {source.place} in {fault}; it was "
                    "dropped. Run: pincite verify, then migrate again."
                )
            proposal.adopt(keep)
        target.forget_embedded()
    return proposal.number


def _difference(one: GenerationReader, other: GenerationReader) -> str | None:
    """Describes the first difference between samples of two generations; None if equal."""
    if len(one) != len(other):
        return f"its {len(other)} instead of {len(one)} passages"
    if one.infos != other.infos or one.files() != other.files():
        return "its sources"
    if one.words != other.words:
        return "its words"
    rows = [len(one) * place // SAMPLED for place in range(SAMPLED)] if len(one) else []
    rows = sorted(set(rows))
    if one.passages(rows) != other.passages(rows):
        return "its passages"
    if not np.array_equal(one.vectors(rows), other.vectors(rows)):
        return "its vectors"
    for row, mine, copied in zip(rows, one.pieces_of(rows), other.pieces_of(rows), strict=True):
        if not (
            np.array_equal(mine.codes, copied.codes) and np.array_equal(mine.spans, copied.spans)
        ):
            return f"the word pieces of row {row}"
    try:
        for id_ in {passage.source_id for passage in one.passages(rows).values()}:
            if one.source(id_) != other.source(id_):
                return f"the text of {one.infos[id_].path}"
    except PinciteError as error:
        return f"a text that cannot be read ({error})"
    return None
