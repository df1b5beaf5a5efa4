"""Archives that unpack without end, lie or overlap are refused soon."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import time
import zlib
from contextlib import suppress
from zipfile import ZIP_STORED

import pytest
from archive_files import DAMAGED, LIMIT, TAR, entry, reason, tarred, zipped

from bot.corpus import unpacking
from bot.corpus.archives import LARGEST_GROWTH, Archive
from bot.errors import ReadError

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    files = {f"{number}.txt": b"\0" * LIMIT for number in range(LARGEST_GROWTH + 1)}
    why = "unpacks to more than 20 MB. Split it, or raise max_file_megabytes"
    assert reason(zipped(files), ".zip") == why
    bomb = tarred(*(entry(name, content) for name, content in files.items()))
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert reason(pack(bomb), ".tar.gz") == why
    beyond = tarred(entry("a.txt", b"Zinc.")) + b"\0" * (LARGEST_GROWTH + 1) * LIMIT
    assert reason(gzip.compress(beyond), ".tgz") == why


def test_a_file_that_states_less_than_it_holds_is_not_unpacked_beyond() -> None:
    data = bytearray(zipped({"a.txt": b"\0" * 50_000_000}))
    for place in (22, data.index(b"PK\1\2") + 24):
        data[place : place + 4] = struct.pack("<I", 100)
    (sha256,) = Archive(".zip", bytes(data), LIMIT).fingerprints().values()
    assert sha256 is None  # its checksum is not that of the first hundred bytes


def test_files_that_overlap_are_refused() -> None:
    data = bytearray(zipped({"a.txt": "Zinc " * 99, "b.txt": "Lead " * 99}, ZIP_STORED))
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<I", 10)
    # Newer versions of Python find it themselves when the file is opened.
    assert reason(bytes(data), ".zip").startswith("damaged or cut off (its files overlap).")


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MEMBERS", 20)
    many = [f"{number}.txt" for number in range(21)]
    why = "holds more than 20 files. Split it"
    assert reason(zipped(dict.fromkeys(many, b"")), ".zip") == why
    assert reason(tarred(*map(entry, many)), ".tar") == why
    assert len(Archive(".tar", tarred(*map(entry, many[1:])), LIMIT).listing()) == 20
    extended = tarfile.TarInfo("x")
    extended.type = tarfile.XGLTYPE
    block = extended.tobuf(tarfile.USTAR_FORMAT)
    assert reason(block * 100 + tarred(entry("a.txt")), ".tar") == why
    sparse = header(b"S", b"%011o\0" % 0, more=True)
    assert reason(sparse + (b"\1" * 512) * 100, ".tar") == why


def test_a_list_of_millions_of_files_is_refused_at_once() -> None:
    record = b"PK\1\2" + b"\0" * 42
    listing = record * 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listing), 0, 0)

    started = time.monotonic()

    assert reason(listing + end, ".zip", 64 * LIMIT) == (
        "its list of files is larger than is reasonable. Split it"
    )
    assert time.monotonic() - started < 1


def checked(block: bytearray) -> bytes:
    """A tar header with the right sum."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def header(kind: bytes, size: bytes, *, more: bool = False) -> bytes:
    block = bytearray(tarfile.TarInfo("a.txt").tobuf(tarfile.USTAR_FORMAT))
    block[124:136] = size
    block[156:157] = kind
    block[482] = more
    return checked(block)


@pytest.mark.parametrize(
    "data",
    [
        header(b"0", b"\xff" * 12),  # below zero
        header(b"0", b"77777777777\0") + b"x" * 512,
        header(b"x", b"77777777777\0") + b"x" * 512,
        header(b"x", b"%011o\0" % 70_000) + b"x" * 70_144,
        header(b"L", b"\xff" * 12) + b"x" * 512,
        header(b"x", b"%011o\0" % 512) + b"0 size=-512\n".ljust(512, b"\0"),
        header(b"x", b"%011o\0" % 512) + b"13 size=-512\n".ljust(512, b"\0") + TAR,
        header(b"x", b"%011o\0" % 512) + b"10 size=x\n".ljust(512, b"\0") + TAR,
        header(b"x", b"%011o\0" % 512) + b"999 path=x\n".ljust(512, b"\0") + TAR,
        header(b"S", b"%011o\0" % 512)[:482] + b"\1" * 30,
        header(b"L", b"%011o\0" % 5_000) + b"n" * 5_000 + b"\0" * 120 + TAR,
    ],
)
def test_hostile_tar_headers_are_refused(data: bytes) -> None:
    started = time.monotonic()
    assert DAMAGED in reason(data, ".tar")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("place", range(0, 900, 7))
def test_a_changed_byte_is_no_more_than_a_reason(place: int) -> None:
    for suffix, data in ((".zip", zipped({"a.txt": "Zinc. " * 99, "b.md": "Tin"})), (".tar", TAR)):
        for packed in (data, gzip.compress(data, mtime=0)) if suffix == ".tar" else (data,):
            changed = bytearray(packed)
            changed[place % len(changed)] ^= 0x55
            archive = Archive(suffix, bytes(changed), LIMIT)
            with suppress(ReadError):
                assert archive.listing().keys() == archive.fingerprints().keys()


def test_xz_asks_for_no_more_memory_than_is_reasonable() -> None:
    data = bytearray(lzma.compress(TAR))
    # The size of the dictionary is a byte of the block's header, which has a sum of its own.
    end = 12 + 4 * data[12]
    data[16] = 36  # a gigabyte
    data[end : end + 4] = struct.pack("<I", zlib.crc32(data[12:end]))
    assert "Memory usage limit exceeded" in reason(bytes(data), ".tar.xz")


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"") * 50_000,
        bz2.compress(b"") * 50_000,
        lzma.compress(b"") * 50_000,
        gzip.compress(TAR) + gzip.compress(b"") * 50_000,
        b"\x1f\x8b\x08\x08" + b"n" * 20_000_000,  # a name without an end
    ],
    ids=["gzip", "bzip2", "xz", "gzip behind", "name"],
)
def test_streams_that_hold_nothing_are_refused_soon(data: bytes) -> None:
    started = time.process_time()
    assert DAMAGED in reason(data, ".tar")
    assert time.process_time() - started < 5
