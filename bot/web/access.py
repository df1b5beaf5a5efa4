"""Who may come in: a name and password for every address, and a limit to how often one tries."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable

_CLIENTS_REMEMBERED = 10_000


class Allowance:
    """A token bucket per client: `burst` actions at once, then one every `seconds_each`."""

    def __init__(
        self, *, burst: int, seconds_each: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._seconds_each = seconds_each
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_spent(self, client: str) -> bool:
        """True when the client has to wait."""
        return self._level(client) < 1

    def spend(self, client: str) -> None:
        """Count one action of the client."""
        self._levels[client] = (max(self._level(client) - 1, 0), self._clock())
        self._levels.move_to_end(client)
        if len(self._levels) > _CLIENTS_REMEMBERED:
            self._levels.popitem(last=False)

    def wait_seconds(self, client: str) -> int:
        """Whole seconds until the next action is allowed."""
        return math.ceil(max(1 - self._level(client), 0) * self._seconds_each)

    def _level(self, client: str) -> float:
        level, since = self._levels.get(client, (float(self._burst), 0.0))
        return min(level + (self._clock() - since) / self._seconds_each, self._burst)


class Credentials:
    """One name and password, checked in constant time against an Authorization header."""

    def __init__(self, name: str, password: str) -> None:
        self._digest = _digest(f"{name}:{password}".encode())

    def admit(self, authorization: str) -> bool:
        """True for a well-formed header of the Basic scheme with this name and password."""
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(_digest(given), self._digest)


def _digest(value: bytes) -> bytes:
    # Equal lengths: comparing the texts themselves would tell how long the password is.
    return hashlib.sha256(value).digest()
