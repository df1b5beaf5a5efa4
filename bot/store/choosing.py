"""Which store `--index` names, and where that is: the one place that knows all of them."""

from __future__ import annotations

from pathlib import Path

from .approximation import VectorRules
from .layout import IndexLayout
from .local import LocalStore
from .milvus.address import address_of
from .protocols import Store


def place_of(index: Path) -> str:
    """Where an index is, whatever the working directory: a folder's whole path, or an address.

    Raises SettingsError as `store_at` does.
    """
    address = address_of(str(index))
    if address is None:
        return str(index.absolute())
    return f"milvus+file:{Path(address.uri).absolute()}" if address.is_file else str(address)


def store_at(index: Path, rules: VectorRules, token: str | None = None) -> Store:
    """The store of an index, which need not be there yet; nothing is opened.

    `rules` say when vectors are searched approximately, and `token` is what a Milvus server asks
    for. Raises SettingsError for an address that names no index of a Milvus server.
    """
    address = address_of(str(index))
    if address is None:
        return LocalStore(IndexLayout(index), rules)
    from .milvus.store import MilvusStore

    return MilvusStore(address, rules, token)


def local_place(index: Path) -> Path | None:
    """The folder or file of this machine that an index is; None where it lies on a server.

    Raises SettingsError as `store_at` does.
    """
    address = address_of(str(index))
    if address is None:
        return index
    return Path(address.uri) if address.is_file else None
