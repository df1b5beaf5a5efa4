"""The host names that the chat accepts, and the addresses that only this machine can reach."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable

_NAME_AND_PORT = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/@\[\]]+))(?::[0-9]{1,5})?")

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str) -> bool:
    """True for an address that no other machine can reach."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


class HostNames:
    """The accepted values of the Host header, without the port.

    A foreign web page can point its own host name at this machine (DNS rebinding); the browser then
    treats the chat as the same origin. Unknown names are therefore refused. A bare address cannot
    be abused that way, so addresses are accepted when the server listens beyond loopback.
    """

    def __init__(self, bound: str, further: Iterable[str] = ()) -> None:
        self._names = {name.lower() for name in (*LOOPBACK_NAMES, bound, *further)}
        self._addresses_too = not is_loopback(bound)
        if self._addresses_too:
            self._names.add(socket.gethostname().lower())

    def accepts(self, header: str) -> bool:
        """True when a Host header names this server."""
        name = host_without_port(header)
        if name in self._names:
            return True
        return self._addresses_too and _address(name) is not None


def host_without_port(header: str) -> str:
    """Returns the name or address of a Host header in lower case, without port and brackets.

    Returns "" for a malformed header; no host has that name.
    """
    parts = _NAME_AND_PORT.fullmatch(header.strip().lower())
    return (parts[1] or parts[2]) if parts else ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
