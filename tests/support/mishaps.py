"""Runs `pincite` with the word encoder, and with a failure at a chosen point of an index run.

As a program it is a server that imports everything once. For each line of standard input, {"out",
"err", "kind", "point", "arguments"}, it forks a process whose output goes to two FIFOs and prints
its process id. For a line {"number"} it waits for that process to end and prints its status.

Kinds with a point, one of `POINTS`: "halt" prints a message, then waits to be killed; "full"
simulates a full disk from there on. Kinds without: "churn" changes the corpus and syncs in a loop;
"read" asks in a loop.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from word_encoder import MINERALS, WordEncoder

import bot
import bot.engine.asking
import bot.evaluation.gate
import bot.store.folder.catalog
import bot.store.folder.layout
import bot.store.folder.segment
from bot.cli.app import main
from bot.corpus.folder import Corpus
from bot.store import EmbeddingLog
from bot.store.folder.layout import IndexLayout
from bot.store.folder.manifest import Manifest
from bot.types import Encoded

POINTS = (
    "reading",
    "embedding",
    "before the records",
    "in the catalog",
    "before the vectors",
    "before the postings",
    "before the manifest",
    "before the files are synchronised",
    "before the folder gets its name",
    "before the switch",
    "in the switch",
    "before collecting",
    "while collecting",
)
# Only a run with --gate reaches this point: the next generation is complete, and its answers are
# compared.
IN_THE_GATE = "in the gate"
SWITCHED = POINTS[POINTS.index("before collecting") :]


def mishap(kind: str) -> None:
    """Waits until the process is killed, or simulates a full disk."""
    if kind == "halt":
        sys.stdout.write("halted\n")
        sys.stdout.flush()
        time.sleep(600)
    elif kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def before(owner: Any, name: str, kind: str, *, when: Callable[..., bool] | None = None) -> None:
    """Makes a function fail before it runs; `when` selects the calls."""
    original = getattr(owner, name)

    def with_mishap(*arguments: Any, **options: Any) -> Any:
        if when is None or when(*arguments, **options):
            mishap(kind)
        return original(*arguments, **options)

    setattr(owner, name, with_mishap)


def arrange(kind: str, point: str) -> None:
    """Installs the failure at its point."""
    if point == "reading":
        loaded = iter((False, True))
        before(Corpus, "load", kind, when=lambda *_: next(loaded, False))
    elif point == "in the catalog":
        before(
            bot.store.folder.catalog,
            "_insert",
            kind,
            when=lambda _, table, rows: table == "passages",
        )
    elif point == "before the vectors":
        before(bot.store.folder.segment, "write_vectors", kind)
    elif point == "before the records":
        before(EmbeddingLog, "write", kind)
    elif point == "before the postings":
        before(bot.store.folder.segment, "write_postings", kind)
    elif point == "before the manifest":
        before(Manifest, "write", kind)
    elif point == IN_THE_GATE:
        before(bot.evaluation.gate, "evaluate", kind)
    elif point == "before the files are synchronised":
        before(bot.store.folder.layout, "_sync_tree", kind)
    elif point == "before the folder gets its name":
        before(Path, "rename", kind)
    elif point == "before the switch":
        before(IndexLayout, "switch", kind)
    elif point == "in the switch":
        before(Path, "replace", kind, when=lambda file, _: file.name == "CURRENT.next")
    elif point == "before collecting":
        before(IndexLayout, "collect", kind)
    elif point == "while collecting":
        original = IndexLayout.collect

        def collect(layout: IndexLayout, keep: int) -> None:
            number = layout.numbers()[0]
            (layout.generation(number) / bot.store.folder.layout.MANIFEST).unlink()
            mishap(kind)
            original(layout, keep)

        replacing: Any = IndexLayout
        replacing.collect = collect
    elif point != "embedding":
        raise SystemExit(f"no point is called {point!r}")


class MishapEncoder(WordEncoder):
    """The word encoder, with the failure after its first passage."""

    def __init__(self, kind: str) -> None:
        super().__init__(MINERALS)
        self._kind = kind

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Encodes passages."""
        for done, encoded in enumerate(super().encode(texts)):
            if done == 1:
                mishap(self._kind)
            yield encoded


def run(kind: str, point: str, arguments: list[str]) -> None:
    """Runs the command line with its failure."""
    arrange(kind, point)

    def make(*_: Any, **__: Any) -> MishapEncoder:
        return MishapEncoder(kind if point == "embedding" else "none")

    replacing: Any = bot.engine.asking
    replacing.SentenceTransformerEncoder = make
    sys.argv[1:] = arguments
    main()


def churn(site: Path) -> None:
    """Changes every file of a corpus and syncs, in an endless loop."""
    print("ready", flush=True)
    engine = opened(site)
    while True:
        for word in ("six", "ten"):
            for name, text in mines(word).items():
                (site / "corpus" / name).write_text(text)
            engine.sync()


def mines(word: str) -> dict[str, str]:
    """Returns files that all contain one word."""
    return {
        f"{number}.txt": f"Mine {number}\n\nThe zinc mine {number} gave {word} tons of lead.\n"
        for number in range(6)
    }


def opened(site: Path) -> bot.Engine:
    """Opens a new engine, as another process would."""
    return bot.open(site / "corpus", site / "index", encoder=WordEncoder(MINERALS))


def told(engine: bot.Engine, question: str) -> list[list[Any]]:
    """Returns the whole answer of an engine as JSON values, without the generation number."""
    answer = engine.ask(question, k=50)
    assert answer.withheld == ()
    return [
        [quote.text, quote.source.path, quote.start, quote.end, quote.score]
        for quote in answer.quotes
    ]


def read(site: Path, question: str) -> None:
    """Prints every new answer or error as a line of JSON.

    It asks two engines in turn: one that stays open and one opened for each question. It runs in a
    separate process because NumPy reads headers with Python's `ast`. In CPython 3.11 that may fail
    if several threads use it, and pytest uses it too.
    """
    staying = opened(site)
    had = set()
    while True:
        for engine in (staying, opened(site)):
            try:
                answer: object = told(engine, question)
            except Exception as error:
                answer = repr(error)
            line = json.dumps(answer)
            if line not in had:
                had.add(line)
                print(line, flush=True)
            time.sleep(0.005)


def fork(out: str, err: str, kind: str, point: str, arguments: list[str]) -> int:
    """Starts a process whose output goes to two FIFOs, and returns its process id."""
    number = os.fork()
    if number:
        return number
    status = 1
    try:
        for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
            opened = os.open(path, os.O_WRONLY if descriptor else os.O_RDONLY)
            os.dup2(opened, descriptor)
            os.close(opened)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        if kind == "churn":
            churn(Path(arguments[0]))
        elif kind == "read":
            read(Path(arguments[0]), arguments[1])
        run(kind, point, arguments)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    """Carries out the orders on standard input."""
    for line in sys.stdin:
        order = json.loads(line)
        if "number" in order:
            _, status = os.waitpid(order["number"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            print(fork(**order), flush=True)


if __name__ == "__main__":
    serve()
