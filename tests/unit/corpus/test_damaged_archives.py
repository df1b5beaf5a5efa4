"""What cannot be read in an archive is listed with the reason and costs no other document."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from archive_files import DAMAGED, TAR, entry, put, reason, tarred, texts, zipped
from word_encoder import WordEncoder

import bot
from bot.types import SyncReport

pytestmark = pytest.mark.usefixtures("quick_disk")


def skipped(report: SyncReport) -> dict[str, str]:
    return {file.path: file.reason for file in report.skipped}


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
