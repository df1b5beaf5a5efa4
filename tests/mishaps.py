"""`pincite` with the word encoder, and a mishap at a chosen point of an index run.

Run as a program it is a server that imports everything once. For each line of standard input it
forks a real process, {"out", "err", "kind", "point", "arguments"}, whose output goes to two FIFOs,
and prints its number; or it waits for the end of a process, {"number"}, and prints its status.

Kinds with a point, one of `POINTS`: "halt" says so on standard output, then waits to be killed;
"full" makes the disk full from there on. Without: "churn" changes the corpus and brings the index
up to date, again and again; "read" asks without pause.
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

from conftest import MINERALS, WordEncoder

import bot
import bot.asking
import bot.evaluation.gate
import bot.store.catalog
import bot.store.layout
import bot.store.segment
from bot.cli.app import main
from bot.indexing.corpus import Corpus
from bot.store import EmbeddingLog
from bot.store.layout import IndexLayout
from bot.store.manifest import Manifest
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
# Only a run with --gate comes here: the next generation is whole, and its answers are compared.
IN_THE_GATE = "in the gate"
SWITCHED = POINTS[POINTS.index("before collecting") :]


def mishap(kind: str) -> None:
    """Halts until somebody kills the process, or fills the disk."""
    if kind == "halt":
        sys.stdout.write("halted\n")
        sys.stdout.flush()
        time.sleep(600)
    elif kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def before(owner: Any, name: str, kind: str, *, when: Callable[..., bool] | None = None) -> None:
    """Replaces a function by itself with the mishap before it; `when` chooses the calls."""
    original = getattr(owner, name)

    def with_mishap(*arguments: Any, **options: Any) -> Any:
        if when is None or when(*arguments, **options):
            mishap(kind)
        return original(*arguments, **options)

    setattr(owner, name, with_mishap)


def arrange(kind: str, point: str) -> None:
    """Puts the mishap at its point."""
    if point == "reading":
        loaded = iter((False, True))
        before(Corpus, "load", kind, when=lambda *_: next(loaded, False))
    elif point == "in the catalog":
        before(bot.store.catalog, "_insert", kind, when=lambda _, table, rows: table == "passages")
    elif point == "before the vectors":
        before(bot.store.segment, "write_vectors", kind)
    elif point == "before the records":
        before(EmbeddingLog, "write", kind)
    elif point == "before the postings":
        before(bot.store.segment, "write_postings", kind)
    elif point == "before the manifest":
        before(Manifest, "write", kind)
    elif point == IN_THE_GATE:
        before(bot.evaluation.gate, "evaluate", kind)
    elif point == "before the files are synchronised":
        before(bot.store.layout, "_sync_tree", kind)
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
            (layout.generation(number) / bot.store.layout.MANIFEST).unlink()
            mishap(kind)
            original(layout, keep)

        replacing: Any = IndexLayout
        replacing.collect = collect
    elif point != "embedding":
        raise SystemExit(f"no point is called {point!r}")


class MishapEncoder(WordEncoder):
    """The word encoder, with the mishap after its first passage."""

    def __init__(self, kind: str) -> None:
        super().__init__(MINERALS)
        self._kind = kind

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages."""
        for done, encoded in enumerate(super().encode(texts)):
            if done == 1:
                mishap(self._kind)
            yield encoded


def run(kind: str, point: str, arguments: list[str]) -> None:
    """Runs the command line with its mishap."""
    arrange(kind, point)

    def make(*_: Any, **__: Any) -> MishapEncoder:
        return MishapEncoder(kind if point == "embedding" else "none")

    replacing: Any = bot.asking
    replacing.SentenceTransformerEncoder = make
    sys.argv[1:] = arguments
    main()


def churn(site: Path) -> None:
    """Changes every file of a corpus and brings the index up to date, for ever."""
    print("ready", flush=True)
    engine = opened(site)
    while True:
        for word in ("six", "ten"):
            for name, text in mines(word).items():
                (site / "corpus" / name).write_text(text)
            engine.sync()


def mines(word: str) -> dict[str, str]:
    """Files that all hold one word."""
    return {
        f"{number}.txt": f"Mine {number}\n\nThe zinc mine {number} gave {word} tons of lead.\n"
        for number in range(6)
    }


def opened(site: Path) -> bot.Engine:
    """A fresh engine, as another process would have it."""
    return bot.open(site / "corpus", site / "index", encoder=WordEncoder(MINERALS))


def told(engine: bot.Engine, question: str) -> list[list[Any]]:
    """All that an engine answers, as JSON has it and without the number of its generation."""
    answer = engine.ask(question, k=50)
    assert answer.withheld == ()
    return [
        [quote.text, quote.source.path, quote.start, quote.end, quote.score]
        for quote in answer.quotes
    ]


def read(site: Path, question: str) -> None:
    """Prints every answer that it has not had before, or error, as a line of JSON.

    It asks one engine that stays open and a fresh one each time. In a process of its own, because
    of Python's `ast`, with which NumPy reads headers: in CPython 3.11 it may fail when several
    threads use it, and pytest does too.
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
    """Starts a process whose output goes to two FIFOs, and returns its number."""
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
    """Does what the lines of standard input say."""
    for line in sys.stdin:
        order = json.loads(line)
        if "number" in order:
            _, status = os.waitpid(order["number"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            print(fork(**order), flush=True)


if __name__ == "__main__":
    serve()
