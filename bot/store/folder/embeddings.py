"""Stores embedded passages as records of an append-only file.

A run appends each passage when it is embedded, so that a killed run loses none. The complete file
becomes part of a segment unchanged. A record has a head (SHA-256 of the embedded text, dimension,
number of word pieces, bytes of a packed piece, CRC-32 of the rest), then the vector, the spans and
the packed pieces, padded to a multiple of eight bytes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from ...errors import IndexDamaged
from ...types import Vectors
from ..tokens import Pieces
from .arrays import has_form, write_array
from .layout import EMBEDDINGS, PLACES, REPAIR, IndexLayout

_HEAD = struct.Struct("<32sIIII")
_ALIGNMENT = 8

# Most records are not larger than this, in bytes.
_USUAL = 16_384

# Errors of a file system that cannot link, or cannot link these files.
NO_LINKS = (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)


def as_record(key: bytes, vector: Vectors, pieces: Pieces) -> bytes:
    """Returns the record of a passage; `key` is the SHA-256 of the embedded text."""
    count, width = pieces.codes.shape
    rest = b"".join((
        np.ascontiguousarray(vector, np.float32).tobytes(),
        np.ascontiguousarray(pieces.spans, np.int32).tobytes(),
        np.ascontiguousarray(pieces.codes).tobytes(),
    ))  # fmt: skip
    rest += bytes(-len(rest) % _ALIGNMENT)
    return _HEAD.pack(key, len(vector), count, width, zlib.crc32(rest)) + rest


def key_of(record: bytes) -> bytes:
    """Returns the SHA-256 of a record's embedded text."""
    return record[:32]


def parsed(record: bytes) -> tuple[Vectors, Pieces]:
    """Returns the vector and packed word pieces of a record; raises ValueError if altered."""
    if len(record) < _HEAD.size:
        raise ValueError("a record without a head")
    _, dimension, count, width, checksum = _HEAD.unpack_from(record)
    rest = memoryview(record)[_HEAD.size :]
    if len(rest) != _rest(dimension, count, width) or zlib.crc32(rest) != checksum:
        raise ValueError("an altered record")
    codes_at = 4 * dimension + 8 * count
    vector = np.frombuffer(rest, np.float32, dimension)
    spans = np.frombuffer(rest, np.int32, 2 * count, 4 * dimension).reshape(count, 2)
    codes = np.frombuffer(rest, np.uint8, count * width, codes_at).reshape(count, width)
    return vector, Pieces(codes, spans)


class EmbeddingLog:
    """The records of a running or killed run."""

    def __init__(self, layout: IndexLayout, fingerprint: str) -> None:
        """Opens the log of an encoder, with the records of a killed run; raises IndexUnwritable.

        The caller holds the lock. Removes the logs of other encoders.
        """
        self._layout = layout
        name = f"{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}.records"
        self._file = file = layout.embedding / name
        self._places: dict[bytes, int] = {}
        self._end = 0
        with layout.changing():
            file.parent.mkdir(parents=True, exist_ok=True)
            for other in file.parent.iterdir():
                # A file that a generation links to is complete and must not grow.
                if other != file or other.stat().st_nlink > 1:
                    other.unlink()
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
            self._recover()

    def __enter__(self) -> EmbeddingLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def append(self, record: bytes) -> None:
        """Adds a record, which then survives a killed process; raises IndexUnwritable."""
        with self._layout.changing():
            written = 0
            # A full disk may write only a part; the next write then reports the error.
            while written < len(record):
                place = self._end + written
                written += os.pwrite(self._descriptor, record[written:], place)
        self._places[key_of(record)] = self._end
        self._end += len(record)

    def keep_if(self, wanted: Collection[bytes]) -> None:
        """Empties the log unless it holds some of the wanted keys; raises IndexUnwritable."""
        if self._places.keys().isdisjoint(wanted):
            self._places.clear()
            self._end = 0
            with self._layout.changing():
                os.ftruncate(self._descriptor, 0)

    def shares(self, keys: Collection[bytes]) -> Iterator[Collection[bytes]]:
        """Yields all texts to embed, because no other machine embeds here."""
        yield frozenset(keys)

    def write(self, keys: Sequence[bytes], folder: Path) -> None:
        """Writes the records of some passages, by row, to a segment's folder; raises OSError."""
        target = folder / EMBEDDINGS
        if self._places.keys() == set(keys):
            os.fsync(self._descriptor)
            linked(self._file, target)
            write_array(_array([self._places[key] for key in keys]), folder / PLACES)
            return
        write_records((self._record(key) for key in keys), folder)

    def _record(self, key: bytes) -> bytes:
        place = self._places[key]
        head = os.pread(self._descriptor, _HEAD.size, place)
        return head + os.pread(self._descriptor, _length(head), place + _HEAD.size)

    def _recover(self) -> None:
        """Finds the complete records and cuts off an unfinished one."""
        while len(head := os.pread(self._descriptor, _HEAD.size, self._end)) == _HEAD.size:
            rest = os.pread(self._descriptor, _length(head), self._end + _HEAD.size)
            key, *_, checksum = _HEAD.unpack(head)
            if len(rest) < _length(head) or zlib.crc32(rest) != checksum:
                break
            self._places[key] = self._end
            self._end += len(head) + len(rest)
        os.ftruncate(self._descriptor, self._end)


