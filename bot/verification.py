"""Proof that a generation is what was written and that every passage is in its source."""

from __future__ import annotations

from .errors import IndexDamaged, PinciteError
from .store import Store
from .types import Verification


def verify(store: Store, number: int) -> Verification:
    """Re-hashes all that was written, re-hashes every text and re-slices every passage.

    Faults are reported together rather than raised at the first one.
    """
    manifest = store.manifest(number)
    faults = store.faults(number)
    sources = passages = 0
    try:
        generation = store.opened(number)
        for source_id, info in generation.infos.items():
            sources += 1
            try:
                text = generation.source(source_id).text
            except IndexDamaged as error:
                faults.append(str(error))
                continue
            for _, passage in generation.passages_of(source_id):
                passages += 1
                if passage.source_id != source_id:
                    faults.append(f"{info.path}, {passage.locator}: is of another source")
                if text[passage.start : passage.end] != passage.text:
                    faults.append(f"{info.path}, {passage.locator}: differs from its source")
        if (sources, passages) != (manifest.sources, manifest.passages):
            faults.append(
                f"{passages} passages of {sources} sources instead of {manifest.passages} of "
                f"{manifest.sources}"
            )
    except PinciteError as error:
        faults.append(str(error))
    return Verification(number, len(manifest.files), sources, passages, tuple(faults))
