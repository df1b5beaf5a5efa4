"""The records of all embedded texts, shared by all generations and machines."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from ..folder.embeddings import key_of, write_records
from . import schema
from .claims import Claims
from .connection import Connection
from .packing import packed_bytes, unpacked_bytes
from .schema import NOTHING, Names

# Records per call; a killed run may lose this many.
SENT_AT_ONCE = 32

# Texts in one claim of a machine, and the maximum number of claims in a run.
CLAIMED_AT_ONCE = 1_024
MOST_CLAIMS = 256

# Seconds between checks whether another machine has finished its part.
LOOKED_EVERY = 1.0


class EmbeddedRecords:
    """The records of one encoder."""

    def __init__(
        self, connection: Connection, names: Names, fingerprint: str, claims: Claims
    ) -> None:
        self.name = names.embeddings(fingerprint)
        self._connection = connection
        self._claims = claims
        self._known: set[bytes] = set()
        self._waiting: list[bytes] = []
        self._divisions = 1

    def __enter__(self) -> EmbeddedRecords:
        self.prepare()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._send()

    def prepare(self) -> None:
        """Creates and loads the collection if needed."""
        self._connection.require(self.name, schema.embeddings, "Strong")

    def __contains__(self, key: bytes) -> bool:
        return key in self._known

    def append(self, record: bytes) -> None:
        """Adds a record; it is sent together with later ones."""
        self._waiting.append(record)
        self._known.add(key_of(record))
        if len(self._waiting) >= SENT_AT_ONCE:
            self._send()

    def keep_if(self, wanted: Collection[bytes]) -> None:
        """Looks up which texts exist; deletes none, because other machines may need them."""
        self._divisions = max(1, min(MOST_CLAIMS, len(wanted) // CLAIMED_AT_ONCE))
        self._known = self._there(wanted)

    def shares(self, keys: Collection[bytes]) -> Iterator[Collection[bytes]]:
        """Yields the texts that no other machine has claimed, and waits for the others.

        Texts are divided by their hash, so that all machines divide them alike without
        communication.
        """
        pending: dict[int, list[bytes]] = {}
        for key in keys:
            number = int.from_bytes(key[:4], "big") % self._divisions
            pending.setdefault(number, []).append(key)
        while pending:
            before = len(pending)
            for number in list(pending):
                with self._claims.held(f"embed {number} of {self._divisions}") as claim:
                    if claim is not None:
                        # Another machine may have finished it since the last lookup.
                        missing = self._missing(pending.pop(number))
                        if missing:
                            yield frozenset(missing)
                            self._send()
            if len(pending) == before:
                time.sleep(LOOKED_EVERY)
                yield frozenset()  # lets the caller stop while it waits

    def write(self, keys: Sequence[bytes], folder: Path) -> None:
        """Writes the records of some passages, by row, to a segment's folder."""
        found = self.records(set(keys))
        write_records((found[key] for key in keys), folder)

    def records(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Returns the records of some texts; raises IndexDamaged if one is missing."""
        found = self.found(keys)
        if len(found) != len(keys):
            raise self._connection.damaged(f"{self.name} lacks {len(keys) - len(found)} records")
        return found

    def found(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Returns the records of some texts; skips missing ones."""
        self._send()
        rows = self._connection.get(self.name, [key.hex() for key in keys], ["key", "record"])
        try:
            return {bytes.fromhex(row["key"]): unpacked_bytes(row["record"]) for row in rows}
        except ValueError as error:
            raise self._connection.damaged(f"{self.name}: {error}") from error

    def _missing(self, keys: Collection[bytes]) -> list[bytes]:
        there = self._there(keys)
        self._known |= there
        return [key for key in keys if key not in there]

    def _there(self, keys: Collection[bytes]) -> set[bytes]:
        rows = self._connection.get(self.name, [key.hex() for key in keys], ["key"])
        return {bytes.fromhex(row["key"]) for row in rows}

    def _send(self) -> None:
        if self._waiting:
            rows = [
                {"key": key_of(record).hex(), "record": packed_bytes(record), **NOTHING}
                for record in self._waiting
            ]
            self._connection.insert(self.name, rows, replacing=True)
            self._waiting = []
