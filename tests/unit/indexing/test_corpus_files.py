"""Which files of the corpus folder are sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from indexed_passages import passages_of, quoted
from word_encoder import WordEncoder

import bot
from bot.corpus import Corpus
from bot.types import SkippedFile

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def skipped(engine: bot.Engine) -> dict[str, str]:
    return {file.path: file.reason for file in engine.status().skipped}


def test_the_readme_of_the_corpus_is_no_source(engine: bot.Engine, write: Write) -> None:
    write({"README.md": "Copper here.", "inner/README.md": "Zinc there.", "readme.txt": "Lead."})

    report = engine.sync()

    assert report.added == ("corpus/inner/README.md", "corpus/readme.txt")
    assert report.skipped == ()
    assert passages_of(engine) == ["Zinc there.", "Lead."]


def test_hidden_files_and_folders_are_left_out(engine: bot.Engine, write: Write) -> None:
    write({".a.txt": "Copper.", ".git/b.txt": "Lead.", "inner/.c.md": "Tin.", "d.txt": "Zinc."})
    write({"~$d.docx": "a lock", "inner/Thumbs.db": "", "~WRL0001.tmp": "", "desktop.ini": ""})

    report = engine.sync()

    assert (report.added, report.skipped) == (("corpus/d.txt",), ())


def test_suffixes_are_read_in_any_case(engine: bot.Engine, write: Write) -> None:
    write({"A.TXT": "Zinc is blue.", "b.Md": "## Tin\n\nTin is soft."})
    engine.sync()

    assert [summary.info.format for summary in engine.sources()] == ["txt", "md"]
    assert passages_of(engine) == ["Zinc is blue.", "Tin is soft."]


def test_files_that_cannot_be_sources_are_skipped_with_the_reason(
    engine: bot.Engine, corpus: Path, tmp_path: Path, write: Write
) -> None:
    write({"good.txt": "Zinc is a metal.", "sheet.xls": "?", "Makefile": "all:"})
    (tmp_path / "secret.txt").write_text("Uranium.", encoding="utf-8")
    (corpus / "out.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "loop.txt").symlink_to("loop.txt")
    (corpus / "gone.txt").symlink_to("nowhere.txt")
    (corpus / "folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 8)

    report = engine.sync()

    assert report.added == ("corpus/good.txt",)
    reasons = skipped(engine)
    assert list(reasons) == sorted(reasons)
    assert reasons.pop("corpus/binary.txt")  # in the reader's words
    outside = "a link that leads out of the corpus. Copy the file instead"
    assert reasons == {
        "corpus/Makefile": "its name says no format. Rename the file",
        "corpus/folder": "its name says no format. Rename the file",
        "corpus/gone.txt": "it vanished while the corpus was being read",
        "corpus/loop.txt": outside,
        "corpus/out.txt": outside,
        "corpus/pipe.txt": "not a regular file. Replace it by a copy of its content",
        "corpus/sheet.xls": "format '.xls' is not read. Convert the file",
    }
    assert quoted(engine, "uranium zinc") == ["Zinc is a metal."]
    assert engine.sync().is_current


def test_a_link_within_the_corpus_is_a_copy(engine: bot.Engine, corpus: Path, write: Write) -> None:
    write({"b.txt": "Zinc is a metal."})
    (corpus / "a.txt").symlink_to("b.txt")

    engine.sync()

    (source,) = engine.sources()
    assert (source.info.path, source.info.also_at) == ("corpus/a.txt", ("corpus/b.txt",))


def test_a_file_that_is_too_large_is_skipped_until_it_may_be_read(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead. " * 200_000})
    small = bot.open(corpus, tmp_path / "index", encoder=encoder, max_file_megabytes=1)
    small.sync()
    reason = "larger than 1 MB. Split it, or raise max_file_megabytes"
    assert skipped(small) == {"corpus/b.txt": reason}
    write({"b.txt": "Lead."})

    assert small.sync().changed == ("corpus/b.txt",)

    assert skipped(small) == {}


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that may not be opened, even by root, who runs tests in containers."""
    names: set[str] = set()
    opens = Path.open

    def open_unless_forbidden(self: Path, *args: Any, **options: Any) -> Any:
        if self.name in names:
            raise PermissionError(13, "Permission denied", str(self))
        return opens(self, *args, **options)

    def read_unless_forbidden(file: str) -> FileIO:
        if Path(file).name in names:
            raise PermissionError(13, "Permission denied", file)
        return FileIO(file)

    monkeypatch.setattr(Path, "open", open_unless_forbidden)
    monkeypatch.setattr("bot.corpus.folder.FileIO", read_unless_forbidden)
    return names


