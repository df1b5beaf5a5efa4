"""What a proxy in front says about a request, believed from trusted proxies alone.

Everything behind this sees a request as its browser made it: client, scheme and Host are the
external ones, the path is split into `root_path` and the rest, and no header of a proxy is left
that a library could read differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

PREFIX_HEADER = "x-forwarded-prefix"

# The last one is Gradio's own: it would take the address of the whole application from it.
_OF_PROXIES = ("forwarded", "x-forwarded", "x-real-ip", "x-gradio-server")


class Proxies:
    """The proxies that are trusted, and the path below which they serve the chat."""

    def __init__(self, trusted: Iterable[str] = (), root_path: str = "") -> None:
        self._trusted = tuple(map(ip_network, trusted))
        self.root_path = root_path

    def trusts(self, peer: str) -> bool:
        """True for the address of a trusted proxy; False for what is no address."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            # So an IPv4 peer is written where the server listens on an IPv6 address.
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)

    def own_path(self, path: str, peer: str, prefix: str | None) -> str:
        """The path below `root_path`; "" for `root_path` itself without its slash.

        A proxy that strips `root_path` says so in X-Forwarded-Prefix (`prefix`): a path that
        begins like it may also be one of our own.
        """
        is_stripped = prefix == self.root_path and self.trusts(peer)
        if is_stripped or not f"{path}/".startswith(f"{self.root_path}/"):
            return path
        return path.removeprefix(self.root_path)

    def external(self, scope: Scope) -> Scope:
        """An HTTP request as its browser made it, with `root_path` before its path, as in ASGI."""
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
        # What was received, percent signs and all, is not the path any more.
        seen.pop("raw_path", None)
        return {**seen, "path": f"{self.root_path}{own}", "root_path": self.root_path}

    def _client(self, headers: list[str]) -> str:
        """The right-most address that is no trusted proxy: what is left of it, anybody can write.

        If all are trusted, the request comes from the first of them; "" without any.
        """
        addresses = [_without_port(part.strip()) for part in ",".join(headers).split(",")]
        strangers = (one for one in reversed(addresses) if not self.trusts(one))
        return next(strangers, addresses[0])


def peer_of(scope: Scope) -> str:
    """The address of whoever made a request; "" where it has none."""
    address = scope.get("client")
    return str(address[0]) if address else ""


def own_path_of(scope: Scope) -> str:
    """The path below `root_path` of a request that `Proxies.external` gave."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_of_proxy(name: bytes) -> bool:
    return name.decode("latin-1").startswith(_OF_PROXIES)


def _nearest(headers: Headers, name: str) -> str:
    """What the proxy next to us says: each of a row of them appends."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
