"""Archives in the corpus: their documents answer, and nothing in them can do harm or is lost."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import struct
import tarfile
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from cli_calls import Pincite
from word_encoder import WordEncoder

import bot
from bot.corpus import Corpus, archive_suffix, unpacking
from bot.corpus.archives import LARGEST_GROWTH, Archive
from bot.engine import watching
from bot.engine.watching import watch
from bot.errors import ReadError, UsageError
from bot.types import SyncReport

pytestmark = pytest.mark.usefixtures("quick_disk")

LIMIT = 1_000_000

DAMAGED = "Pack it anew, or copy it here again"


def zipped(files: Mapping[str, bytes | str], method: int = ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def entry(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tarred(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def put(corpus: Path, name: str, data: bytes) -> None:
    (corpus / name).parent.mkdir(parents=True, exist_ok=True)
    (corpus / name).write_bytes(data)


def skipped(report: SyncReport) -> dict[str, str]:
    return {file.path: file.reason for file in report.skipped}


def texts(engine: bot.Engine) -> dict[str, str]:
    return {
        summary.info.path: engine.source(summary.info.id).text.strip()
        for summary in engine.sources()
    }


@pytest.fixture
def small(corpus: Path) -> Corpus:
    """The corpus with files of a megabyte at most."""
    return Corpus(corpus, LIMIT)


TAR = tarred(entry("./a.txt", b"Zinc coats steel."), entry("sub/b.md", b"# Lead\n\nLead is soft."))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.zip", zipped({"a.txt": "Zinc coats steel.", "sub/b.md": "# Lead\n\nLead is soft."})),
        ("P.ZIP", zipped({"a.txt": "Zinc coats steel.", "sub/b.md": "# Lead\n\nLead is soft."})),
        ("p.tar", TAR),
        ("p.tar.gz", gzip.compress(TAR)),
        ("p.tgz", gzip.compress(TAR)),
        ("p.tar.bz2", bz2.compress(TAR)),
        ("p.tar.xz", lzma.compress(TAR)),
        ("two.tar.xz", lzma.compress(TAR[:700]) + lzma.compress(TAR[700:])),
        ("two.tar.gz", gzip.compress(TAR[:700]) + gzip.compress(TAR[700:])),
        ("p.tar", gzip.compress(TAR)),
    ],
)
def test_an_archive_is_a_folder_of_documents(
    engine: bot.Engine, corpus: Path, name: str, data: bytes
) -> None:
    put(corpus, f"deep/{name}", data)

    report = engine.sync()

    assert report.added == (f"corpus/deep/{name}/a.txt", f"corpus/deep/{name}/sub/b.md")
    assert report.skipped == ()
    quote = engine.ask("lead", k=1).quotes[0]
    assert quote.text == "Lead is soft."
    assert quote.source.path == f"corpus/deep/{name}/sub/b.md"
    assert (quote.source.format, quote.source.title) == ("md", "Lead")
    assert quote.source.sha256 == hashlib.sha256(b"# Lead\n\nLead is soft.").hexdigest()
    assert engine.sync().is_current
    assert engine.is_current()
    assert engine.verify().faults == ()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_of_every_kind_of_tar(
    engine: bot.Engine, corpus: Path, form: int, tmp_path: Path
) -> None:
    name = f"{'d' * 90}/{'ü' if form != tarfile.USTAR_FORMAT else 'u'}{'n' * 80}.txt"
    put(corpus, "p.tar", tarred(entry(name, b"Zinc."), entry("b.txt", b"Lead."), form=form))

    assert engine.sync().added == ("corpus/p.tar/b.txt", f"corpus/p.tar/{name}")


def test_only_what_is_new_in_an_archive_is_embedded(
    engine: bot.Engine, encoder: WordEncoder, corpus: Path
) -> None:
    files = {"a.txt": "Zinc coats steel.", "b.txt": "Lead is soft."}
    put(corpus, "p.zip", zipped(files))
    engine.sync()
    encoder.embedded.clear()

    put(corpus, "p.zip", zipped({**files, "c.txt": "Copper conducts."}))
    report = engine.sync()

    assert (report.added, report.changed) == (("corpus/p.zip/c.txt",), ())
    assert report.unchanged == ("corpus/p.zip/a.txt", "corpus/p.zip/b.txt")
    assert encoder.embedded == ["Copper conducts."]

    put(corpus, "p.zip", zipped({"a.txt": files["a.txt"], "c.txt": "Copper conducts."}))
    report = engine.sync()

    assert report.removed == ("corpus/p.zip/b.txt",)
    assert encoder.embedded == ["Copper conducts."]
    assert [quote.text for quote in engine.ask("lead", k=5).quotes] == [
        "Zinc coats steel.",
        "Copper conducts.",
    ]
    (corpus / "p.zip").unlink()
    assert engine.sync().removed == ("corpus/p.zip/a.txt", "corpus/p.zip/c.txt")


def test_a_document_may_be_in_an_archive_and_beside_it(engine: bot.Engine, corpus: Path) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc coats steel."}))
    put(corpus, "z.txt", b"Zinc coats steel.")

    engine.sync()

    (summary,) = engine.sources()
    assert (summary.info.path, summary.info.also_at) == ("corpus/p.zip/a.txt", ("corpus/z.txt",))


def test_unpacking_an_archive_renames_its_documents(engine: bot.Engine, corpus: Path) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc coats steel."}))
    engine.sync()
    (corpus / "p.zip").unlink()
    put(corpus, "p.zip/b.txt", b"Zinc coats steel.")  # a folder may have such a name

    report = engine.sync()

    assert report.renamed == (("corpus/p.zip/a.txt", "corpus/p.zip/b.txt"),)
    assert report.embedded == 0
    engine.remove_source(engine.sources()[0].info.id)
    assert not (corpus / "p.zip" / "b.txt").exists()


def test_what_is_in_an_archive_is_not_removed(engine: bot.Engine, corpus: Path) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc coats steel."}))
    put(corpus, "a.txt", b"Zinc coats steel.")
    engine.sync()
    (summary,) = engine.sources()

    with pytest.raises(UsageError) as refused:
        engine.remove_source(summary.info.id)

    assert str(refused.value) == (
        f"corpus/p.zip/a.txt is in the archive {corpus}/p.zip, which is left as it is. "
        "Remove it there, or the archive from the corpus, then run: pincite index"
    )
    assert (corpus / "a.txt").exists()


def test_the_files_on_disk_are_those_that_are_stored(corpus: Path, small: Corpus) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc."}))
    put(corpus, "b.txt", b"Lead.")
    put(corpus, "c.zip", b"no archive")

    assert small.stored_files() == {
        "corpus/b.txt": corpus / "b.txt",
        "corpus/c.zip": corpus / "c.zip",
        "corpus/p.zip": corpus / "p.zip",
    }
    assert list(small.files()) == ["corpus/b.txt", "corpus/c.zip", "corpus/p.zip/a.txt"]
    assert small.fingerprints() == {
        "corpus/b.txt": hashlib.sha256(b"Lead.").hexdigest(),
        "corpus/c.zip": None,
        "corpus/p.zip/a.txt": hashlib.sha256(b"Zinc.").hexdigest(),
    }


# What is skipped


def special_zip(name: str, kind: int) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = (kind | 0o644) << 16
    return info


def odd_zip() -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name in ("/etc/a.txt", "C:/a.txt", "../a.txt", "b/../../a.txt", "b\\a.txt"):
            archive.writestr(name, "Zinc.")
        nul = ZipInfo("nul.txt")
        nul.filename = "n\0.txt"
        archive.writestr(nul, "Zinc.")
        archive.writestr(special_zip("link.txt", stat.S_IFLNK), "/etc/passwd")
        archive.writestr(special_zip("device.txt", stat.S_IFCHR), "")
        archive.writestr("inner.tar.gz", "")
        archive.writestr("picture.png", "")
        archive.writestr("large.txt", b"Zinc. " * 170_000)
        archive.writestr("packed.txt", "Zinc. " * 99, ZIP_BZIP2)
        for name in (".hidden.txt", "__MACOSX/a.txt", "x/.git/a.txt", "folder/", "x/~$a.docx"):
            archive.writestr(name, "")
        archive.writestr("./good.txt", "Zinc is good.")
    return buffer.getvalue()


def test_what_cannot_be_read_in_an_archive_is_listed_with_the_reason(
    tmp_path: Path, corpus: Path, encoder: WordEncoder
) -> None:
    put(corpus, "p.zip", odd_zip())
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, max_file_megabytes=1)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))

    report = engine.sync()

    assert report.added == ("corpus/p.zip/good.txt",)
    reasons = skipped(report)
    png = reasons.pop("corpus/p.zip/picture.png")
    assert png == "format '.png' is not read. Convert the file"
    plain = "Pack the archive with plain names"
    assert reasons == {
        "corpus/p.zip//etc/a.txt": f"its name leads to a fixed place. {plain}",
        "corpus/p.zip/C:/a.txt": f"its name leads to a fixed place. {plain}",
        "corpus/p.zip/../a.txt": f"its name leads out of the archive. {plain}",
        "corpus/p.zip/b/../../a.txt": f"its name leads out of the archive. {plain}",
        "corpus/p.zip/b\\a.txt": f"its name has a character that no name may have. {plain}",
        "corpus/p.zip/n\\x00.txt": f"its name has a character that no name may have. {plain}",
        "corpus/p.zip/link.txt": "a link. Put what it leads to into the archive instead",
        "corpus/p.zip/device.txt": "not a regular file. Pack the archive without it",
        "corpus/p.zip/inner.tar.gz": (
            "an archive within an archive. Unpack it, and put its files into the corpus"
        ),
        "corpus/p.zip/large.txt": "larger than 1 MB. Split it, or raise max_file_megabytes",
        "corpus/p.zip/packed.txt": (
            "packed by a method that is not read. Pack the archive with the ordinary one (deflate)"
        ),
    }
    assert engine.sync().is_current
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*")} - set(before)
    assert all(path.parts[0] == "index" for path in written)


def test_what_is_odd_in_a_tar_is_listed_with_the_reason(
    tmp_path: Path, corpus: Path, encoder: WordEncoder
) -> None:
    sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}
    put(
        corpus,
        "p.tgz",
        gzip.compress(
            tarred(
                entry("../up.txt", b"Zinc."),
                entry("/etc/a.txt", b"Zinc."),
                entry("soft.txt", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
                entry("hard.txt", type=tarfile.LNKTYPE, linkname="good.txt"),
                entry("device.txt", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
                entry("pipe.txt", type=tarfile.FIFOTYPE),
                entry("other.txt", type=b"Q"),
                entry("holes.txt", b"0\n", pax_headers=sparse),
                entry("large.txt", b"Zinc. " * 170_000),
                entry("folder", type=tarfile.DIRTYPE),
                entry("._good.txt", b"of macOS"),
                entry("good.txt", b"Zinc is good."),
            )
        ),
    )
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, max_file_megabytes=1)

    report = engine.sync()

    assert report.added == ("corpus/p.tgz/good.txt",)
    assert {path.removeprefix("corpus/p.tgz/"): why for path, why in skipped(report).items()} == {
        "../up.txt": "its name leads out of the archive. Pack the archive with plain names",
        "/etc/a.txt": "its name leads to a fixed place. Pack the archive with plain names",
        "soft.txt": "a link. Put what it leads to into the archive instead",
        "hard.txt": "a link. Put what it leads to into the archive instead",
        "device.txt": "not a regular file. Pack the archive without it",
        "pipe.txt": "not a regular file. Pack the archive without it",
        "other.txt": "not a regular file. Pack the archive without it",
        "holes.txt": "packed as a sparse file. Pack the archive without --sparse",
        "large.txt": "larger than 1 MB. Split it, or raise max_file_megabytes",
    }


def test_a_document_that_cannot_be_read_is_skipped_as_any_other(
    engine: bot.Engine, corpus: Path
) -> None:
    put(corpus, "p.zip", zipped({"a.pdf": "no PDF", "b.txt": "Zinc."}))

    report = engine.sync()

    assert list(skipped(report)) == ["corpus/p.zip/a.pdf"]
    assert report.added == ("corpus/p.zip/b.txt",)
    assert engine.sync().is_current


def encrypted() -> bytes:
    """As other programs mark it: bit 0 of the flags, here and in the list of files."""
    data = bytearray(zipped({"a.txt": "Zinc."}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def with_other_content() -> bytes:
    data = zipped({"a.txt": "Zinc.", "b.txt": "Lead."}, ZIP_STORED)
    return data.replace(b"Zinc.", b"Tin!!")


def test_one_damaged_or_encrypted_document_costs_no_other(engine: bot.Engine, corpus: Path) -> None:
    put(corpus, "a.zip", encrypted())
    put(corpus, "b.zip", with_other_content())

    report = engine.sync()

    assert report.added == ("corpus/b.zip/b.txt",)
    assert skipped(report) == {
        "corpus/a.zip/a.txt": ("encrypted. Unpack it and put the document itself into the corpus"),
        "corpus/b.zip/a.txt": f"damaged or cut off (Bad CRC-32 for file 'a.txt'). {DAMAGED}",
    }
    assert engine.sync().is_current
    put(corpus, "b.zip", zipped({"a.txt": "Zinc.", "b.txt": "Lead."}))
    assert engine.sync().changed == ("corpus/b.zip/a.txt",)


def reason(data: bytes, suffix: str, limit: int = LIMIT) -> str:
    """Why an archive is refused as a whole, read or only listed."""
    with pytest.raises(ReadError) as read:
        Archive(suffix, data, limit).fingerprints()
    with pytest.raises(ReadError) as listed:
        Archive(suffix, data, limit).listing()
    assert str(read.value) == str(listed.value)
    return str(read.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.zip", b""),
        ("p.zip", b"Zinc."),
        ("p.zip", zipped({"a.txt": "Zinc.", "b.txt": "Lead."})[:-30]),
        ("p.tar", b""),
        ("p.tar", TAR[:1500]),
        ("p.tar", TAR[:2048]),
        ("p.tar", TAR[:1024] + b"x" * 512 + TAR[1536:]),
        ("p.tar", TAR + TAR),
        ("p.tgz", gzip.compress(TAR)[:-9]),
        ("p.tgz", gzip.compress(TAR)[:-8] + b"\1" * 8),
        ("p.tgz", gzip.compress(TAR) + b"more"),
        ("p.tar.bz2", bz2.compress(TAR)[:-9]),
        ("p.tar.xz", lzma.compress(TAR)[:-9]),
        ("p.tar.xz", lzma.compress(TAR)[:60] + b"x" * 60),
    ],
)
def test_a_damaged_archive_is_skipped_as_a_whole(
    engine: bot.Engine, corpus: Path, name: str, data: bytes
) -> None:
    put(corpus, name, data)
    put(corpus, "plain.txt", b"Zinc.")

    report = engine.sync()

    assert report.added == ("corpus/plain.txt",)
    ((path, why),) = skipped(report).items()
    assert path == f"corpus/{name}"
    assert why.startswith("damaged or cut off (")
    assert why.endswith(DAMAGED)
    assert engine.sync().is_current


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_an_archive_without_files_is_skipped(suffix: str) -> None:
    why = "an archive without files. Remove it, or put documents into it"
    assert reason(zipped({}) if suffix == ".zip" else tarred(), suffix) == why
    hidden = zipped({".a.txt": "Zinc."}) if suffix == ".zip" else tarred(entry(".a.txt", b"Zinc."))
    assert reason(hidden, suffix) == why


def test_of_two_files_of_one_name_the_later_is_read(
    engine: bot.Engine, corpus: Path, recwarn: pytest.WarningsRecorder
) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "Zinc is old.")
        archive.writestr("b.txt", "Lead.")
        archive.writestr("./a.txt", "Zinc is new.")
    put(corpus, "p.zip", buffer.getvalue())
    put(
        corpus,
        "q.tar",
        tarred(entry("a.txt", b"Tin is old."), entry("b.txt"), entry("a.txt", b"Tin is new.")),
    )

    engine.sync()

    found = texts(engine)
    assert found["corpus/p.zip/a.txt"] == "Zinc is new."
    assert found["corpus/q.tar/a.txt"] == "Tin is new."


def with_name(raw: bytes) -> bytes:
    """A ZIP archive of one file whose name is not marked as UTF-8."""
    return zipped({"n" * len(raw) + ".txt": "Zinc."}).replace(b"n" * len(raw), raw)


@pytest.mark.parametrize(
    ("data", "suffix", "name"),
    [
        (with_name("Erz-Märkte".encode("cp437")), ".zip", "Erz-Märkte.txt"),
        (with_name("Erz-Märkte 锌".encode()), ".zip", "Erz-Märkte 锌.txt"),
        (zipped({"Erz-Märkte 锌.txt": "Zinc."}), ".zip", "Erz-Märkte 锌.txt"),
        (with_name("Цинк и медь".encode("cp866")), ".zip", "Цинк и медь.txt"),
        (with_name("锌矿石价格表".encode("gbk")), ".zip", "锌矿石价格表.txt"),
        (with_name("鉱山の一覧".encode("cp932")), ".zip", "鉱山の一覧.txt"),
        (with_name("아연 가격표".encode("cp949")), ".zip", "아연 가격표.txt"),
        (with_name("Żółta ruda".encode("cp852")), ".zip", "Żółta ruda.txt"),
        (
            tarred(entry("a\udcff.txt", b"Zinc."), form=tarfile.GNU_FORMAT),
            ".tar",
            "a\\xff.txt",
        ),
    ],
)
def test_names_beyond_ascii(
    engine: bot.Engine, corpus: Path, data: bytes, suffix: str, name: str
) -> None:
    put(corpus, f"p{suffix}", data)

    assert engine.sync().added == (f"corpus/p{suffix}/{name}",)
    assert engine.sync().is_current


def test_a_file_without_a_name_is_listed(engine: bot.Engine, corpus: Path) -> None:
    # Such a name cannot be written, but it can be made.
    data = bytearray(zipped({"a": "Tin.", "b.txt": "Zinc."}))
    listed = data.index(b"PK\1\2")
    data[30:31] = data[listed + 46 : listed + 47] = b"\0"
    put(corpus, "p.zip", bytes(data))
    put(corpus, "q.tar", tarred(entry("", b"Tin."), entry("b.txt", b"Lead.")))

    report = engine.sync()

    assert report.added == ("corpus/p.zip/b.txt", "corpus/q.tar/b.txt")
    plain = "Pack the archive with plain names"
    assert skipped(report) == {
        "corpus/p.zip/\\x00": f"its name has a character that no name may have. {plain}",
        "corpus/q.tar": f"its name leads out of the archive. {plain}",
    }


# What is hostile


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


@pytest.mark.parametrize("kind", ["outside", "pipe", "loop", "large"])
def test_an_archive_is_checked_as_any_file(
    tmp_path: Path, corpus: Path, small: Corpus, kind: str
) -> None:
    if kind == "outside":
        put(tmp_path, "out.zip", zipped({"a.txt": "Zinc."}))
        (corpus / "p.zip").symlink_to(tmp_path / "out.zip")
    elif kind == "pipe":
        os.mkfifo(corpus / "p.zip")
    elif kind == "large":
        put(corpus, "p.zip", zipped({"a.txt": b"Zinc. " * 200_000}, ZIP_STORED))
    else:
        (corpus / "p.zip").symlink_to(corpus / "p.zip")

    assert small.fingerprints() == {"corpus/p.zip": None}
    with pytest.raises(ReadError) as refused:
        small.load(small.files()["corpus/p.zip"])
    assert (
        str(refused.value)
        == {
            "outside": "a link that leads out of the corpus. Copy the file instead",
            "pipe": "not a regular file. Replace it by a copy of its content",
            "large": "larger than 1 MB. Split it, or raise max_file_megabytes",
            "loop": str(refused.value),
        }[kind]
    )


# How often archives are read


def test_an_archive_is_read_once_to_tell_what_changed_and_once_to_read_it(
    corpus: Path, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number}.txt" for number in (3, 1, 2)]
    put(corpus, "p.tgz", gzip.compress(tarred(*(entry(name, name.encode()) for name in names))))
    read: list[Path] = []
    stored = Corpus._stored
    monkeypatch.setattr(
        Corpus, "_stored", lambda self, file: (read.append(file), stored(self, file))[1]
    )

    fingerprints = small.fingerprints()
    assert len(read) == 1
    places = small.files()
    assert len(read) == 2
    assert list(places) == list(fingerprints) == [f"corpus/p.tgz/{name}" for name in names]
    assert [small.load(place) for place in places.values()] == [b"3.txt", b"1.txt", b"2.txt"]
    assert len(read) == 3
    first = places["corpus/p.tgz/3.txt"]
    assert small.load(first) == b"3.txt"
    assert len(read) == 4


def test_an_archive_that_changes_during_a_run_gives_no_other_document(
    corpus: Path, small: Corpus
) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc.", "b.txt": "Lead.", "c.txt": "Tin."}))
    places = small.files()
    put(corpus, "p.zip", zipped({"b.txt": "Copper.", "a.txt": "Uranium.", "c.txt": "Gold."}))

    for name in "ab":
        with pytest.raises(ReadError, match="it vanished while the corpus was being read"):
            small.load(places[f"corpus/p.zip/{name}.txt"])
    assert small.load(places["corpus/p.zip/c.txt"]) == b"Gold."
    (corpus / "p.zip").unlink()
    with pytest.raises(ReadError, match="it vanished while the corpus was being read"):
        small.load(small.files().get("corpus/p.zip", places["corpus/p.zip/a.txt"]))


# Adding and watching


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.zip", ".zip"), ("a.b.TAR.GZ", ".tar.gz"), ("a.tgz", ".tgz"), ("a.gz", None),
     ("a.docx", None), ("zip", None)],
)  # fmt: skip
def test_names_of_archives(name: str, suffix: str | None) -> None:
    assert archive_suffix(name) == suffix


def test_an_archive_is_added_if_something_in_it_can_be_read(
    pincite: Pincite, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    put(tmp_path, "my papers.tar.gz", gzip.compress(TAR))
    put(tmp_path, "pictures.zip", zipped({"a.png": ""}))
    put(tmp_path, "broken.zip", b"Zinc.")
    wanted = [str(tmp_path / name) for name in ("my papers.tar.gz", "pictures.zip", "broken.zip")]

    done = pincite("--corpus", str(corpus), "add", wanted[0], *wanted)

    lines = done.out.splitlines()
    assert lines[:2] == [
        "added     corpus/my papers.tar.gz",
        f"known     {wanted[0]}, as corpus/my papers.tar.gz",
    ]
    assert "an archive without a document that can be read (.ass, " in lines[2]
    assert f"broken.zip: damaged or cut off (File is not a zip file). {DAMAGED}" in lines[3]
    assert done.code == 1
    assert [file.name for file in corpus.iterdir()] == ["my papers.tar.gz"]


def test_an_archive_that_is_being_written_keeps_its_documents(
    engine: bot.Engine, corpus: Path
) -> None:
    put(corpus, "p.zip", zipped({"a.txt": "Zinc.", "b.txt": "Lead."}))
    put(corpus, "p.zip.txt", b"Tin.")
    engine.sync()
    put(corpus, "p.zip", zipped({"a.txt": "Zinc.", "c.txt": "Copper."})[:-20])
    put(corpus, "p.zip.txt", b"Tin is soft.")

    report = engine.sync(leave={"corpus/p.zip"})

    assert (report.changed, report.removed) == (("corpus/p.zip.txt",), ())
    assert report.skipped == ()
    assert sorted(texts(engine).values()) == ["Lead.", "Tin is soft.", "Zinc."]
    put(corpus, "p.zip", zipped({"a.txt": "Zinc.", "c.txt": "Copper."}))
    report = engine.sync(leave={"corpus/q.zip"})
    assert (report.added, report.removed) == (("corpus/p.zip/c.txt",), ("corpus/p.zip/b.txt",))


def test_an_archive_is_watched(
    engine: bot.Engine, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.1)
    put(corpus, "p.zip", zipped({"a.txt": "Zinc."}))
    stop = threading.Event()
    reports: list[SyncReport] = []
    thread = threading.Thread(
        target=watch,
        args=(engine, stop),
        kwargs={"on_report": reports.append, "on_error": pytest.fail},
    )
    thread.start()
    try:
        waited(lambda: len(reports) == 1)
        put(corpus, "p.zip", zipped({"a.txt": "Zinc.", "b.txt": "Lead."}))
        waited(lambda: len(reports) == 2)
    finally:
        stop.set()
        thread.join(30)
    assert [report.added for report in reports] == [
        ("corpus/p.zip/a.txt",),
        ("corpus/p.zip/b.txt",),
    ]


def waited(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