def test_a_file_that_may_not_be_read_is_skipped_and_tried_again(
    engine: bot.Engine, forbidden: set[str], write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy."})
    forbidden.add("b.txt")

    report = engine.sync()

    reason = "cannot be read: permission denied. Check its permissions"
    assert report.skipped == (SkippedFile("corpus/b.txt", reason),)
    assert report.added == ("corpus/a.txt",)
    assert engine.sync().is_current
    forbidden.clear()
    assert engine.sync().changed == ("corpus/b.txt",)
    assert passages_of(engine) == ["Zinc is a metal.", "Lead is heavy."]


def test_a_source_that_may_no_longer_be_read_does_not_answer(
    engine: bot.Engine, forbidden: set[str], write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy."})
    engine.sync()
    forbidden.add("b.txt")

    report = engine.sync()

    assert [file.path for file in report.skipped] == ["corpus/b.txt"]
    assert (report.changed, report.removed) == ((), ())
    assert passages_of(engine) == ["Zinc is a metal."]


def test_a_folder_that_cannot_be_listed_is_skipped(
    engine: bot.Engine, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "locked/b.txt": "Lead is heavy."})
    scandir = os.scandir

    def scan(folder: Path) -> Any:
        if isinstance(folder, str) and folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", scan)

    report = engine.sync()

    reason = "a folder that cannot be listed. Check its permissions"
    assert report.skipped == (SkippedFile("corpus/locked", reason),)
    assert report.added == ("corpus/a.txt",)


@pytest.mark.parametrize("moment", ["before it is listed again", "before it is loaded"])
def test_a_file_that_vanishes_during_a_run_is_skipped_and_read_when_it_is_back(
    engine: bot.Engine,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
    moment: str,
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy.", "c.txt": "Tin is soft."})
    fingerprints, load = Corpus.fingerprints, Corpus.load

    def fingerprints_then_gone(self: Corpus) -> dict[str, str | None]:
        found = fingerprints(self)
        (corpus / "b.txt").unlink()
        return found

    def gone_then_load(self: Corpus, file: str) -> bytes:
        if Path(file).name == "b.txt":
            Path(file).unlink()
        return load(self, file)

    with monkeypatch.context() as patched:
        if moment == "before it is listed again":
            patched.setattr(Corpus, "fingerprints", fingerprints_then_gone)
        else:
            patched.setattr(Corpus, "load", gone_then_load)
        report = engine.sync()

    reason = "it vanished while the corpus was being read"
    assert report.skipped == (SkippedFile("corpus/b.txt", reason),)
    assert report.added == ("corpus/a.txt", "corpus/c.txt")
    assert passages_of(engine) == ["Zinc is a metal.", "Tin is soft."]

    write({"b.txt": "Lead is heavy."})
    assert engine.sync().changed == ("corpus/b.txt",)
    assert passages_of(engine) == ["Zinc is a metal.", "Lead is heavy.", "Tin is soft."]


def test_a_file_that_changes_during_a_run_is_what_was_read(
    engine: bot.Engine, corpus: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    fingerprints = Corpus.fingerprints

    def fingerprints_then_edit(self: Corpus) -> dict[str, str | None]:
        found = fingerprints(self)
        write({"a.txt": "Zinc is blue."})
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Corpus, "fingerprints", fingerprints_then_edit)
        engine.sync()

    assert passages_of(engine) == ["Zinc is blue."]
    assert engine.is_current()
    assert engine.verify().faults == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"\xff.txt", "\\xff.txt"),
        (b"a\nb.txt", "a\nb.txt"),
        (b"a'\"<b>&;$(x).txt", "a'\"<b>&;$(x).txt"),
        ("ä" * 120 + ".txt", "ä" * 120 + ".txt"),
        ("a" * 251 + ".txt", "a" * 251 + ".txt"),
        (" \u202e.txt", " \u202e.txt"),
        ("e\u0301 水 😀.txt", "e\u0301 水 😀.txt"),
        ("-rf.txt", "-rf.txt"),
    ],
)
def test_odd_names(
    engine: bot.Engine, corpus: Path, write: Write, name: str | bytes, shown: str
) -> None:
    write({"plain.txt": "Lead is heavy."})
    path = os.path.join(os.fsencode(corpus), os.fsencode(name))  # noqa: PTH118
    try:
        with open(path, "wb") as stream:  # noqa: PTH123
            stream.write(b"Zinc is a metal.")
    except OSError:
        pytest.skip("the file system refuses such a name")

    report = engine.sync()

    assert sorted(report.added) == sorted([f"corpus/{shown}", "corpus/plain.txt"])
    quote = engine.ask("zinc").quotes[0]
    assert (quote.text, quote.source.path) == ("Zinc is a metal.", f"corpus/{shown}")
    assert engine.verify().faults == ()
    assert engine.sync().is_current
    assert engine.remove_source(quote.source.id) == (f"corpus/{shown}",)
    assert engine.sync().removed == (f"corpus/{shown}",)


def test_the_corpus_folder_may_have_any_name(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ore & co").mkdir()
    (tmp_path / "ore & co" / "a.txt").write_text("Zinc.", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "ore & co")
    engine = bot.open(".", "../index", encoder=encoder)

    assert engine.sync().added == ("ore & co/a.txt",)
