"""Fetches one document from the web, only on explicit request and only from public addresses.

An attacker may have supplied the address. So every IP address of a host is checked, before and
after each redirect, and the connection goes to a checked IP address. A host name that resolves
differently the second time gains nothing (DNS rebinding).
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from ..errors import FetchError, UsageError
from ..reading import SUFFIXES

SECONDS = 60
"""The time limit for the whole fetch, redirects included."""

REDIRECTS = 5

_PORTS = {"http": 80, "https": 443}
_CHUNK = 65_536
_PROLOGUE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!doctype[^>]*>\s*)?", re.IGNORECASE
)
_SUFFIX_OF = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/vtt": ".vtt",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document from the web, with the name that it gets in the corpus."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    location: str | None
    content_type: str
    data: bytes


def fetch(url: str, *, max_bytes: int, allow_private: bool = False) -> Fetched:
    """Returns the document at an http or https address, named after the address and dated today.

    A web page gets its address in the same comment that browsers write. Raises UsageError for an
    invalid address and FetchError if fetching fails.
    """
    where = url
    with _deadline() as deadline:
        for _ in range(REDIRECTS + 1):
            response = _get(_checked(where), max_bytes, allow_private, deadline)
            if response.status not in (301, 302, 303, 307, 308):
                break
            if not response.location:
                raise FetchError(f"{where}: it redirects to nowhere.")
            where = urljoin(where, response.location)
        else:
            raise FetchError(f"{url}: it redirects more than {REDIRECTS} times.")
    if response.status != 200:
        raise FetchError(f"{where}: the server answers with status {response.status}.")
    suffix = _suffix(urlsplit(where), response.content_type)
    if suffix is None:
        raise FetchError(
            f"{where}: it is of type '{response.content_type}', which is not read. "
            "Save it in another format and add the file."
        )
    data = response.data
    if suffix in (".html", ".xhtml") and b"\0" not in data[:_CHUNK]:
        mark = f"<!-- saved from url=({len(where):04d}){where.replace('--', '%2D%2D')} -->\n"
        data = _behind_prologue(data, mark.encode("ascii", "xmlcharrefreplace"))
    return Fetched(_name(urlsplit(where), suffix), data)


def _checked(url: str) -> SplitResult:
    """Splits and validates an address."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, _host(parts)
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"{url}: no valid address ({error}).") from error
    if parts.scheme not in _PORTS or not host or port == 0:
        raise UsageError(f"{url}: only http and https addresses can be fetched.")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{host}: an address with a user's name in it is not fetched.")
    return parts


def _host(parts: SplitResult) -> str:
    """Returns the host in ASCII, as used on the network; raises UnicodeError."""
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


