"""Formats that are a ZIP archive inside: what they unpack to is bounded before it is unpacked."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from ..errors import ReadError

LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_GROWTH = 200
"""How many times its own size an archive may unpack to."""

SMALL = 10 * 1024 * 1024
"""Unpacked size below which growth is no danger."""


def opened(data: bytes) -> ZipFile:
    """The archive. Raises ReadError for one that unpacks to more than is reasonable, and what
    zipfile raises for one that is damaged.

    The sizes are those that the archive states; zipfile unpacks no more than is stated.
    """
    archive = ZipFile(BytesIO(data))
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED or unpacked > max(SMALL, LARGEST_GROWTH * len(data)):
        raise ReadError(
            f"unpacks to {unpacked / 1024**2:.0f} MB, more than is reasonable. "
            "Remove pictures from it, or split it, and save it again."
        )
    return archive


def checked(data: bytes) -> BytesIO:
    """The bytes for a library that opens the archive by itself; raises as `opened` does."""
    opened(data).close()
    return BytesIO(data)


def member(archive: ZipFile, path: str) -> bytes | None:
    """The bytes of a member, None where the archive has no such member."""
    return archive.read(path) if path in archive.NameToInfo else None
