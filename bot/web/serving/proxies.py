"""Applies the forwarding headers of a request, but only those from trusted proxies.

All later code sees a request as its browser made it: client, scheme and Host are the external ones,
and the path is split into `root_path` and the rest. The headers of proxies are removed, so that no
library can interpret them differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

PREFIX_HEADER = "x-forwarded-prefix"

# The last prefix is Gradio's own: Gradio would take the address of the application from it.
_OF_PROXIES = ("forwarded", "x-forwarded", "x-real-ip", "x-gradio-server")


class Proxies:
    """The trusted proxies, and the path below which they serve the chat."""

    def __init__(self, trusted: Iterable[str] = (), root_path: str = "") -> None:
        self._trusted = tuple(map(ip_network, trusted))
        self.root_path = root_path

    def trusts(self, peer: str) -> bool:
        """True for the address of a trusted proxy; False for anything that is not an address."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            # A server that listens on an IPv6 address sees IPv4 peers in this form.
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)

    def own_path(self, path: str, peer: str, prefix: str | None) -> str:
        """Returns the path below `root_path`; "" for `root_path` itself without a slash.

        A proxy that strips `root_path` says so in X-Forwarded-Prefix (`prefix`). The path then
        stays as it is, since one of our own paths may start like `root_path`.
        """
        is_stripped = prefix == self.root_path and self.trusts(peer)
        if is_stripped or not f"{path}/".startswith(f"{self.root_path}/"):
            return path
        return path.removeprefix(self.root_path)

    def external(self, scope: Scope) -> Scope:
        """Returns an HTTP request as its browser made it; as ASGI requires, its path starts with
        `root_path`.
        """
        headers = Headers(scope=scope)
        peer = peer_of(scope)
        kept = [item for item in scope["headers"] if not _is_of_proxy(item[0])]
        seen = {**scope, "headers": kept}
        if self.trusts(peer):
            seen["client"] = (self._client(headers.getlist("x-forwarded-for")) or peer, 0)
            scheme = _nearest(headers, "x-forwarded-proto").lower()
            if scheme in ("http", "https"):
                seen["scheme"] = scheme
            host = _nearest(headers, "x-forwarded-host")
            if host:
                others = [item for item in kept if item[0] != b"host"]
                seen["headers"] = [(b"host", host.encode("latin-1")), *others]
        own = self.own_path(scope["path"], peer, headers.get(PREFIX_HEADER))
        # The raw, percent-encoded path no longer matches `path`.
        seen.pop("raw_path", None)
        return {**seen, "path": f"{self.root_path}{own}", "root_path": self.root_path}

    def _client(self, headers: list[str]) -> str:
        """Returns the right-most address that is not a trusted proxy; anyone can forge those left
        of it.

        If all are trusted, returns the first address; "" if there is none.
        """
        addresses = [_without_port(part.strip()) for part in ",".join(headers).split(",")]
        strangers = (one for one in reversed(addresses) if not self.trusts(one))
        return next(strangers, addresses[0])


def peer_of(scope: Scope) -> str:
    """Returns the address of the peer that made a request; "" if it has none."""
    address = scope.get("client")
    return str(address[0]) if address else ""


def own_path_of(scope: Scope) -> str:
    """Returns the path below `root_path` of a request that `Proxies.external` returned."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_of_proxy(name: bytes) -> bool:
    return name.decode("latin-1").startswith(_OF_PROXIES)


def _nearest(headers: Headers, name: str) -> str:
    """Returns the value that the nearest proxy set: each proxy in a chain appends its own."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
