"""Which store `--index` names: the one place that knows all of them."""

from __future__ import annotations

from pathlib import Path

from .layout import IndexLayout
from .local import LocalStore
from .milvus.address import address_of
from .protocols import Store


def store_at(index: Path, token: str | None = None) -> Store:
    """The store of an index, which need not be there yet; nothing is opened.

    `token` is what a Milvus server asks for. Raises SettingsError for an address that names no
    collection of a Milvus server.
    """
    address = address_of(str(index))
    if address is None:
        return LocalStore(IndexLayout(index))
    from .milvus.store import MilvusStore

    return MilvusStore(address, token)
