"""Watching the corpus: what changes is indexed, and what is still being written is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from cli_calls import Pincite, environment
from word_encoder import MINERALS, WordEncoder

import bot
from bot.cli import watch_command
from bot.engine import watching
from bot.engine.watching import watch
from bot.errors import CorpusEmpty, CorpusMissing, IndexBusy
from bot.indexing import keep_previous
from bot.store import IndexLayout
from bot.types import CorpusFile, SyncReport

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

PATIENCE = 30.0


class Watched:
    """An engine that is watched in a thread, and what came of it."""

    def __init__(self, engine: bot.Engine) -> None:
        self.engine = engine
        self.reports: Queue[SyncReport] = Queue()
        self.errors: Queue[Exception] = Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=watch,
            args=(engine, self._stop),
            kwargs={"on_report": self.reports.put, "on_error": self.errors.put},
            daemon=True,
        )
        self._thread.start()
        time.sleep(0.5)  # until the system has been asked for news

    def ended(self) -> bool:
        self._stop.set()
        self._thread.join(PATIENCE)
        return not self._thread.is_alive()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.3)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "zinc.txt").write_text("Zinc coats steel.")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    watched = Watched(engine)
    yield watched
    assert watched.ended()


def test_what_is_added_edited_and_removed_answers_or_does_not(watched: Watched) -> None:
    corpus = watched.engine.settings.corpus
    (corpus / "sub").mkdir()
    (corpus / "sub" / "lead.txt").write_text("Lead shields rays.")
    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/sub/lead.txt",)

    (corpus / "zinc.txt").write_text("Zinc is blue.")
    assert watched.reports.get(timeout=PATIENCE).changed == ("corpus/zinc.txt",)
    assert watched.engine.ask("zinc", k=1).quotes[0].text == "Zinc is blue."

    (corpus / "zinc.txt").unlink()
    assert watched.reports.get(timeout=PATIENCE).removed == ("corpus/zinc.txt",)
    assert [quote.text for quote in watched.engine.ask("zinc", k=5).quotes] == [
        "Lead shields rays."
    ]
    assert watched.errors.empty()


def test_a_file_that_is_being_written_is_left_until_it_is_whole(watched: Watched) -> None:
    corpus = watched.engine.settings.corpus
    (corpus / "lead.txt").write_text("Lead shields rays.")
    with (corpus / "zinc.txt").open("w") as stream:
        for _ in range(20):
            stream.write("Zinc is written. ")
            stream.flush()
            time.sleep(0.1)
        first = watched.reports.get(timeout=PATIENCE)
        assert (first.added, first.changed) == (("corpus/lead.txt",), ())
        texts = [quote.text for quote in watched.engine.ask("zinc", k=5).quotes]
        assert "Zinc coats steel." in texts
        stream.write("Zinc is whole.")
    second = watched.reports.get(timeout=PATIENCE)
    assert (second.added, second.changed) == ((), ("corpus/zinc.txt",))
    assert watched.engine.ask("zinc whole", k=1).quotes[0].text.endswith("Zinc is whole.")


def test_what_changed_before_the_system_was_asked_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.1)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "zinc.txt").write_text("Zinc coats steel.")
    engine = bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))

    watched = Watched(engine)

    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/zinc.txt",)
    assert watched.ended()


def test_while_another_writes_it_is_told_once_and_tried_again(watched: Watched) -> None:
    corpus = watched.engine.settings.corpus
    with IndexLayout(watched.engine.settings.index).writing():
        (corpus / "lead.txt").write_text("Lead shields rays.")
        assert isinstance(watched.errors.get(timeout=PATIENCE), IndexBusy)
        time.sleep(1)
    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/lead.txt",)
    assert watched.errors.empty()


def test_an_error_that_nobody_foresaw_is_told_and_the_next_change_is_taken(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = watched.engine.settings.corpus
    fault = RuntimeError("no foresight")

    def failing(**_: object) -> SyncReport:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(watched.engine, "sync", failing)
        (corpus / "lead.txt").write_text("Lead shields rays.")
        assert watched.errors.get(timeout=PATIENCE) is fault
    (corpus / "tin.txt").write_text("Tin is soft.")
    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/lead.txt", "corpus/tin.txt")


def test_a_corpus_without_documents_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.1)
    (tmp_path / "corpus").mkdir()
    engine = bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))

    watched = Watched(engine)

    assert isinstance(watched.errors.get(timeout=PATIENCE), CorpusEmpty)
    (tmp_path / "corpus" / "zinc.txt").write_text("Zinc coats steel.")
    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/zinc.txt",)
    assert watched.ended()


def test_a_corpus_that_goes_is_told_and_watched_when_it_comes_back(watched: Watched) -> None:
    corpus = watched.engine.settings.corpus
    corpus.rename(corpus.with_name("away"))

    assert isinstance(watched.errors.get(timeout=PATIENCE), CorpusMissing)
    assert watched.engine.ask("zinc", k=1).quotes[0].text == "Zinc coats steel."

    corpus.mkdir()
    (corpus / "zinc.txt").write_text("Zinc is blue.")
    assert watched.reports.get(timeout=PATIENCE).changed == ("corpus/zinc.txt",)
    (corpus / "lead.txt").write_text("Lead shields rays.")
    assert watched.reports.get(timeout=PATIENCE).added == ("corpus/lead.txt",)
    assert watched.errors.empty()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(28, "inotify watch limit reached"), "inotify watch limit reached (OSError)"),
        (CorpusMissing("--corpus x: does not exist."), "--corpus x: does not exist."),
    ],
)
def test_watching_beside_the_chat_does_not_end_in_silence(
    engine: bot.Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: Exception,
    said: str,
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(watch_command, "watch", failing)
    with watch_command.watched(engine, print):
        for thread in threading.enumerate():
            if thread.name == "pincite-watch":
                thread.join(PATIENCE)

    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("pincite: ")
    assert first.endswith(said)
    assert second == (
        "watching has ended: changes are taken in by the next start, or by: pincite index"
    )


def test_runs_beside_the_chat_are_counted_as_they_end(
    engine: bot.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def watching(*_: object, on_report: Any, on_error: Any) -> None:
        on_report(SyncReport(7, (), (), (), (), (), (), 1, 1))
        on_error(IndexBusy("busy."))

    outcomes: list[str] = []
    monkeypatch.setattr(watch_command, "watch", watching)
    with watch_command.watched(engine, outcomes.append):
        for thread in threading.enumerate():
            if thread.name == "pincite-watch":
                thread.join(PATIENCE)

    assert outcomes == ["finished", "failed"]
    assert capsys.readouterr().err.splitlines() == ["generation 7 answers now", "pincite: busy."]


def test_what_changes_nothing_is_not_reported(watched: Watched) -> None:
    (watched.engine.settings.corpus / "zinc.txt").touch()
    with pytest.raises(Empty):
        watched.reports.get(timeout=2)
    assert watched.engine.status().generation == 1


def test_a_corpus_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    engine = bot.open(tmp_path / "none", tmp_path / "index", encoder=WordEncoder(MINERALS))
    with pytest.raises(CorpusMissing):
        watch(engine, threading.Event(), on_report=print, on_error=print)


def test_files_that_are_left_alone_stay_as_they_were() -> None:
    before = {
        "kept": CorpusFile("kept", "1", "source", None),
        "skipped": CorpusFile("skipped", "2", None, "damaged"),
        "gone": CorpusFile("gone", "3", "source", None),
    }
    now = {"kept": "9", "skipped": "8", "new": "7", "other": "6"}

    assert keep_previous(now, before, {"kept", "skipped", "gone", "new"}) == {
        "kept": "1",
        "other": "6",
    }
    assert keep_previous(now, before, ()) == now


def test_the_command_syncs_watches_and_ends(own_site: Path) -> None:
    command = [sys.executable, "-m", "bot.cli", "watch"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=own_site,
        env=environment(),
    ) as watcher:
        assert watcher.stdout is not None
        assert watcher.stderr is not None
        impatience = threading.Timer(4 * PATIENCE, watcher.kill)
        impatience.start()
        for line in watcher.stderr:
            if line.startswith("watching corpus"):
                break
        (own_site / "corpus" / "tin.txt").write_text("Tin is used in solder.\n")
        for line in watcher.stdout:
            if line == "added     corpus/tin.txt\n":
                break
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(PATIENCE) == 0
        impatience.cancel()


def test_as_is_and_watching_exclude_each_other(pincite: Pincite) -> None:
    done = pincite("chat", "--as-is", "--watch")
    assert (done.code, done.err) == (
        2,
        "pincite: --as-is keeps the index as it is, and --watch does not: give one.\n",
    )
