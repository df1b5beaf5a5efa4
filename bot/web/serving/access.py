"""Logins for every address, with a limit on how often a client may try."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path

from ...errors import SettingsError
from .users import hashed, matches, read_users

_CLIENTS_REMEMBERED = 10_000
_HEADERS_REMEMBERED = 1_000

_log = logging.getLogger(__name__)


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


def counted_as(client: str) -> str:
    """Returns the address that limits apply to.

    Of an IPv6 address this is the 64-bit prefix, since its owner controls the remaining bits.
    """
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False).network_address)


class Logins:
    """Checks Authorization headers against users and their passwords.

    Programs and browsers send the same header with each request. The password hash is computed
    once; after that, a digest of the header, keyed by this process, is cached until the users
    change.
    """

    def __init__(self, accounts: Mapping[str, str], file: Path | None = None) -> None:
        """`accounts` has hashes by name. `file` has further users; it is read again when it
        changes.

        Raises SettingsError for a file that cannot be read or used.
        """
        self._accounts = dict(accounts)
        self._file = file
        self._stamp = _stamp(file)
        self._users = self._read()
        self._key = secrets.token_bytes(32)
        self._remembered: OrderedDict[bytes, None] = OrderedDict()
        self._nobody = hashed(secrets.token_urlsafe())

    def remembers(self, authorization: str) -> bool:
        """True for a header that was admitted before, if the users have not changed since."""
        self._follow_file()
        digest = self._digest(authorization)
        if digest not in self._remembered:
            return False
        self._remembered.move_to_end(digest)
        return True

    async def admit(self, authorization: str) -> bool:
        """True for a well-formed Basic header with the name and password of a user.

        Takes a tenth of a second and 64 MiB, also for unknown names.
        """
        if self.remembers(authorization):
            return True
        given = _name_and_password(authorization)
        if given is None:
            return False
        users = self._users
        name, password = given
        known = await asyncio.to_thread(matches, users.get(name, self._nobody), password)
        self._follow_file()
        if not known or name not in users or self._users.get(name) != users[name]:
            return False
        self._remembered[self._digest(authorization)] = None
        if len(self._remembered) > _HEADERS_REMEMBERED:
            self._remembered.popitem(last=False)
        return True

    def _read(self) -> dict[str, str]:
        return (read_users(self._file) if self._file else {}) | self._accounts

    def _follow_file(self) -> None:
        stamp = _stamp(self._file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._users = self._read()
        except SettingsError as error:
            # The file no longer shows who was removed, so all its users are locked out.
            _log.error("%s Until then nobody of it can log in.", error)
            self._users = dict(self._accounts)
        self._remembered.clear()

    def _digest(self, authorization: str) -> bytes:
        return hmac.digest(self._key, authorization.encode(), "sha256")


def logins_of(account: tuple[str, str] | None, file: Path | None) -> Logins | None:
    """Returns the logins: one name and password, and the users in a file; None if no login is
    needed.

    Raises SettingsError for a file that cannot be read or used.
    """
    if account is None and file is None:
        return None
    return Logins({account[0]: hashed(account[1])} if account else {}, file)


def _name_and_password(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        given = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, password = given.partition(":")
    return (name, password) if colon else None


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    """Returns a value that changes whenever the file does; None if there is no file."""
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_ctime_ns, status.st_size
