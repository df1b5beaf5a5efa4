"""Asks and changes at the same time for minutes on end, and watches errors, memory and handles.

    python tests/bench/soak.py [--minutes 20] [--askers 2] [--markdown FILE]

One thread writes, edits, renames and removes sources of a corpus and brings the index up to date
after each change; others ask, of an engine that stays open. Every answer must be of a state that
the corpus was in, its quotes slices of sources that are there in its generation. Exits with 1 for
any error, or when memory or open files grow from the second quarter of the time to the last.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import bot
from bot.errors import SourceUnknown

METALS = ("zinc", "lead", "copper", "chromium", "uranium", "antimony", "tungsten", "lithium")
WORDS = "mine ore plant deposit smelter railway province company state export price year".split()

# What may be more at the end, for caches that fill and for the allocator.
MORE_MEMORY = 1.05
MORE_FILES = 4


class Soak:
    """A corpus under change, who asks of it, and what went wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        self._random = random.Random(seed)
        self.engine = bot.open(self.corpus, folder / "index")
        self.stop = threading.Event()
        self.errors: list[str] = []
        self.questions = self.changes = 0
        for number in range(40):
            self._write(f"source-{number}.md")
        self.engine.sync()

    def ask(self) -> None:
        """Asks until told to stop, and checks the answers."""
        chance = random.Random(threading.get_ident())
        while not self.stop.is_set():
            metal = chance.choice(METALS)
            try:
                answer = self.engine.ask(f"How many tons of {metal} does the {metal} mine give?")
                for quote in answer.quotes:
                    if quote.text.count("\n\n") > 50 or not quote.text:
                        raise ValueError(f"no passage: {quote.text!r}")
                if answer.withheld:
                    raise ValueError(f"withheld: {answer.withheld[0]}")
                self._open_source(answer)
            except Exception as error:
                self._note(error)
            self.questions += 1

    def change(self) -> None:
        """Changes the corpus and brings the index up to date until told to stop."""
        while not self.stop.is_set():
            try:
                self._change()
                self.engine.sync()
            except Exception as error:
                self._note(error)
            self.changes += 1

    def _note(self, error: Exception) -> None:
        self.errors.append(f"{type(error).__name__}: {error}")
        print(self.errors[-1], file=sys.stderr, flush=True)

    def _open_source(self, answer: bot.Answer) -> None:
        """Opens what was cited, which may have been removed in the meantime."""
        quote = answer.quotes[0]
        try:
            text = self.engine.source(quote.source.id).text
        except SourceUnknown:
            return
        if text[quote.start : quote.end] != quote.text:
            raise ValueError("a quote that is not in its source")

    def _change(self) -> None:
        files = sorted(self.corpus.iterdir())
        file = self._random.choice(files)
        kind = self._random.choice(("write", "edit", "rename", "remove"))
        if kind == "write" or len(files) < 30:
            self._write(f"source-{self._random.randrange(1_000)}.md")
        elif kind == "edit":
            file.write_text(f"{file.read_text()}\n\n{self._sentence()}")
        elif kind == "rename":
            file.rename(self.corpus / f"renamed-{self._random.randrange(1_000)}.md")
        else:
            file.unlink()

    def _write(self, name: str) -> None:
        metal = self._random.choice(METALS)
        paragraphs = [f"# The {metal} mine"]
        paragraphs += [" ".join(self._sentence() for _ in range(6)) for _ in range(4)]
        (self.corpus / name).write_text("\n\n".join(paragraphs))

    def _sentence(self) -> str:
        words = " ".join(self._random.choices(WORDS, k=6))
        metal, tons = self._random.choice(METALS), self._random.randrange(9_999)
        return f"The {metal} mine gave {tons} tons of {metal} to the {words}."


def main() -> None:
    """Soaks for the time that was asked for, and prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--askers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), arguments.seed)
        threads = [threading.Thread(target=soak.ask) for _ in range(arguments.askers)]
        threads.append(threading.Thread(target=soak.change))
        for thread in threads:
            thread.start()
        lines, failed = watched(soak, arguments.minutes * 60)
        soak.stop.set()
        for thread in threads:
            thread.join()
        faults = soak.engine.verify().faults
    lines += [f"error: {error}" for error in sorted(set(soak.errors))[:20]]
    lines += [f"fault: {fault}" for fault in faults]
    print("\n".join(lines))
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(1 if failed or soak.errors or faults else 0)


def watched(soak: Soak, seconds: float) -> tuple[list[str], bool]:
    """A table of what was measured in each twentieth of the time, and whether anything grew."""
    rows = []
    lines = [
        "| minute | questions | changes | errors | memory, MB | open files |",
        f"{'|---' * 6}|",
    ]
    began = time.monotonic()
    for part in range(1, 21):
        samples = []
        while time.monotonic() < began + seconds * part / 20:
            time.sleep(min(1.0, seconds / 40))
            samples.append((memory_bytes(), len(list(Path("/proc/self/fd").iterdir()))))
        memory = median(memory for memory, _ in samples)
        files = max(files for _, files in samples)
        rows.append((memory, files))
        lines.append(
            f"| {seconds * part / 1200:.1f} | {soak.questions:,} | {soak.changes:,} "
            f"| {len(soak.errors)} | {memory / 1e6:.0f} | {files:.0f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    early, late = rows[5:10], rows[15:]
    # Memory is freed late, and files are as many as there are segments just then.
    before, grown = ((median(row[0] for row in part), max(row[1] for row in part))
                     for part in (early, late))  # fmt: skip
    failed = grown[0] > MORE_MEMORY * before[0] or grown[1] > before[1] + MORE_FILES
    lines.append(
        f"\nfrom the second quarter to the last: memory {grown[0] / before[0]:.3f} times, "
        f"open files {grown[1] - before[1]:+.0f}"
    )
    return lines, failed


def memory_bytes() -> int:
    """Memory of this process that is no file's: mapped files are the system's to keep or drop."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])


if __name__ == "__main__":
    main()
