"""Resolves `--index` to a store and a place; only this module knows all stores."""

from __future__ import annotations

from pathlib import Path

from .folder.approximation import VectorRules
from .folder.layout import IndexLayout
from .folder.local import LocalStore
from .milvus.address import address_of
from .protocols import Store


def place_of(index: Path) -> str:
    """Returns the absolute place of an index: a folder's full path, or an address.

    Raises the errors of `store_at`.
    """
    address = address_of(str(index))
    if address is None:
        return str(index.absolute())
    return f"milvus+file:{Path(address.uri).absolute()}" if address.is_file else str(address)


def store_at(index: Path, rules: VectorRules, token: str | None = None) -> Store:
    """Returns the store of an index, which need not exist; opens nothing.

    `rules` say when vectors are searched approximately, and `token` is the login of a Milvus
    server. Raises SettingsError for an address that does not name an index of a Milvus server.
    """
    address = address_of(str(index))
    if address is None:
        return LocalStore(IndexLayout(index), rules)
    from .milvus.store import MilvusStore

    return MilvusStore(address, rules, token)


def local_place(index: Path) -> Path | None:
    """Returns the local folder or file of an index; None if it is on a server.

    Raises the errors of `store_at`.
    """
    address = address_of(str(index))
    if address is None:
        return index
    return Path(address.uri) if address.is_file else None
