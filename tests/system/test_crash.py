"""Killed at any instant, or out of disk: the old generation answers, or the new one, whole."""

from __future__ import annotations

import json
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest
from crash_corpora import NEW, OLD, QUESTION, Told, all_told, leftovers, put
from mishaps import IN_THE_GATE, POINTS, SWITCHED, mines, opened, told
from places import SUPPORT
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexBusy, IndexMissing
from bot.store import Generation, IndexLayout

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and limits are POSIX"),
    pytest.mark.slow,
]

MISHAPS = SUPPORT / "mishaps.py"


def held(site: Path) -> list[object]:
    """All that the live generation holds: sources, passages, and the bytes of their vectors."""
    layout = IndexLayout(site / "index")
    generation = Generation(layout, layout.live())
    found: list[object] = [sorted(generation.files().items())]
    for source_id in sorted(generation.infos):
        found.append(generation.source(source_id))
        for row, passage in generation.passages_of(source_id):
            pieces = generation.pieces(row)
            vectors = generation.vectors([row]).tobytes()
            found.append((row, passage, vectors, pieces.codes.tobytes()))
    return found


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is told of the old corpus."""
    site = tmp_path_factory.mktemp("old")
    put(site / "corpus", OLD)
    engine = opened(site)
    engine.sync()
    found = all_told(engine)
    assert {path for _, path, *_ in found} == {
        "corpus/copper.md",
        "corpus/lead.md",
        "corpus/zinc.md",
    }
    return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus and an index of the new files, built at one go."""
    site = tmp_path_factory.mktemp("new")
    put(site / "corpus", NEW)
    opened(site).sync()
    return site


