"""Unpacks the files of a ZIP or tar archive one by one, with limits on memory and time.

Everything is unpacked into memory, and the sizes that an archive states are not trusted beyond
these limits. Tar headers are parsed here because tarfile stops silently at damage, and because it
reads extended headers of any size.
"""

from __future__ import annotations

import lzma
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from ..errors import ReadError
from ..reading.common.guessing import name_encoding
from .decompression import Readable, uncompressed

MEMBERS = 10_000
"""The maximum number of entries in an archive, including folders."""

LONGEST_NAME = 4_096

# The maximum size of a ZIP directory in bytes. An entry rarely takes more than 200 bytes.
_LARGEST_DIRECTORY = 400 * MEMBERS

# The maximum size of a tar extension header, which holds a long name or a time stamp.
_LARGEST_EXTENSION = 65_536

# Two long names, other attributes, and the header itself.
_HEADERS_A_MEMBER = 4

_CHUNK = 65_536
_IS_UTF8 = 0x800
_NAMES_LOOKED_AT = 200
_BLOCK = tarfile.BLOCKSIZE

# zipfile raises NotImplementedError for an unknown version of the format.
_ZIP_FAULTS = (
    BadZipFile, LargeZipFile, OSError, EOFError, ValueError, ArithmeticError, NotImplementedError,
    RuntimeError, LookupError, struct.error, zlib.error,
)  # fmt: skip
_TAR_FAULTS = (
    tarfile.TarError, OSError, EOFError, ValueError, ArithmeticError, zlib.error, lzma.LZMAError
)  # fmt: skip

_LINK = "a link. Put what it leads to into the archive instead"
_SPECIAL = "not a regular file. Pack the archive without it"
_SPARSE = "packed as a sparse file. Pack the archive without --sparse"
_ENCRYPTED = "encrypted. Unpack it and put the document itself into the corpus"
_METHOD = "packed by a method that is not read. Pack the archive with the ordinary one (deflate)"


class Item(NamedTuple):
    """A file of an archive, with the reason if it cannot be a document of any format.

    `read` returns its bytes or raises ReadError. It is valid until the next item is requested.
    """

    name: str
    size: int
    flaw: str | None
    read: Callable[[], bytes]


def damaged(why: object) -> ReadError:
    """Returns the error for an archive, or a part of one, that is damaged."""
    return ReadError(f"damaged or cut off ({why}). Pack it anew, or copy it here again")


def zip_items(data: bytes, largest: int) -> Iterator[Item]:
    """Yields the files of a ZIP archive, which may unpack to at most `largest` bytes.

    Raises ReadError before the first file if the archive cannot be read.
    """
    try:
        archive = ZipFile(_Chunked(data))
    except _ZIP_FAULTS as error:
        raise damaged(error) from None
    with archive:
        members = archive.infolist()
        _check_count(len(members))
        if sum(member.file_size for member in members) > largest:
            raise _too_much(largest)
        # Some versions of zipfile don't reject overlapping files.
        starts = sorted((member.header_offset, member.compress_size) for member in members)
        if any(start + packed > following for (start, packed), (following, _) in pairwise(starts)):
            raise damaged("its files overlap")
        encoding = _name_encoding(members)
        for member in members:
            # Not is_dir, which fails for a file without a name.
            if not member.orig_filename.endswith("/"):
                read = partial(_unzipped, archive, member)
                yield Item(_zip_name(member, encoding), member.file_size, _zip_flaw(member), read)


def _zip_flaw(member: ZipInfo) -> str | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return _LINK if kind == stat.S_IFLNK else _SPECIAL
    if member.flag_bits & 0x1:
        return _ENCRYPTED
    # The other methods unpack without a limit on memory.
    return None if member.compress_type in (ZIP_STORED, ZIP_DEFLATED) else _METHOD


def _name_encoding(members: Sequence[ZipInfo]) -> str:
    """Guesses the one encoding of all names that are not marked as UTF-8."""
    raw = [_raw_name(member) for member in members if not member.flag_bits & _IS_UTF8]
    return name_encoding([name for name in raw if not name.isascii()][:_NAMES_LOOKED_AT])


def _zip_name(member: ZipInfo, encoding: str) -> str:
    """Decodes the name of a ZIP entry.

    A name that is not marked as UTF-8 should be in code page 437. Often it is UTF-8 after all, or
    in the code page of the machine that packed it.
    """
    name = _checked_name(member.orig_filename)
    if member.flag_bits & _IS_UTF8:
        return name
    raw = _raw_name(member)
    for likely in ("utf-8", encoding):
        try:
            return raw.decode(likely)
        except UnicodeError:
            continue
    return name


def _raw_name(member: ZipInfo) -> bytes:
    return member.orig_filename.encode("cp437", "replace")


def _unzipped(archive: ZipFile, member: ZipInfo) -> bytes:
    try:
        with archive.open(member) as stream:
            data = b"".join(iter(partial(stream.read, _CHUNK), b""))
    except _ZIP_FAULTS as error:
        raise damaged(error) from None
    if len(data) != member.file_size:
        raise damaged("it is shorter than it should be")
    return data


