"""Claims: who writes an index, and who embeds what, on whatever machine.

Milvus has no operation that is refused to the second of two, so that a claim is made as Dekker
did: note it, then look who else has; whoever sees another one steps back. Reads are strongly
consistent, so that of two at the same time one at least sees the other.
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

# Seconds that a claim holds without being renewed, and between two renewals. The clocks of the
# machines may differ by less than their difference.
HOLDS = 60.0
RENEWED = 15.0

# How often, and after how many seconds at most, it is tried again when two step back together.
TRIES = 4
PAUSE = 0.3

WRITING = "write"


class Claim:
    """Something that is claimed, and renewed by a thread of its own until it is given back."""

    def __init__(self, connection: Connection, names: Names, task: str) -> None:
        self._connection = connection
        self._name = names.claims
        self._task = task
        self._owner = uuid4().hex
        self._until = 0.0
        self._given_back = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def taken(self) -> bool:
        """Whether the claim was made; False where somebody else has one."""
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
        """Ends the claim."""
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
                continue  # `require` says so once it has run out


class Claims:
    """The claims on one index."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def prepare(self) -> None:
        """Sees to it that the collection of claims is there and can be read."""
        self._connection.require(self._names.claims, schema.claims, "Strong")

    @contextmanager
    def held(self, task: str) -> Iterator[Claim | None]:
        """A claim that is given back after the block; None where somebody else has it."""
        claim = Claim(self._connection, self._names, task)
        if not claim.taken():
            yield None
            return
        try:
            yield claim
        finally:
            claim.give_back()
