"""What the chat costs while nobody asks, and how fast it answers then.

    python tests/bench/idle.py --corpus corpus --questions tests/data/corpus_questions.jsonl [TREE]

`pincite chat --watch` is started as a process of its own from this tree, and from the `TREE` of
another version. Each is left alone for `--seconds`, without a page and with one open in a headless
Chromium, in turns, `--rounds` times: the time on a processor of all its threads (in hundredths of
one core), and how often a second they wake. Then both are asked `--asked` questions, one after the
other: milliseconds from Enter to the painted answer. Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from chatting import ROOT, Served, painted, questions_of, served

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browser import launched_browser

# What the start, or opening the page, has begun is over by then.
SECONDS_TO_SETTLE = 5

_WAITS = re.compile(r"^voluntary_ctxt_switches:\s*(\d+)", re.MULTILINE)


@dataclass
class Rest:
    """What a chat took while it was left alone, a number a round."""

    percent: list[float] = field(default_factory=list)
    wakes: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        """Means of the rounds."""
        return [f"{np.mean(self.percent):.2f} %", f"{np.mean(self.wakes):.0f}"]


def main() -> None:
    """Prints a table with a line for each tree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--asked", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    trees = [ROOT, *([arguments.tree.resolve()] if arguments.tree else [])]
    alone, beside_page = [Rest() for _ in trees], [Rest() for _ in trees]

    def started(tree: Path, until: ExitStack) -> Served:
        index = Path(until.enter_context(tempfile.TemporaryDirectory()))
        return until.enter_context(served(arguments.corpus.resolve(), index, tree, "--watch"))

    for _ in range(arguments.rounds):
        for number, tree in enumerate(trees):
            with ExitStack() as until:
                chat = started(tree, until)
                look_at(chat, arguments.seconds, alone[number], is_open=False)
                look_at(chat, arguments.seconds, beside_page[number], is_open=True)
    with ExitStack() as until:
        addresses = [started(tree, until).address for tree in trees]
        taken = painted(addresses, questions_of(arguments.questions), arguments.asked)
    print("| tree | no page | wakes/s | one page | wakes/s | answer p50, ms | p95, ms |")
    print("|---|---|---|---|---|---|---|")
    for number, name in enumerate(("this", "the other")[: len(trees)]):
        cells = [name, *alone[number].cells(), *beside_page[number].cells()]
        cells += [f"{figure:.0f}" for figure in np.percentile(taken[number], [50, 95])]
        print(f"| {' | '.join(cells)} |", flush=True)


def look_at(chat: Served, seconds: float, rest: Rest, *, is_open: bool) -> None:
    """Leaves the chat alone, with a page of it open or without."""
    with launched_browser() if is_open else nullcontext() as browser:
        if browser is not None:
            page = browser.new_page()
            page.goto(chat.address)
            page.wait_for_selector(".example")
        time.sleep(SECONDS_TO_SETTLE)
        began, before, waits = time.perf_counter(), processor_seconds(chat), thread_waits(chat)
        time.sleep(seconds)
        passed = time.perf_counter() - began
        rest.percent.append(100 * (processor_seconds(chat) - before) / passed)
        now = thread_waits(chat)
        rest.wakes.append(sum(now[thread] - waits.get(thread, 0) for thread in now) / passed)


def processor_seconds(chat: Served) -> float:
    """How long all threads of the process have run until now, in user mode and in the kernel."""
    fields = Path(f"/proc/{chat.process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def thread_waits(chat: Served) -> dict[str, int]:
    """How often each thread that is there has waited until now."""
    return {
        thread.name: int(_WAITS.findall((thread / "status").read_text())[0])
        for thread in Path(f"/proc/{chat.process}/task").iterdir()
    }


if __name__ == "__main__":
    main()
