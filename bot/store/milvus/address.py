"""Parses Milvus index addresses: `milvus+http://HOST:PORT/NAME` or `milvus+file:FILE.db`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...errors import SettingsError

# One slash is enough, because a path collapses two slashes into one.
_SERVER = re.compile(r"(https?):/{1,2}([^/@\s]+)/([^/\s]+)/?")
_OTHER_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")

FORMS = "a folder, milvus+http://HOST:19530/NAME, milvus+https://HOST/NAME or milvus+file:FILE.db"

# The name of the index in a Milvus Lite file, which holds only one.
IN_FILE = "pincite"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """The address of Milvus for pymilvus, and the prefix of all collection names."""

    uri: str
    name: str

    @property
    def is_file(self) -> bool:
        """Whether it is a Milvus Lite file, which only one process at a time may open."""
        return self.uri.endswith(".db")

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return self.is_file or urlsplit(self.uri).hostname in ("localhost", "127.0.0.1", "::1")

    def __str__(self) -> str:
        return f"milvus+file:{self.uri}" if self.is_file else f"milvus+{self.uri}/{self.name}"


def address_of(index: str) -> MilvusAddress | None:
    """Parses the address in `--index`; None for a folder.

    Raises SettingsError for an invalid address.
    """
    if not index.startswith("milvus+"):
        if _OTHER_ADDRESS.match(index):
            raise SettingsError(f"--index {index}: no index has such an address. Give {FORMS}.")
        return None
    place = index.removeprefix("milvus+")
    if place.startswith("file:"):
        file = place.removeprefix("file:")
        if file.endswith(".db") and len(file) > len(".db"):
            return MilvusAddress(file, IN_FILE)
        raise SettingsError(
            f"--index {index}: the file of Milvus Lite must end in .db. Give {FORMS}."
        )
    found = _SERVER.fullmatch(place)
    if found is None or not _NAME.fullmatch(found[3]):
        raise SettingsError(
            f"--index {index}: not an index in Milvus. Give {FORMS}; NAME has letters, digits and "
            "underscores, and a password belongs into PINCITE_MILVUS_TOKEN."
        )
    return MilvusAddress(f"{found[1]}://{found[2]}", found[3])
