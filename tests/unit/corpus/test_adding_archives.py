"""Archives are recognised by their names, added and watched."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_files import DAMAGED, TAR, put, texts, zipped
from cli_calls import Pincite

import bot
from bot.corpus import archive_suffix
from bot.engine import watching
from bot.engine.watching import watch
from bot.types import SyncReport

pytestmark = pytest.mark.usefixtures("quick_disk")


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
