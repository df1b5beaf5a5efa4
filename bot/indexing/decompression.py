"""Decompressing as it is read: gzip, bzip2 and xz, in memory and time that have bounds.

Python's own classes take as much memory as an xz file asks for, and long over files of many
streams or a header without an end.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Protocol

# What `xz -9` needs is a quarter of it.
_XZ_MEMORY = 256 * 1024**2

# One in a file is usual; programs that work in parallel write many.
_STREAMS = 20_000

_CHUNK = 65_536


class Readable(Protocol):
    """Something that is read from its beginning to its end."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


def uncompressed(data: bytes) -> Readable:
    """What is packed in `data`, known by its first bytes, or `data` itself.

    Reading it raises EOFError where it ends too early, and OSError, ValueError, zlib.error or
    lzma.LZMAError where it is damaged.
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
    """zlib's decompressor with the surface of the other two."""

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
    """What is packed, in one stream or several."""

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