class _Chunked(BytesIO):
    """Refuses to read more in one call than the maximum size of a ZIP directory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _LARGEST_DIRECTORY:
            raise ReadError("its list of files is larger than is reasonable. Split it")
        return super().read(size)


def tar_items(data: bytes, largest: int) -> Iterator[Item]:
    """Yields the files of a tar archive, compressed or not, which may unpack to `largest` bytes.

    Raises ReadError, at the latest after the last file, if the archive is incomplete.
    """
    stream = _Stream(uncompressed(data), largest)
    headers = members = 0
    extension: dict[str, str] = {}
    while any(block := stream.exactly(_BLOCK)):
        headers += 1
        _check_count(max(members, headers // _HEADERS_A_MEMBER))
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            is_extension = header.type in _EXTENSIONS
            size = header.size if is_extension else int(extension.get("size", header.size))
        except _TAR_FAULTS as error:
            raise damaged(error) from None
        if size < 0 or (is_extension and size > _LARGEST_EXTENSION):
            raise damaged("an unreadable header")
        if is_extension:
            extension |= _EXTENSIONS[header.type](stream.exactly(size))
            stream.skip(-size % _BLOCK)
            continue
        members += 1
        if header.type == tarfile.GNUTYPE_SPARSE and block[482]:
            while stream.exactly(_BLOCK)[504]:
                headers += 1
                _check_count(headers // _HEADERS_A_MEMBER)
        if not header.isreg() and header.type in tarfile.SUPPORTED_TYPES:
            size = 0  # despite the stated size: links and folders have no content
        end = stream.position + size + -size % _BLOCK
        name = _checked_name(extension.get("path", header.name))
        if not header.isdir():
            yield Item(name, size, _tar_flaw(header, extension), partial(stream.exactly, size))
        stream.skip(end - stream.position)
        extension = {}
    _check_count(members)
    stream.only_padding()


def _tar_flaw(header: tarfile.TarInfo, extension: dict[str, str]) -> str | None:
    if header.issym() or header.islnk():
        return _LINK
    if not header.isreg():
        return _SPECIAL
    is_sparse = header.type == tarfile.GNUTYPE_SPARSE or "sparse" in extension
    return _SPARSE if is_sparse else None


def _long_name(content: bytes) -> dict[str, str]:
    return {"path": content.partition(b"\0")[0].decode("utf-8", "surrogateescape")}


def _pax(content: bytes) -> dict[str, str]:
    """Parses name and size of a file from pax records such as "12 path=zinc", one per line."""
    found: dict[str, str] = {}
    place = 0
    while place < len(content) and content[place]:
        length = content[place : place + 6].partition(b" ")[0]
        if not length.isdigit() or not len(length) + 2 < int(length) <= len(content) - place:
            raise damaged("an unreadable header")
        record = content[place + len(length) + 1 : place + int(length) - 1]
        key, _, value = record.partition(b"=")
        if key in (b"path", b"size"):
            found[key.decode()] = value.decode("utf-8", "surrogateescape")
        elif key.startswith(b"GNU.sparse."):
            found["sparse"] = ""
        place += int(length)
    return found


def _nothing(_: bytes) -> dict[str, str]:
    return {}


_EXTENSIONS = {
    tarfile.GNUTYPE_LONGNAME: _long_name,
    tarfile.GNUTYPE_LONGLINK: _nothing,
    tarfile.XHDTYPE: _pax,
    tarfile.SOLARIS_XHDTYPE: _pax,
    tarfile.XGLTYPE: _nothing,
}


class _Stream:
    """A tar archive, unpacked from start to end, up to a maximum number of bytes."""

    def __init__(self, file: Readable, largest: int) -> None:
        self._file = file
        self._largest = largest
        self.position = 0

    def exactly(self, size: int) -> bytes:
        """Returns the next `size` bytes; raises ReadError."""
        parts = []
        while size > 0:
            parts.append(self._some(size))
            if not parts[-1]:
                raise damaged("it ends too early")
            size -= len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Skips `size` bytes; raises ReadError."""
        while size > 0:
            size -= len(self.exactly(min(size, _CHUNK)))

    def only_padding(self) -> None:
        """Raises ReadError if anything but zeros is left, or if the data ends too early."""
        while part := self._some(_CHUNK):
            if any(part):
                raise damaged("there is more behind its end")

    def _some(self, size: int) -> bytes:
        try:
            part = self._file.read(min(size, _CHUNK))
        except _TAR_FAULTS as error:
            self._file = BytesIO()  # data after an error is not part of the archive
            raise damaged(error) from None
        self.position += len(part)
        if self.position > self._largest:
            raise _too_much(self._largest)
        return part


def _check_count(count: int) -> None:
    if count > MEMBERS:
        raise ReadError(f"holds more than {MEMBERS:,} files. Split it")


def _checked_name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise damaged("a name longer than any can be")
    return name


def _too_much(largest: int) -> ReadError:
    return ReadError(
        f"unpacks to more than {largest // 1_000_000} MB. Split it, or raise max_file_megabytes"
    )
