"""Streaming decompression of gzip, bzip2 and xz, with limits on memory and time.

Python's own classes allocate as much memory as an xz file requests. They also take long for files
with many streams or an endless header.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Protocol

# Four times the memory that files of `xz -9` need.
_XZ_MEMORY = 256 * 1024**2

# The maximum number of streams. One per file is usual; parallel compressors write many.
_STREAMS = 20_000

_CHUNK = 65_536


class Readable(Protocol):
    """A stream that is read from start to end."""

    def read(self, size: int, /) -> bytes:
        """Returns up to `size` bytes, none at the end."""
        ...


def uncompressed(data: bytes) -> Readable:
    """Returns a stream of the unpacked `data`, or of `data` itself if its first bytes are unknown.

    Reading raises EOFError if the data ends too early, and OSError, ValueError, zlib.error or
    lzma.LZMAError if it is damaged.
    """
    packed = BytesIO(data)
    if data.startswith(b"\x1f\x8b"):
        return _Unpacked(packed, _Gzip)
    if data.startswith(b"BZh"):
        return _Unpacked(packed, bz2.BZ2Decompressor)
    if data.startswith(b"\xfd7zXZ\0"):
        return _Unpacked(packed, partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, _XZ_MEMORY))
    return packed


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib's decompressor with the interface of the other two."""

    needs_input = True

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        part = self._inner.decompress(self._inner.unconsumed_tail + data, max(0, max_length))
        self.needs_input = not self._inner.unconsumed_tail
        return part


class _Unpacked:
    """The unpacked content of one stream or several."""

    def __init__(self, packed: BytesIO, fresh: Callable[[], _Decompressor]) -> None:
        self._packed = packed
        self._fresh = fresh
        self._stream = fresh()
        self._streams = 1

    def read(self, size: int, /) -> bytes:
        while True:
            more = b""
            if self._stream.eof:
                more = self._stream.unused_data.lstrip(b"\0")  # padding
                while not more and (chunk := self._packed.read(_CHUNK)):
                    more = chunk.lstrip(b"\0")
                if not more:
                    return b""
                self._stream = self._fresh()
                self._streams += 1
                if self._streams > _STREAMS:
                    raise EOFError("it is in more parts than is reasonable")
            elif self._stream.needs_input:
                more = self._packed.read(_CHUNK)
            is_last = self._stream.needs_input and not more
            part = self._stream.decompress(more, size)
            if part:
                return part
            if is_last and not self._stream.eof:
                raise EOFError("it ends too early")
