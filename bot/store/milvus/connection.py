"""Calls Milvus and turns its errors into index errors."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...errors import IndexBusy, IndexDamaged, IndexUnreachable, IndexUnwritable
from .address import MilvusAddress

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Row = dict[str, Any]

# Timeouts of a server in seconds: to connect, to answer, and to index or load written data.
CONNECTING = 10.0
PATIENCE = 30.0
FINISHING = 3_600.0

# Tries to get a collection that another machine may be creating, and seconds between them.
TRIES = 10
PAUSE = 0.5

# Rows and approximate bytes per call; a server accepts 64 MB by default.
ROWS_PER_CALL = 500
BYTES_PER_CALL = 8_000_000

# Sources to read with their texts per call.
SOURCES_PER_CALL = 50

# Milvus' limit on the results of a search.
MOST_HITS = 16_384


class Connection:
    """One index in Milvus; thread-safe. Connects on the first call."""

    def __init__(self, address: MilvusAddress, token: str | None) -> None:
        self.address = address
        self._token = token
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    @property
    def client(self) -> MilvusClient:
        """The client of pymilvus; raises IndexUnreachable or IndexBusy."""
        with self._lock:
            if self._client is None:
                self._client = self._connected()
            return self._client

    def names(self) -> list[str]:
        """All collections."""
        with self.translate_errors():
            return list(self.client.list_collections(timeout=PATIENCE))

    def has(self, name: str) -> bool:
        """Whether there is a collection."""
        with self.translate_errors():
            return bool(self.client.has_collection(name, timeout=PATIENCE))

    def create(
        self,
        name: str,
        define: Callable[[MilvusClient], tuple[Any, Any]],
        consistency: str = "Bounded",
    ) -> None:
        """Creates and loads a collection with the schema and indexes that `define` returns.

        Reads may be some seconds stale unless its consistency is "Strong".
        """
        with self.translate_errors(writing=True):
            schema, indexes = define(self.client)
            self.client.create_collection(
                name,
                schema=schema,
                consistency_level=consistency,
                timeout=FINISHING,
            )
            # An empty collection needs no waiting, but pymilvus would wait half a second.
            self.client.create_index(name, indexes, timeout=FINISHING, sync=False)
            self.client.load_collection(name, timeout=FINISHING)

    def insert(self, name: str, rows: Iterable[Row], *, replacing: bool = False) -> None:
        """Inserts rows in calls of limited size; `replacing` rows with the same key."""
        batch: list[Row] = []
        size = 0
        for row in rows:
            batch.append(row)
            size += size_of(row)
            if len(batch) >= ROWS_PER_CALL or size >= BYTES_PER_CALL:
                self._insert(name, batch, replacing)
                batch, size = [], 0
        if batch:
            self._insert(name, batch, replacing)

    def _insert(self, name: str, rows: list[Row], replacing: bool) -> None:
        with self.translate_errors(writing=True):
            call = self.client.upsert if replacing else self.client.insert
            call(name, rows, timeout=PATIENCE)

    def get(self, name: str, keys: Sequence[Any], fields: Sequence[str]) -> list[Row]:
        """Returns the rows with some keys, in any order; skips missing keys."""
        found: list[Row] = []
        for begin in range(0, len(keys), ROWS_PER_CALL):
            with self.translate_errors():
                found += self.client.get(
                    name,
                    ids=list(keys[begin : begin + ROWS_PER_CALL]),
                    output_fields=list(fields),
                    timeout=PATIENCE,
                )
        return found

    def query(
        self, name: str, condition: str, fields: Sequence[str], limit: int | None = None
    ) -> list[Row]:
        """Returns the rows that meet a condition, in any order."""
        with self.translate_errors():
            return list(
                self.client.query(
                    name,
                    filter=condition,
                    output_fields=list(fields),
                    timeout=PATIENCE,
                    **({"limit": limit} if limit else {}),
                )
            )

    def between(
        self,
        name: str,
        field: str,
        first: int,
        end: int,
        fields: Sequence[str],
        at_once: int = ROWS_PER_CALL,
    ) -> Iterator[Row]:
        """Yields the rows with `first` <= `field` < `end`, in this order."""
        for begin in range(first, end, at_once):
            stop = min(begin + at_once, end)
            condition = f"{field} >= {begin} and {field} < {stop}"
            rows = self.query(name, condition, [field, *fields], at_once)
            if len(rows) != stop - begin:
                raise self.damaged(f"{name} has {len(rows)} of {stop - begin} rows")
            yield from sorted(rows, key=lambda row: int(row[field]))

    def everything(self, name: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows, in any order."""
        with self.translate_errors():
            pages = self.client.query_iterator(
                name, batch_size=ROWS_PER_CALL, filter="", output_fields=list(fields)
            )
        try:
            while True:
                with self.translate_errors():
                    page = pages.next()
                if not page:
                    return
                yield from page
        finally:
            pages.close()

    def search(
        self,
        name: str,
        field: str,
        wanted: Any,
        limit: int,
        fields: Sequence[str],
        condition: str = "",
    ) -> list[tuple[float, Row]]:
        """Returns the scores and rows nearest to a vector or text."""
        limit = min(limit, MOST_HITS)
        if not limit:
            return []
        with self.translate_errors():
            found = self.client.search(
                name,
                data=[wanted],
                anns_field=field,
                limit=limit,
                filter=condition,
                output_fields=list(fields),
                timeout=PATIENCE,
            )
        return [(float(hit["distance"]), hit["entity"]) for hit in found[0]]

    def count(self, name: str) -> int:
        """How many rows a collection has."""
        with self.translate_errors():
            found = self.client.query(
                name,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=PATIENCE,
            )
        return int(found[0]["count(*)"])

    def delete(self, name: str, keys: Sequence[str]) -> None:
        """Removes the rows of some keys."""
        for begin in range(0, len(keys), ROWS_PER_CALL):
            with self.translate_errors(writing=True):
                self.client.delete(
                    name, ids=list(keys[begin : begin + ROWS_PER_CALL]), timeout=PATIENCE
                )

    def require(
        self, name: str, define: Callable[[MilvusClient], tuple[Any, Any]], consistency: str
    ) -> None:
        """Creates a collection if missing, and loads it."""
        for left in reversed(range(TRIES)):
            try:
                if self.has(name):
                    self.load(name)
                else:
                    self.create(name, define, consistency)
                return
            except (IndexDamaged, IndexUnwritable):
                # Another machine may be creating it, which takes several calls.
                if not left:
                    raise
                time.sleep(PAUSE)

    def load(self, name: str) -> None:
        """Loads a collection so that it can be read."""
        with self.translate_errors():
            self.client.load_collection(name, timeout=FINISHING)

    def release(self, name: str) -> None:
        """Unloads a collection from the server's memory."""
        with self.translate_errors(writing=True):
            self.client.release_collection(name, timeout=FINISHING)

    def finish(self, name: str) -> None:
        """Waits until written data are on disk and indexed."""
        with self.translate_errors(writing=True):
            self.client.flush(name, timeout=FINISHING)
            self.client.load_collection(name, timeout=FINISHING)

    def drop(self, name: str) -> None:
        """Removes a collection if it exists."""
        with self.translate_errors(writing=True):
            if self.client.has_collection(name, timeout=PATIENCE):
                self.client.drop_collection(name, timeout=PATIENCE)

    def alias(self, alias: str) -> str | None:
        """The collection that an alias names; None where there is no such alias."""
        with self.translate_errors():
            # Asking for a missing alias gives an error code that other errors share.
            try:
                return str(self.client.describe_alias(alias, timeout=PATIENCE)["collection_name"])
            except self._refused() as error:
                if "does not exist" in str(error) or "not found" in str(error):
                    return None
                raise

    def point(self, alias: str, name: str) -> None:
        """Points an alias to a collection, in one step."""
        known = self.alias(alias)
        with self.translate_errors(writing=True):
            if known is None:
                self.client.create_alias(name, alias, timeout=PATIENCE)
            elif known != name:
                self.client.alter_alias(name, alias, timeout=PATIENCE)

    def damaged(self, reason: object) -> IndexDamaged:
        """Returns the error for an index that was altered."""
        return IndexDamaged(f"{self.address}: {reason}. Run: pincite index --rebuild")

    @contextmanager
    def translate_errors(self, *, writing: bool = False) -> Iterator[None]:
        """Turns Milvus errors inside the block into index errors."""
        try:
            yield
        except self._refused() as error:
            reason = _line(error)
            if _is_gone(reason):
                raise self._unreachable(reason) from error
            if writing:
                raise IndexUnwritable(
                    f"{self.address} cannot be written: {reason}. The index in use is unchanged."
                ) from error
            raise self.damaged(reason) from error

    def _refused(self) -> tuple[type[Exception], ...]:
        """Returns the errors of calls: pymilvus wraps most network errors, but not all."""
        try:
            from grpc import RpcError
            from pymilvus import MilvusException
        except ModuleNotFoundError as error:
            raise self._missing(error) from error
        return MilvusException, RpcError

    def _connected(self) -> MilvusClient:
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        refused = self._refused()
        from pymilvus import MilvusClient

        # It also raises everything that it logs.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)
        if self.address.is_file:
            self._require_lite()
        # Calls to this machine must not go through a proxy from the environment.
        options = {"grpc.enable_http_proxy": 0} if self.address.is_here else {}
        try:
            return MilvusClient(
                self.address.uri,
                token=self._token or "",
                timeout=CONNECTING,
                grpc_options=options,
            )
        except refused as error:
            if self.address.is_file:
                raise IndexBusy(
                    f"{self.address}: cannot be opened ({_line(error)}). One process at a time "
                    "opens a file of Milvus Lite: end the other, or serve the file with "
                    "milvus-lite server and give its milvus+http address."
                ) from error
            raise self._unreachable(_line(error)) from error

    def _require_lite(self) -> None:
        try:
            import milvus_lite  # noqa: F401
        except ModuleNotFoundError as error:
            raise self._missing(error) from error

    def _missing(self, error: ModuleNotFoundError) -> IndexUnreachable:
        return IndexUnreachable(
            f"{self.address}: the package {error.name} is not installed. "
            'Run: pip install -c constraints.txt "pincite[milvus]"'
        )

    def _unreachable(self, reason: str) -> IndexUnreachable:
        return IndexUnreachable(
            f"{self.address}: no Milvus server answers there ({reason}). Start it, or give "
            "another address with --index; a password goes into PINCITE_MILVUS_TOKEN."
        )


def size_of(row: Mapping[str, Any]) -> int:
    """Returns the approximate size in bytes of a row in a call."""
    return sum(_size(value) for value in row.values())


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    return sum(map(_size, value)) if isinstance(value, list) else 8


def _line(error: Exception) -> str:
    message = str(getattr(error, "message", "") or error)
    return message.partition("\n")[0].strip()[:300] or type(error).__name__


def _is_gone(reason: str) -> bool:
    signs = ("UNAVAILABLE", "connecting", "connect to server", "DEADLINE", "unauthenticated",
             "auth check failure", "closed channel")  # fmt: skip
    return any(sign.lower() in reason.lower() for sign in signs)
