"""Verifies that a generation is as written and that every passage is in its source."""

from __future__ import annotations

from ..errors import IndexDamaged, PinciteError
from ..store import Store
from ..types import Verification


def verify(store: Store, number: int) -> Verification:
    """Re-hashes all files and texts and re-slices every passage.

    Reports all faults together instead of raising at the first one.
    """
    manifest = store.manifest(number)
    faults = store.faults(number)
    sources = passages = 0
    try:
        for stored in store.stored(number):
            sources += 1
            try:
                text = stored.source().text
            except IndexDamaged as error:
                faults.append(str(error))
                continue
            for passage in stored.passages():
                passages += 1
                if passage.source_id != stored.id:
                    faults.append(f"{stored.path}, {passage.locator}: is of another source")
                if text[passage.start : passage.end] != passage.text:
                    faults.append(f"{stored.path}, {passage.locator}: differs from its source")
        if (sources, passages) != (manifest.sources, manifest.passages):
            faults.append(
                f"{passages} passages of {sources} sources instead of {manifest.passages} of "
                f"{manifest.sources}"
            )
    except PinciteError as error:
        faults.append(str(error))
    return Verification(number, len(manifest.files), sources, passages, tuple(faults))
