"""Archives in the corpus are folders of documents, which answer and are kept up to date."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import tarfile
from pathlib import Path
from zipfile import ZIP_STORED

import pytest
from archive_files import LIMIT, TAR, entry, put, tarred, zipped
from word_encoder import WordEncoder

import bot
from bot.corpus import Corpus
from bot.errors import ReadError, UsageError

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def small(corpus: Path) -> Corpus:
    """The corpus with files of a megabyte at most."""
    return Corpus(corpus, LIMIT)


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
