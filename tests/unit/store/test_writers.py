"""Only one process writes an index at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from folder_index import opened
from places import ROOT

from bot.errors import IndexBusy
from bot.store import IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")

HOLDER = """
import sys, time
from pathlib import Path
from bot.store import IndexLayout

layout = IndexLayout(Path(sys.argv[1]))
with layout.writing(), layout.building(2) as folder:
    (folder / "half").write_text("written")
    print("locked", flush=True)
    time.sleep(60)
"""


@contextmanager
def other_writer(index: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and has half a generation written."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_one_writer_at_a_time_even_if_it_is_killed(folder: Path) -> None:
    index = folder / "index"
    engine = opened(folder)
    (folder / "corpus" / "new.txt").write_text("Uranium glows.", encoding="utf-8")
    leftover = index / "generations" / ".building-000002"
    with other_writer(index) as writer:
        with pytest.raises(IndexBusy, match="another process is writing this index"):
            engine.sync()
        assert engine.ask("zinc").generation == 1
        assert (leftover / "half").read_text("utf-8") == "written"

        writer.send_signal(signal.SIGKILL)
        writer.wait(10)

        assert leftover.is_dir()
        assert engine.ask("zinc").generation == 1
        assert engine.sync().generation == 2
    assert not leftover.exists()
    assert engine.ask("uranium").quotes[0].text == "Uranium glows."
    assert engine.verify().faults == ()


def test_a_second_writer_of_the_same_process_is_refused_too(folder: Path) -> None:
    layout = IndexLayout(folder / "index")

    with layout.writing():
        with pytest.raises(IndexBusy), IndexLayout(folder / "index").writing():
            pass
        with pytest.raises(IndexBusy):
            opened(folder).sync()
    assert opened(folder).sync().is_current


def test_the_lock_is_free_after_an_error(folder: Path) -> None:
    layout = IndexLayout(folder / "index")

    with pytest.raises(ZeroDivisionError), layout.writing():
        raise ZeroDivisionError
    with layout.writing():
        pass


def test_what_a_dead_build_left_is_swept_by_the_next_run(folder: Path) -> None:
    leftover = folder / "index" / "generations" / ".building-000007"
    leftover.mkdir()
    (leftover / "catalog.sqlite").write_bytes(b"half")

    assert opened(folder).sync().is_current

    assert not leftover.exists()


def test_a_generation_made_by_another_engine_is_picked_up(folder: Path) -> None:
    reader, writer = opened(folder), opened(folder)
    assert reader.ask("zinc").generation == 1
    (folder / "corpus" / "stones.txt").unlink()

    writer.sync()

    assert reader.ask("zinc").generation == 2
    assert [summary.info.path for summary in reader.sources()] == ["corpus/metals.md"]
