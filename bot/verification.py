"""Proof that a generation is what was written and that every passage is in its source."""

from __future__ import annotations

from .errors import IndexDamaged, PinciteError
from .store import Generation, IndexLayout, Manifest
from .types import Verification


def verify(layout: IndexLayout, number: int) -> Verification:
    """Re-hashes every file, re-hashes every text and re-slices every passage.

    Faults are reported together rather than raised at the first one.
    """
    folder = layout.generation(number)
    manifest = Manifest.read(folder)
    faults = manifest.faults(folder)
    sources = passages = 0
    try:
        for part in Generation(layout, number).parts:
            for source_id in part.ids():
                sources += 1
                path = part.segment.extents[source_id].info.path
                try:
                    text = part.segment.catalog.source(source_id).text
                except IndexDamaged as error:
                    faults.append(str(error))
                    continue
                for passage, _ in part.segment.passages(source_id):
                    passages += 1
                    if passage.source_id != source_id:
                        faults.append(f"{path}, {passage.locator}: is of another source")
                    if text[passage.start : passage.end] != passage.text:
                        faults.append(f"{path}, {passage.locator}: differs from its source")
        if (sources, passages) != (manifest.sources, manifest.passages):
            faults.append(
                f"{passages} passages of {sources} sources instead of {manifest.passages} of "
                f"{manifest.sources}"
            )
    except PinciteError as error:
        faults.append(str(error))
    return Verification(number, len(manifest.files), sources, passages, tuple(faults))