class _Deadline:
    """The time limit of the whole fetch. When it expires, every connection is cut."""

    def __init__(self) -> None:
        self._seconds = SECONDS
        self._end = monotonic() + SECONDS
        self._open: list[socket.socket] = []

    def left(self) -> float:
        """Returns the seconds left; raises TimeoutError if there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError(f"it takes longer than {self._seconds} s")
        return left

    def bind(self, connection: socket.socket) -> None:
        """Registers a connection to be cut at the end; raises TimeoutError if the time is up."""
        self._open.append(connection)
        self.left()

    def cut(self) -> None:
        for connection in list(self._open):
            try:
                # Not the method of an SSL socket, which would reset its state while another thread
                # uses it.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                continue  # it is already closed


@contextmanager
def _deadline() -> Iterator[_Deadline]:
    deadline = _Deadline()
    timer = Timer(SECONDS, deadline.cut)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()


def _get(parts: SplitResult, max_bytes: int, allow_private: bool, deadline: _Deadline) -> _Response:
    host, usual = _host(parts), _PORTS[parts.scheme]
    port = parts.port or usual
    addresses = _public_addresses(host, port, allow_private)
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = plain = _connected(addresses, port, deadline)
        if parts.scheme == "https":
            connection.sock = _encrypted(plain, host, deadline)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        name = f"[{host.partition('%')[0]}]" if ":" in host else host
        connection.request(
            "GET",
            _quoted(target),
            headers={
                "Host": name if port == usual else f"{name}:{port}",
                "User-Agent": "pincite",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        answer = connection.getresponse()
        data = _bounded(answer, max_bytes, parts.geturl()) if answer.status == 200 else b""
        deadline.left()  # a response that was cut off may look complete
        if answer.getheader("Content-Encoding", "identity") != "identity":
            raise FetchError(f"{parts.geturl()}: it is sent compressed though that was not asked.")
        return _Response(
            answer.status,
            answer.getheader("Location"),
            answer.getheader("Content-Type", "").partition(";")[0].strip().lower(),
            data,
        )
    except (OSError, http.client.HTTPException) as error:
        raise _unfetched(parts, error, deadline) from error
    finally:
        connection.close()


def _unfetched(parts: SplitResult, error: Exception, deadline: _Deadline) -> FetchError:
    """Returns the error to report: the timeout, if the time is up and caused the error."""
    reason: Exception = error
    try:
        deadline.left()
    except TimeoutError as late:
        reason = late
    return FetchError(f"{parts.geturl()}: it cannot be fetched ({reason}).")


def _connected(addresses: list[str], port: int, deadline: _Deadline) -> socket.socket:
    """Returns a connection to the first address that answers, dividing the time among them."""
    failure: OSError = OSError("it has no address")
    for tried, address in enumerate(addresses):
        share = deadline.left() / (len(addresses) - tried)
        try:
            connection = socket.create_connection((address, port), timeout=share)
        except OSError as error:
            failure = error
            continue
        try:
            deadline.bind(connection)
            connection.settimeout(deadline.left())
        except TimeoutError:
            connection.close()
            raise
        return connection
    raise failure


def _encrypted(plain: socket.socket, host: str, deadline: _Deadline) -> ssl.SSLSocket:
    """Returns the connection with its peer's certificate verified."""
    connection = ssl.create_default_context().wrap_socket(
        plain, server_hostname=host, do_handshake_on_connect=False
    )
    try:
        deadline.bind(connection)
        connection.do_handshake()
    except OSError:
        connection.close()
        raise
    return connection


def _public_addresses(host: str, port: int, allow_private: bool) -> list[str]:
    """Returns the addresses of a host, if all of them are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(f"{host}: no such host ({error.strerror or error}).") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not allow_private and not _is_public(address):
            raise FetchError(
                f"{host} leads to {address}, which is not a public address. "
                "If that is meant, add: --allow-private"
            )
    return addresses


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


def _bounded(answer: http.client.HTTPResponse, max_bytes: int, url: str) -> bytes:
    """Returns the body; raises FetchError if it is too large or incomplete."""
    parts: list[bytes] = []
    size = 0
    while chunk := answer.read(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise FetchError(
                f"{url}: it is larger than {max_bytes // 1_000_000} MB. Raise max_file_megabytes."
            )
    if answer.length:
        raise FetchError(f"{url}: the connection ended before all of it had come. Try again.")
    return b"".join(parts)


def _quoted(target: str) -> str:
    """Quotes a path and query for a request, without quoting anything twice."""
    return quote(target, safe="/?#[]@!$&'()*+,;=:%-._~")


def _suffix(parts: SplitResult, content_type: str) -> str | None:
    known = _SUFFIX_OF.get(content_type)
    if known is not None and known != ".txt":
        return known
    suffix = PurePosixPath(unquote(parts.path)).suffix.lower()
    return suffix if suffix in SUFFIXES else known


def _name(parts: SplitResult, suffix: str) -> str:
    """Returns host, path and today's date, which records when the copy was saved."""
    path = PurePosixPath(unquote(parts.path))
    words = [word for word in (*path.parts[:-1], path.stem) if word not in ("", "/", "index")]
    today = datetime.now(UTC).date().isoformat()
    return f"{'-'.join([parts.hostname or '', *words])} {today}{suffix}".replace("/", "-")


def _behind_prologue(data: bytes, mark: bytes) -> bytes:
    """Inserts a comment into a page after its declaration, which must come first."""
    match = _PROLOGUE.match(data)
    end = match.end() if match else 0
    return data[:end] + mark + data[end:]