def write_records(records: Iterable[bytes], folder: Path) -> None:
    """Writes the records of a segment's passages, by row, without duplicates. Raises OSError."""
    known: dict[bytes, int] = {}
    places = []
    end = 0
    with (folder / EMBEDDINGS).open("xb") as stream:
        for record in records:
            if key_of(record) not in known:
                known[key_of(record)] = end
                end += stream.write(record)
            places.append(known[key_of(record)])
    write_array(_array(places), folder / PLACES)


def linked(file: Path, target: Path) -> None:
    """Hard-links a file, or copies it if the file system cannot link; raises OSError."""
    try:
        os.link(file, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        shutil.copyfile(file, target)


class Embeddings:
    """The records of one segment, read for a few passages at a time.

    They are many times as large as everything else. They are not mapped, because their pages would
    evict those that every question reads from the page cache.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / EMBEDDINGS
        self._file = file
        try:
            self._stream = file.open("rb", buffering=0)
            self._size = os.fstat(self._stream.fileno()).st_size
            self._places = np.load(folder / PLACES, allow_pickle=False)
            sound = has_form(self._places, "i8", len(self._places))
            last = self._size - _HEAD.size
            if not sound or ((self._places < 0) | (self._places > last)).any():
                raise ValueError("its places are no records")
        except Exception as error:  # NumPy raises many kinds of error for an altered header
            raise self._damaged(str(error)) from error

    def __len__(self) -> int:
        return len(self._places)

    def pieces(self, row: int) -> Pieces:
        """Returns the packed word pieces of a passage."""
        read = self._read(row)
        _, dimension, count, width, _ = _HEAD.unpack_from(read)
        record = np.frombuffer(read, np.uint8)
        spans_at = _HEAD.size + 4 * dimension
        codes_at = spans_at + 8 * count
        spans = record[spans_at:codes_at].view(np.int32).reshape(count, 2)
        codes = record[codes_at : codes_at + count * width].reshape(count, width)
        return Pieces(codes, spans)

    def vectors(self, rows: Iterable[int]) -> Vectors:
        """Returns the vectors of some passages, shape (rows, dimension)."""
        places = self._places[np.fromiter(rows, dtype=np.int64)].tolist()
        if not places:
            return np.empty((0, 0), dtype=np.float32)
        _, dimension, _, _, _ = _HEAD.unpack(self._bytes(places[0], _HEAD.size))
        found = b"".join(self._bytes(place + _HEAD.size, 4 * dimension) for place in places)
        return np.frombuffer(found, np.float32).reshape(len(places), dimension)

    def record(self, row: int) -> bytes:
        """Returns the whole record of a passage; raises IndexDamaged if it was altered."""
        record = self._read(row)
        if zlib.crc32(record[_HEAD.size :]) != _HEAD.unpack_from(record)[-1]:
            raise self._damaged(f"row {row} was altered")
        return record

    def _read(self, row: int) -> bytes:
        """Reads the record of a passage, usually in one read."""
        place = int(self._places[row])
        begin = self._bytes(place, min(_USUAL, self._size - place))
        length = _HEAD.size + _length(begin[: _HEAD.size])
        if length <= len(begin):
            return begin[:length]
        return begin + self._bytes(place + len(begin), length - len(begin))

    def _bytes(self, place: int, length: int) -> bytes:
        if place + length > self._size:
            raise self._damaged("a record ends behind the file")
        found = os.pread(self._stream.fileno(), length, place)
        if len(found) != length:
            raise self._damaged("it was cut off")
        return found

    def _damaged(self, reason: str) -> IndexDamaged:
        return IndexDamaged(f"{self._file} is damaged ({reason}). {REPAIR}")


def _rest(dimension: int, count: int, width: int) -> int:
    """Returns the number of bytes of a record after its head."""
    length = 4 * dimension + 8 * count + count * width
    return length + -length % _ALIGNMENT


def _length(head: bytes) -> int:
    _, dimension, count, width, _ = _HEAD.unpack(head)
    return _rest(dimension, count, width)


def _array(places: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.asarray(places, dtype=np.int64)
