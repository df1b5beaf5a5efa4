"""Claims: which machine writes an index, and which one embeds which texts.

Milvus has no atomic test-and-set, so a claim works like Dekker's algorithm: write it, then check
for others, and withdraw if there is one. Reads are strongly consistent, so that of two simultaneous
claims at least one sees the other.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from ...errors import IndexBusy, PinciteError
from . import schema
from .connection import Connection
from .schema import NOTHING, Names

# Seconds until a claim expires without renewal, and between renewals. The clocks of the machines
# may differ by less than the difference of the two.
HOLDS = 60.0
RENEWED = 15.0

# Retries, and the maximum seconds between them, when two claims withdraw at once.
TRIES = 4
PAUSE = 0.3

WRITING = "write"


class Claim:
    """A claim, which its own thread renews until it is released."""

    def __init__(self, connection: Connection, names: Names, task: str) -> None:
        self._connection = connection
        self._name = names.claims
        self._task = task
        self._owner = uuid4().hex
        self._until = 0.0
        self._given_back = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def taken(self) -> bool:
        """Makes the claim; False if another machine holds it."""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(random.uniform(0, PAUSE))
            self._note()
            if not self._others():
                self._thread.start()
                return True
            self._connection.delete(self._name, [self._owner])
        return False

    def require(self) -> None:
        """Raises IndexBusy unless the claim still holds."""
        if time.time() >= self._until:
            raise IndexBusy(
                f"{self._connection.address}: the claim to write was not renewed in time, and "
                "another machine may write now. The index in use is unchanged. Run it again."
            )

    def give_back(self) -> None:
        """Releases the claim."""
        self._given_back.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._connection.delete(self._name, [self._owner])

    def _note(self) -> None:
        until = time.time() + HOLDS
        row = {"owner": self._owner, "task": self._task, "until": int(until * 1000), **NOTHING}
        self._connection.insert(self._name, [row], replacing=True)
        self._until = until

    def _others(self) -> bool:
        now = int(time.time() * 1000)
        condition = f"task == '{self._task}' and until > {now}"
        found = self._connection.query(self._name, condition, ["owner"])
        return any(row["owner"] != self._owner for row in found)

    def _renew(self) -> None:
        while not self._given_back.wait(RENEWED):
            try:
                self._note()
            except PinciteError:
                continue  # `require` reports it once the claim has expired


class Claims:
    """The claims on one index."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def prepare(self) -> None:
        """Creates and loads the collection of claims if needed."""
        self._connection.require(self._names.claims, schema.claims, "Strong")

    @contextmanager
    def held(self, task: str) -> Iterator[Claim | None]:
        """Holds a claim during the block; yields None if another machine holds it."""
        claim = Claim(self._connection, self._names, task)
        if not claim.taken():
            yield None
            return
        try:
            yield claim
        finally:
            claim.give_back()
