"""Opens formats that are ZIP archives, and limits their unpacked size before unpacking."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from ...errors import ReadError
from .xml_source import parse_xml

LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_GROWTH = 200
"""The most that an archive may unpack to, as a multiple of its size."""

PROTECTED = "protected by a password. Save it without one."

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 1
_ENCRYPTED_PARTS = ("EncryptedPackage", "EncryptionInfo", "DRMEncrypted")
_OLD = {
    "WordDocument": ("Word", ".doc", ".docx"),
    "PowerPoint Document": ("PowerPoint", ".ppt", ".pptx"),
    "Workbook": ("Excel", ".xls", ".xlsx"),
    "Book": ("Excel", ".xls", ".xlsx"),
}

WORKBOOK = "xl/workbook.xml"
"""The part of an Excel file that lists its sheets."""

SMALL = 10 * 1024 * 1024
"""Unpacked size below which growth is harmless."""


def opened(data: bytes) -> ZipFile:
    """Returns the archive.

    Raises ReadError if it unpacks to an unreasonable size, and zipfile's errors if it is damaged.
    The check uses the sizes stated in the archive; zipfile never unpacks more than stated.
    """
    if data.startswith(_COMPOUND):
        raise ReadError(_why_compound(data))
    archive = ZipFile(BytesIO(data))
    if any(entry.flag_bits & _ENCRYPTED for entry in archive.infolist()):
        raise ReadError(PROTECTED)
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED or unpacked > max(SMALL, LARGEST_GROWTH * len(data)):
        raise ReadError(
            f"unpacks to {unpacked / 1024**2:.0f} MB, more than is reasonable. "
            "Remove pictures from it, or split it, and save it again."
        )
    return archive


def _why_compound(data: bytes) -> str:
    """Explains what kind of legacy Office file this is."""
    if any(name.encode("utf-16-le") in data for name in _ENCRYPTED_PARTS):
        return PROTECTED
    for part, (program, old, new) in _OLD.items():
        if part.encode("utf-16-le") in data:
            return f"an old {program} file ({old}), whatever its name says. Save it as {new}."
    return "an old Office file, whatever its name says. Save it in a format of today."


def checked(data: bytes) -> BytesIO:
    """Returns the bytes for a library that opens the archive itself; raises like `opened`."""
    opened(data).close()
    return BytesIO(data)


def member(archive: ZipFile, path: str) -> bytes | None:
    """Returns the bytes of a member, or None if the archive does not have it."""
    return archive.read(path) if path in archive.NameToInfo else None


def related(archive: ZipFile, path: str) -> Iterator[tuple[str, str]]:
    """Yields the kind and path of each part that a part of an Office file refers to.

    Each is yielded once: a hostile file may refer to one without end.
    """
    yield from dict.fromkeys((kind, target) for kind, _, target in references(archive, path))


def references(archive: ZipFile, path: str) -> Iterator[tuple[str, str, str]]:
    """Yields the kind, name and target of each reference in one part of an Office file."""
    folder, name = posixpath.split(path)
    source = member(archive, f"{folder}/_rels/{name}.rels")
    for one in parse_xml(source) if source else ():
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target") or ""))
            kind = (one.get("Type") or "").rpartition("/")[2]
            yield kind, one.get("Id") or "", target.lstrip("/")
