"""How pincite grows: from a thousand passages to a million, in one index that becomes larger.

    python tests/bench/growth.py --sets FOLDER --work FOLDER [--sizes 1000 10000 100000 1000000]
        [--questions 100] [--markdown FILE] [--json FILE] [--plot FILE]

Sources are mixed from the sentences of public question sets (tests/bench/grown.py); `--work` needs
20 GB of room for a million passages. At each size the index is opened in a new process and asked
real questions of the sets, each once to warm it and once more to be measured: what an answer takes
beyond encoding the question, the most memory that the process had, and how many of the ten
passages nearest to the questions are found. Then a source is added and removed, each by an index
run of the real model in a process that has made one before. Building is the sum of the runs that
led to the size, without embedding. With `--plot` it needs matplotlib.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from grown import Grower, embedded_sentences
from question_sets import SETS

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.store import Generation, IndexLayout, Manifest

STEP = 125_000
NEAREST = 10
FIRST = "Tungsten is mined in the north, and 4,000 tons of it were sold in March.\n"
BEFORE = "Tin from the Osh plant was sold for 700 dollars.\n"
ADDED = "A report on osmium.\n\nOsmium from the Almaty plant was sold for 1,200 dollars.\n"

COLUMNS = {
    "passages": "passages",
    "built": "build, s",
    "gigabytes": "on disk, GB",
    "opened": "open, s",
    "p50": "p50, ms",
    "p95": "p95, ms",
    "memory": "peak memory, MB",
    "recall": "recall@10",
    "added": "add, s",
    "removed": "remove, s",
}


def main() -> None:
    """Grows an index through the sizes and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--work", type=Path, required=True, help="where the index is kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**n for n in range(3, 7)])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--plot", type=Path, help="draw p50, memory and build time here")
    parser.add_argument("--measure", choices=sorted(_MEASURES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    asked = _questions(arguments.sets, arguments.questions)
    if arguments.measure:
        print(json.dumps(_MEASURES[arguments.measure](arguments.work, asked)))
        return
    rows = []
    for row in _grown(arguments.work, arguments.sets, sorted(arguments.sizes)):
        for measure in ("asking", "nearest", "changing"):
            command = [sys.executable, *sys.argv, "--measure", measure]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            row |= json.loads(done.stdout.splitlines()[-1])
        rows.append(row)
        table = "\n".join(_table(rows))
        print(table, flush=True)
        if arguments.markdown:
            arguments.markdown.write_text(table + "\n", encoding="utf-8")
        if arguments.json:
            arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if arguments.plot:
        _draw(rows, arguments.plot)


def _grown(work: Path, sets: Path, sizes: Sequence[int]) -> Any:
    """Grows the index to each size, and yields the size with what building took so far."""
    encoder = SentenceTransformerEncoder()
    engine = _opened(work)
    first = work / "corpus" / "first.txt"
    if not first.exists():
        first.parent.mkdir(parents=True, exist_ok=True)
        first.write_text(FIRST, encoding="utf-8")
    engine.sync()
    layout = IndexLayout(work / "index")
    pool = embedded_sentences(sets, encoder)
    built = 0.0
    for size in sizes:
        while (there := len(Generation(layout, layout.live()))) < size:
            stamp = Manifest.read(layout.generation(layout.live())).stamp
            grower = Grower(work, pool, stamp, seed=there)
            built += grower.grow(min(STEP, size - there + 49))
        yield {
            "passages": there,
            "built": built,
            "gigabytes": engine.status().bytes_on_disk / 1e9,
        }


def _asking(work: Path, asked: Sequence[str]) -> dict[str, float]:
    """Opening, answers beyond encoding in ms, and the peak memory of this process in MB."""
    began = time.perf_counter()
    _opened(work).status()
    opened = time.perf_counter() - began
    engine = _opened(work)
    for question in asked:
        engine.ask(question)
    # As a chat does that is ready.
    gc.collect()
    gc.freeze()
    # Their encodings are remembered, so that all of this is beyond encoding.
    beyond = [engine.ask(question).timings.total for question in asked]
    return {
        "opened": opened,
        "p50": float(np.percentile(beyond, 50)),
        "p95": float(np.percentile(beyond, 95)),
        "memory": _peak_megabytes(),
    }


def _nearest(work: Path, asked: Sequence[str]) -> dict[str, float]:
    """The share of the ten nearest passages that a search for a hundred finds."""
    layout = IndexLayout(work / "index")
    generation = Generation(layout, layout.live())
    encoder = SentenceTransformerEncoder()
    questions = np.stack([encoder.encode_questions([text])[0].vector for text in asked])
    best = np.empty((len(asked), 0), dtype=np.float32)
    for begin in range(0, len(generation), STEP):
        rows = range(begin, min(begin + STEP, len(generation)))
        found = questions @ generation.vectors(rows).T
        best = np.sort(np.concatenate([best, found], axis=1), axis=1)[:, -NEAREST:]
    recalled = 0
    for question, cosines in zip(questions, best, strict=True):
        rows = [row for row, _ in generation.nearest(question, 100)]
        # A passage as near as the tenth is as good as it.
        recalled += min(
            NEAREST, int(np.sum(generation.vectors(rows) @ question >= cosines[0] - 1e-6))
        )
    return {"recall": recalled / best.size}


def _changing(work: Path, _: Sequence[str]) -> dict[str, float]:
    """The seconds of an index run that adds a source, and of one that removes it, in a process
    that has made a change before: the model is loaded, and segments that had grown are merged.
    """
    engine = _opened(work)
    before, file = work / "corpus" / "tin.txt", work / "corpus" / "osmium.txt"
    before.write_text(BEFORE, encoding="utf-8")
    engine.sync()
    before.unlink()
    engine.sync()
    file.write_text(ADDED, encoding="utf-8")
    added = _seconds(engine.sync)
    assert ADDED.split("\n\n")[1].strip() in engine.ask("Who sold osmium?").quotes[0].text
    file.unlink()
    removed = _seconds(engine.sync)
    assert all("osmium" not in quote.source.path for quote in engine.ask("Who sold osmium?").quotes)
    return {"added": added, "removed": removed}


_MEASURES = {"asking": _asking, "nearest": _nearest, "changing": _changing}


def _opened(work: Path) -> bot.Engine:
    (work / "corpus").mkdir(parents=True, exist_ok=True)
    return bot.open(work / "corpus", work / "index")


def _questions(sets: Path, count: int) -> list[str]:
    """Questions of all sets, evenly."""
    texts = [one.question for read in SETS.values() for one in read(sets).questions]
    return [texts[at] for at in np.linspace(0, len(texts) - 1, count).astype(int)]


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def _table(rows: Sequence[dict[str, float]]) -> list[str]:
    places = {"passages": 0, "p50": 1, "p95": 1, "memory": 0, "recall": 3}
    lines = [f"| {' | '.join(COLUMNS.values())} |", f"|{'---|' * len(COLUMNS)}"]
    for row in rows:
        cells = (f"{row[name]:,.{places.get(name, 2)}f}" for name in COLUMNS)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _draw(rows: Sequence[dict[str, float]], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    for axes, name in zip(figure.subplots(1, 3), ("p50", "memory", "built"), strict=True):
        axes.plot([row["passages"] for row in rows], [row[name] for row in rows], "o-")
        axes.set_xscale("log")
        if name == "built":
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlabel("passages")
        axes.set_title(COLUMNS[name])
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(file)


if __name__ == "__main__":
    main()
