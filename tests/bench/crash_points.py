"""Breaks an index run at every system call that changes the disk, and looks at what is left.

    python tests/bench/crash_points.py [--every N] [--faults KILL,ENOSPC,EIO] [--markdown FILE]

A run brings an index up to date (a source is changed, one removed, one renamed, one added, and
then segments are merged and an old generation collected). It is repeated once for each write,
fsync, rename, link, removal, truncation and new folder that it asks the system for, and for each
fault: killed with SIGKILL before the call is carried out, or the call failing with ENOSPC or EIO.
`strace` breaks it. Another process asks questions all the while.

After each break: a new start answers as before or as after the run, whole; what is on disk passes
`verify`; the next run finishes, and then all is as in an index that was built at one go; and
nothing is embedded again but the one passage whose record was being written. Exits with 1 unless
all of it holds.
"""

from __future__ import annotations

import os

# A pool of threads would not survive being forked.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import importlib
import json
import mmap
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from word_encoder import MINERALS, WordEncoder

import bot
import bot.indexing.build
from bot.errors import PinciteError
from bot.reading import read
from bot.store import Generation, IndexLayout
from bot.store.folder import merging
from bot.types import Encoded

CALLS = (
    "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "fallocate", "rename",
    "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
)  # fmt: skip
FAULTS = ("KILL", "ENOSPC", "EIO")

QUESTION = "How much zinc, lead, copper and chromium has the mine?"
KEPT = 2

# How a child ends: the run was done, or it said what was wrong, or it did something else.
DONE, TOLD, UNEXPECTED = 0, 3, 4


class CountingEncoder(WordEncoder):
    """The word encoder, counting in memory that several processes share what it embeds."""

    def __init__(self, counts: mmap.mmap) -> None:
        super().__init__(MINERALS)
        self._counts = counts

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages; each is counted in a place of its own, without a system call."""
        for text, encoded in zip(texts, super().encode(texts), strict=True):
            self._counts[zlib.crc32(text.encode()) % len(self._counts)] += 1
            yield encoded


class ReaderHere:
    """Reads files in this process: what goes through pipes is no disk."""

    read = staticmethod(read)


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of a kind, and what happens to it."""

    call: str
    number: int
    fault: str