@pytest.fixture(scope="module")
def new(fresh: Path) -> Told:
    """What is told of the new corpus."""
    found = all_told(opened(fresh))
    assert {path for _, path, *_ in found} == {
        "corpus/chromium.md",
        "corpus/copper-again.md",
        "corpus/zinc.md",
    }
    return found


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An index of the old files, beside a corpus that has the new ones."""
    put(tmp_path / "corpus", OLD)
    opened(tmp_path).sync()
    put(tmp_path / "corpus", NEW)
    return tmp_path


class Process:
    """A running process and its output."""

    def __init__(self, number: int, out: IO[str], err: IO[str], reap: Callable[[], int]) -> None:
        self.out = out
        self.err = err
        self._number = number
        self._reap = reap
        self._status: int | None = None

    def expect(self, line: str) -> None:
        """Waits for a line of output."""
        assert self.out.readline() == f"{line}\n", self.err.read()

    def kill(self) -> int:
        """Kills the process unless it has ended, and returns its status."""
        if self._status is None:
            # Until the server has waited for it, its number belongs to no other process.
            os.kill(self._number, signal.SIGKILL)
            self._status = self._reap()
        return self._status


class Server:
    """Starts processes; see mishaps.py."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = subprocess.Popen(
            [sys.executable, str(MISHAPS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def start(self, kind: str, point: str, arguments: Sequence[str]) -> Iterator[Process]:
        """A process that is killed when the block ends."""
        with TemporaryDirectory(dir=self._folder) as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            os.mkfifo(out)
            os.mkfifo(err)
            number = self._tell(
                out=str(out), err=str(err), kind=kind, point=point, arguments=arguments
            )
            with out.open() as out_stream, err.open() as err_stream:
                reap = partial(self._tell, number=number)
                process = Process(number, out_stream, err_stream, reap)
                try:
                    yield process
                finally:
                    process.kill()

    @contextmanager
    def reading(self, site: Path, question: str, allowed: Sequence[Told]) -> Iterator[None]:
        """Asks without pause while the block runs; then checks that no other answer was given."""
        with self.start("read", "", [str(site), question]) as process:
            first = process.out.readline()
            yield
            process.kill()
            answers = [json.loads(line) for line in (first, *process.out)]
        assert [answer for answer in answers if answer not in allowed] == []

    def end(self) -> None:
        """Ends the server, which has no process running."""
        self._server.communicate()

    def _tell(self, **order: object) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one server of this module."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.end()


def index_run(site: Path, *, kept: int = 3) -> list[str]:
    """The arguments of an index run."""
    config = site / "pincite.toml"
    config.write_text(f"generations_kept = {kept}\n")
    folders = ["--index", str(site / "index"), "--corpus", str(site / "corpus")]
    return ["--config", str(config), *folders, "--quiet", "index"]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_leaves_the_old_generation_or_the_new_one(
    point: str, server: Server, site: Path, fresh: Path, old: Told, new: Told
) -> None:
    staying = opened(site)
    assert all_told(staying) == old
    expected = new if point in SWITCHED else old
    # With one generation kept there is something to collect.
    arguments = index_run(site, kept=1 if point in SWITCHED else 3)
    with (
        server.reading(site, QUESTION, [old, new]),
        server.start("halt", point, arguments) as process,
    ):
        process.expect("halted")
        # It stands still in the middle of its work: reading goes on, a second writer does not.
        assert all_told(staying) == expected
        assert all_told(opened(site)) == expected
        with pytest.raises(IndexBusy, match=r"another process is writing .* Wait for it"):
            opened(site).sync()
        assert process.kill() == -signal.SIGKILL

    assert all_told(staying) == expected
    engine = opened(site)
    assert all_told(engine) == expected
    assert engine.verify().faults == ()
    assert engine.is_current() == (point in SWITCHED)

    report = engine.sync()
    assert report.is_current == (point in SWITCHED)
    assert all_told(engine) == all_told(staying) == new
    assert held(site) == held(fresh)
    assert engine.verify().faults == ()
    assert leftovers(site) == []


def test_a_killed_first_run_leaves_no_index_and_the_next_one_builds_it(
    server: Server, tmp_path: Path, fresh: Path
) -> None:
    put(tmp_path / "corpus", NEW)
    arguments = index_run(tmp_path)
    with server.start("halt", "before the folder gets its name", arguments) as process:
        process.expect("halted")
    engine = opened(tmp_path)
    with pytest.raises(IndexMissing, match=r"there is no index yet\. Run: pincite index"):
        engine.ask(QUESTION)
    assert engine.sync().generation == 1
    assert held(tmp_path) == held(fresh)
    assert leftovers(tmp_path) == []


def test_a_run_killed_in_its_gate_leaves_the_old_generation_and_no_other(
    server: Server, site: Path, fresh: Path, old: Told, new: Told
) -> None:
    golden = site / "golden.jsonl"
    golden.write_text(json.dumps({"question": QUESTION, "source": "zinc.md"}))
    layout = IndexLayout(site / "index")
    arguments = [*index_run(site), "--gate", str(golden)]
    with (
        server.reading(site, QUESTION, [old, new]),
        server.start("halt", IN_THE_GATE, arguments) as process,
    ):
        process.expect("halted")
        assert all_told(opened(site)) == old
        assert process.kill() == -signal.SIGKILL
    # What was judged is whole, but has no number: it is neither live nor kept.
    assert leftovers(site) == [".building-000002"]
    assert (layout.live(), layout.numbers()) == (1, [1])
    assert all_told(opened(site)) == old
    assert opened(site).verify().faults == ()

    assert opened(site).sync().generation == 2
    assert held(site) == held(fresh)
    assert (leftovers(site), layout.numbers()) == ([], [1, 2])


def test_kills_at_random_moments(server: Server, tmp_path: Path) -> None:
    """One process re-writes corpus and index over and over; it is killed while another reads."""
    question = "How much lead did the zinc mine give?"
    states = {}
    for word in ("six", "ten"):
        put(tmp_path / "corpus", mines(word))
        opened(tmp_path).sync()
        states[word] = told(opened(tmp_path), question)
        assert [word in text for text, *_ in states[word]] == [True] * 6
    moments = random.Random(7)
    for switches in (0, 1, 2, 0, 1):
        with (
            server.reading(tmp_path, question, list(states.values())),
            server.start("churn", "", [str(tmp_path)]) as process,
        ):
            process.expect("ready")
            await_generation(tmp_path, opened(tmp_path).status().generation + switches)
            time.sleep(moments.uniform(0.0, 0.2))
        engine = opened(tmp_path)
        assert told(engine, question) in states.values()
        assert engine.verify().faults == ()

        put(tmp_path / "corpus", mines("ten"))
        engine.sync()
        assert told(engine, question) == states["ten"]
        assert engine.is_current()
        assert list((tmp_path / "index").glob("generations/.building-*")) == []


def await_generation(site: Path, number: int) -> None:
    """Waits until this generation, or a later one, is live."""
    deadline = time.monotonic() + 60
    while IndexLayout(site / "index").live() < number:
        assert time.monotonic() < deadline, f"generation {number} was never made"
        time.sleep(0.005)


def test_a_generation_may_be_collected_while_it_is_being_opened(
    site: Path, new: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opened(site)
    real = IndexLayout.live
    stale: list[int] = []

    def live(layout: IndexLayout) -> int:
        """What CURRENT says, and the first time it is out of date at once."""
        number = real(layout)
        if not stale:
            stale.append(number)
            folders = site / "corpus", site / "index"
            bot.open(*folders, encoder=WordEncoder(MINERALS), generations_kept=1).sync()
            assert layout.numbers() == [number + 1]
        return number

    monkeypatch.setattr(IndexLayout, "live", live)
    assert all_told(engine) == new


FULL_AT = POINTS[POINTS.index("before the records") : POINTS.index("in the switch")]


@pytest.mark.parametrize("point", FULL_AT)
def test_no_file_can_be_written(
    point: str, server: Server, site: Path, old: Told, new: Told
) -> None:
    with server.start("full", point, index_run(site)) as process:
        out, errors = process.out.read(), process.err.read()
        assert process.kill() == 1
    assert out == ""
    message = errors[errors.index("pincite: ") :]  # FAISS has a remark of its own before
    assert message.startswith(f"pincite: {site / 'index'} cannot be written: ")
    assert message.endswith(
        ". Free some space, or choose another folder with --index, then run: "
        f"pincite {shlex.join(index_run(site)[:-2])} index. The index in use is unchanged.\n"
    )
    assert message.count("\n") == 1
    engine = opened(site)
    assert all_told(engine) == old
    assert engine.verify().faults == ()
    assert list((site / "index").glob("generations/.building-*")) == []

    engine.sync()
    assert all_told(engine) == new
    assert leftovers(site) == []
