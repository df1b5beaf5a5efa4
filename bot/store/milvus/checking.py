"""Verifies a generation in Milvus: reads everything and compares the hashes."""

from __future__ import annotations

from ...errors import PinciteError
from ..folder.embeddings import parsed
from .connection import SOURCES_PER_CALL
from .embedded import EmbeddedRecords
from .facts import SEGMENT
from .generation import RECORDS_AT_ONCE, MilvusGeneration
from .rows import WHOLE, WRITTEN, Digest
from .writing import COUNTED


def faults(generation: MilvusGeneration, embedded: EmbeddedRecords) -> list[str]:
    """Describes what differs from the written data; raises the errors of opening a collection."""
    connection, parts, manifest = generation.connection, generation.parts, generation.manifest
    digests = {"passages": Digest(WHOLE), "sources": Digest(WRITTEN), "terms": Digest(COUNTED)}
    keys: set[bytes] = set()
    for row in connection.between(parts.passages, "row", 0, manifest.passages, WHOLE[1:]):
        digests["passages"].add(row)
        keys.add(bytes.fromhex(row["embedded"]))
    for row in connection.between(
        parts.sources, "place", 0, manifest.sources, WRITTEN, SOURCES_PER_CALL
    ):
        digests["sources"].add(row)
    for row in sorted(
        connection.everything(parts.terms, COUNTED), key=lambda row: str(row["term"])
    ):
        digests["terms"].add(row)
    found = [
        f"{parts.generation}_{name}: altered (SHA-256 {digest.hexdigest()[:12]}…)"
        for name, digest in digests.items()
        if digest.hexdigest() != manifest.files[f"segments/{SEGMENT}/{name}"].sha256
    ]
    wanted = sorted(keys)
    for begin in range(0, len(wanted), RECORDS_AT_ONCE):
        try:
            records = embedded.records(wanted[begin : begin + RECORDS_AT_ONCE])
            for record in records.values():
                parsed(record)
        except (PinciteError, ValueError) as error:
            found.append(f"{embedded.name}: {error}")
    return found