def main() -> None:
    """Runs all points and prints a table of what was broken and how it ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th point")
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    began = time.monotonic()
    ended, failures = run_points(arguments.faults.split(","), arguments.every)
    lines = ["| call | fault | points | run finished | error told | killed |", "|---|" + "---|" * 5]
    for call, fault in sorted({(call, fault) for call, fault, _ in ended}):
        counts = [ended[call, fault, how] for how in (DONE, TOLD, -signal.SIGKILL)]
        lines.append(f"| {call} | {fault} | {sum(counts)} | {' | '.join(map(str, counts))} |")
    total = sum(ended.values())
    lines.append(f"\n{total} points, {len(failures)} failures, {time.monotonic() - began:.0f} s")
    table = "\n".join([*lines, *failures])
    print(table)
    if arguments.markdown:
        arguments.markdown.write_text(table + "\n", encoding="utf-8")
    sys.exit(1 if failures else 0)


def run_points(
    faults: Sequence[str], every: int
) -> tuple[Counter[tuple[str, str, int]], list[str]]:
    """How the runs ended, by call, fault and exit status, and what was wrong after them."""
    if shutil.which("strace") is None:
        raise SystemExit("strace is needed. On Debian: apt-get install strace")
    # By its name, for the package has a function of that name too.
    building: Any = importlib.import_module("bot.indexing.build")
    building.reader = ReaderHere()
    # Segments of this size are large, so that they are linked, hide sources and are merged.
    merging.SMALL = 1
    ended: Counter[tuple[str, str, int]] = Counter()
    failures: list[str] = []
    with tempfile.TemporaryDirectory(dir=_quick_disk()) as scratch:
        prepared = prepare(Path(scratch))
        counted = prepared.calls()
        points = [
            Point(call, number, fault)
            for fault in faults
            for call, count in counted.items()
            for number in range(1, count + 1)
        ]
        for point in points[::every]:
            status, faults_found = prepared.broken(point)
            ended[point.call, point.fault, status] += 1
            failures += [f"- {point.call} {point.number} {point.fault}: {f}" for f in faults_found]
            _show(len(failures), sum(ended.values()), len(points[::every]))
    return ended, failures


@dataclass(frozen=True, slots=True)
class Prepared:
    """An index that is behind its corpus, and what is to come of it."""

    folder: Path
    old: list[Any]
    new: list[Any]
    fresh: list[Any]

    def calls(self) -> dict[str, int]:
        """How often an unbroken run asks for each kind of call."""
        with self._copy() as (site, counts):
            log = site / "calls"
            status = _traced(site, counts, ["-o", str(log)])
            assert status == DONE, f"the unbroken run ended with {status}"
            found = Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", log.read_text(), re.MULTILINE))
        return {call: found[call] for call in CALLS if found[call]}

    def broken(self, point: Point) -> tuple[int, list[str]]:
        """How a run ends that is broken at a point, and what is wrong after it."""
        how = "signal=KILL" if point.fault == "KILL" else f"error={point.fault}"
        inject = f"inject={point.call}:{how}:when={point.number}"
        with self._copy() as (site, counts), _reading(site) as answers:
            status = _traced(site, counts, ["-o", "/dev/null", "-e", inject])
            found = list(self._faults(site, counts, status))
            given = answers()
        found += [f"a reader was told {answer}" for answer in given
                  if answer not in (self.old, self.new)]  # fmt: skip
        return status, found

    def _faults(self, site: Path, counts: mmap.mmap, status: int) -> Iterator[str]:
        if status not in (DONE, TOLD, -signal.SIGKILL):
            yield f"the run ended with {status}: {(site / 'trace').read_text()[-1000:]}"
        engine = _opened(site, counts)
        try:
            told = _told(engine)
            if told not in (self.old, self.new):
                yield f"after it, a start told {told}"
            if status == DONE and told != self.new:
                yield "a run that was done has not changed the answers"
            if engine.verify().faults:
                yield f"verify: {engine.verify().faults}"
            engine.sync()
            if _told(engine) != self.new or _told(_opened(site, counts)) != self.new:
                yield "the next run did not finish what was begun"
            if not engine.is_current() or engine.verify().faults:
                yield f"after the next run, verify: {engine.verify().faults}"
            if _held(site) != self.fresh:
                yield "the index is not the one that is built at one go"
        except PinciteError as error:
            yield f"{type(error).__name__}: {error}"
        left = [*site.glob("index/generations/.building-*"), *site.glob("index/embedding")]
        if left:
            yield f"left behind: {left}"
        again = sum(count - 1 for count in counts[:] if count > 1)
        if again > 1:
            yield f"{again} passages were embedded again"

    @contextmanager
    def _copy(self) -> Iterator[tuple[Path, mmap.mmap]]:
        """A copy to break, and a place to count what is embedded."""
        with tempfile.TemporaryDirectory(dir=self.folder) as copy:
            site = Path(copy, "site")
            # The links between generations are a part of what is tried.
            subprocess.run(["cp", "-a", str(self.folder / "site"), str(site)], check=True)
            yield site, mmap.mmap(-1, 65_536)


def prepare(folder: Path) -> Prepared:
    """Makes an index of several generations and segments, and changes its corpus."""
    site = folder / "site"
    corpus = site / "corpus"
    corpus.mkdir(parents=True)
    unused = mmap.mmap(-1, 65_536)
    mine = "# {0}\n\nThe old mine has {1} tons of {0}.\n\nThe mine of {0} is old, too."
    for count, names in enumerate((("zinc", "lead"), ("copper",), ("uranium", "gold")), start=1):
        for name in names:
            (corpus / f"{name}.md").write_text(mine.format(name, count))
        _opened(site, unused).sync()
    old = _told(_opened(site, unused))
    (corpus / "zinc.md").write_text(mine.format("zinc", 99) + "\n\nMuch zinc is sold: 7.")
    for name in ("lead", "gold"):
        (corpus / f"{name}.md").unlink()
    (corpus / "copper.md").rename(corpus / "more-copper.md")
    (corpus / "chromium.md").write_text(mine.format("chromium", 5))
    shutil.copytree(corpus, folder / "fresh" / "corpus")
    _opened(folder / "fresh", unused).sync()
    new = _told(_opened(folder / "fresh", unused))
    assert old != new
    return Prepared(folder, old, new, _held(folder / "fresh"))


def _opened(site: Path, counts: mmap.mmap) -> bot.Engine:
    encoder = CountingEncoder(counts)
    return bot.open(site / "corpus", site / "index", encoder=encoder, generations_kept=KEPT)


def _told(engine: bot.Engine) -> list[Any]:
    """All that an engine answers to a question that every passage answers."""
    answer = engine.ask(QUESTION, k=50)
    quotes = [[q.text, q.source.path, q.start, q.end, q.score] for q in answer.quotes]
    return [*quotes, *answer.withheld]


def _held(site: Path) -> list[Any]:
    """All that the live generation holds."""
    layout = IndexLayout(site / "index")
    generation = Generation(layout, layout.live())
    rows = range(len(generation))
    return [
        sorted(generation.files().items()),
        list(generation.passages(rows).items()),
        generation.vectors(rows).tobytes(),
        [generation.pieces(row).codes.tobytes() for row in rows],
        [generation.source(id_) for id_ in sorted(generation.infos)],
        generation.words,
    ]


def _traced(site: Path, counts: mmap.mmap, options: Sequence[str]) -> int:
    """Brings the index up to date in a process that strace watches; returns how it ended."""
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        _child(lambda: _work(site, counts, ready), site / "trace")
    os.close(ready)
    calls = ",".join(CALLS)
    tracer = subprocess.Popen(
        ["strace", "-p", str(child), "-e", f"trace={calls}", *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    assert "attached" in line, line
    os.close(go)
    _, status = os.waitpid(child, 0)
    tracer.communicate()
    return os.waitstatus_to_exitcode(status)


def _work(site: Path, counts: mmap.mmap, ready: int) -> int:
    engine = _opened(site, counts)
    os.read(ready, 1)
    try:
        engine.sync()
    except PinciteError:
        return TOLD
    return DONE


def _child(work: Callable[[], int], trace: Path) -> None:
    """Ends a forked process with what its work returns."""
    status = UNEXPECTED
    try:
        status = work()
    except BaseException:
        trace.write_text(traceback.format_exc())
    finally:
        os._exit(status)


@contextmanager
def _reading(site: Path) -> Iterator[Callable[[], list[Any]]]:
    """Asks without pause in another process while the block runs; gives a function that returns
    all the different answers so far, errors among them.
    """
    results = site / "answers"
    child = os.fork()
    if child == 0:
        _child(lambda: _read(site, results), site / "reader")
    while not results.exists():
        time.sleep(0.001)

    def given() -> list[Any]:
        lines = results.read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    try:
        yield given
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _read(site: Path, results: Path) -> int:
    unused = mmap.mmap(-1, 65_536)
    staying = _opened(site, unused)
    had = set()
    with results.open("a") as stream:
        while True:
            for engine in (staying, _opened(site, unused)):
                try:
                    answer: object = _told(engine)
                except Exception as error:
                    answer = f"{type(error).__name__}: {error}"
                line = json.dumps(answer)
                if line not in had:
                    had.add(line)
                    stream.write(line + "\n")
                    stream.flush()


def _quick_disk() -> str | None:
    """Memory in place of a disk, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _show(failures: int, done: int, total: int) -> None:
    if sys.stderr.isatty() or done % 50 == 0:
        print(f"\r{done} of {total}, {failures} failures", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
