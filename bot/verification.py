"""Proof that a generation is what was written and that every passage is in its source."""

from __future__ import annotations

from .errors import IndexDamaged, PinciteError
from .store import Generation, IndexLayout, Manifest
from .store.catalog import Catalog
from .store.layout import CATALOG
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
        if not faults:
            Generation(layout, number)  # raises where its parts disagree
        catalog = Catalog(folder / CATALOG)
        for source_id, info in sorted(catalog.infos().items()):
            sources += 1
            try:
                text = catalog.source(source_id).text
            except IndexDamaged as error:
                faults.append(str(error))
                continue
            for _, passage, _ in catalog.passages_of(source_id):
                passages += 1
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
