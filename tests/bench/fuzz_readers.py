"""What every reader makes of damaged, odd and hostile documents.

    python tests/bench/fuzz_readers.py --inputs 50000 [--seconds N] [--formats pdf,docx]
                                       [--seed N] [--keep FOLDER] [--workers 2]

The inputs are shared out among the formats. Each is a small valid document after changes that
depend on the seed alone: bytes, slices, words of the format, and for formats that are ZIP archives
the same within their members. Each is read in a process of its own with bounds on time and memory,
as an index run does; what is read must be sound: blocks in order that cover all that can be seen,
marks in order, passages that are slices. Prints a table in Markdown and what went wrong, keeps
the inputs it went wrong with in FOLDER, and ends with 1 if there were any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from fuzz_mutations import fuzzed

from bot.errors import ReadError
from bot.reading import SUFFIXES
from bot.reading.sandbox.bounded import BoundedReader
from bot.text.passages import PassageRules, split
from bot.types import Document, Source, SourceInfo

SECONDS = 20
"""Time for one input; none of them is large."""

PATIENCE = 5
"""One that took longer is tried again, with so many times the time."""

OUTCOMES = ("read", "refused", "fault", "unsound", "time", "memory", "crash")
"""What can become of an input; all but the first two are wrong."""

_BEGINNINGS = {
    "its reader failed": "fault",
    "took longer than": "time",
    "needs more memory": "memory",
    "brought its parser down": "crash",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one input."""

    suffix: str
    number: int
    outcome: str
    seconds: float
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of the inputs of a format."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


class Unsound(Exception):
    """A document that breaks what is promised of all documents."""


def tried(reader: BoundedReader, suffix: str, seed: int, number: int) -> Result:
    """Reads an input and looks at what was read."""
    data = fuzzed(suffix, seed, number)
    started = time.monotonic()
    document, reason = _read(reader, data, suffix, number)
    if document is None and _outcome(reason) == "time":
        # A machine that is busy otherwise makes any input slow, but not twice for so long.
        patient = BoundedReader(seconds=PATIENCE * SECONDS)
        started = time.monotonic()
        document, reason = _read(patient, data, suffix, number)
        patient.close()
    outcome = _outcome(reason) if document is None else "read"
    if document is not None:
        try:
            check(document)
        except Exception as error:
            outcome, reason = "unsound", f"{type(error).__name__}: {error}"
    return Result(suffix, number, outcome, time.monotonic() - started, reason)


def _read(
    reader: BoundedReader, data: bytes, suffix: str, number: int
) -> tuple[Document | None, str]:
    """The document, or the reason why there is none."""
    try:
        return reader.read(data, suffix, number % 7 == 3), ""
    except ReadError as error:
        return None, str(error)


def _outcome(reason: str) -> str:
    """What an input without a document came to, by the reason for it."""
    known = (kind for begin, kind in _BEGINNINGS.items() if reason.startswith(begin))
    says_what_to_do = reason.rstrip().endswith((".", "!", ")"))
    return next(known, "refused" if says_what_to_do else "unsound")


def check(document: Document) -> None:
    """Raises Unsound, or what splitting raises, unless all promises are kept."""
    text = document.text
    told = (document.metadata.title, document.metadata.author, *document.notes)
    for words in (text, *(mark.name for mark in document.marks), *filter(None, told)):
        words.encode("utf-8")
    end = 0
    for block in document.blocks:
        _promise(end <= block.start < block.end <= len(text), f"{block} after {end}")
        _promise(not text[end : block.start].strip(), f"{text[end : block.start]!r} in no block")
        shown = text[block.start : block.end]
        _promise(shown == shown.strip(), f"{block} has blanks around it")
        end = block.end
    _promise(not text[end:].strip(), f"{text[end:]!r} in no block")
    starts = [mark.start for mark in document.marks]
    _promise(starts == sorted(starts), "marks out of order")
    _promise(all(0 <= start <= len(text) for start in starts), "a mark outside")
    info = SourceInfo("id", "corpus/a", "A", None, None, None, None, "en", "txt", "0" * 64)
    source = Source(info, text, document.blocks, document.marks, document.first_line)
    rules = PassageRules(600, 230)
    end = 0
    for passage in split(source, rules, _count):
        _promise(end <= passage.start < passage.end, f"{passage} after {end}")
        _promise(passage.text == text[passage.start : passage.end], f"{passage} is no slice")
        _promise(_count([passage.text])[0] <= rules.tokens, f"{passage} is too long")
        _promise(bool(passage.locator), f"{passage} is nowhere")
        end = passage.end


def _promise(is_kept: bool, what: str) -> None:
    if not is_kept:
        raise Unsound(what[:500])


def _count(texts: Sequence[str]) -> list[int]:
    return [len(_WORD.findall(text)) for text in texts]


def inputs(formats: Sequence[str], count: int) -> Iterator[tuple[str, int]]:
    """Formats and numbers of `count` inputs, one format after the other and round again."""
    return islice(((suffix, at) for at in range(count) for suffix in formats), count)


_reader: BoundedReader | None = None
_seed = 0


def _start(seed: int) -> None:
    global _reader, _seed
    _reader, _seed = BoundedReader(seconds=SECONDS), seed
    # Looking at a document takes no time worth a thought, unless it never ends.
    signal.signal(signal.SIGALRM, _too_slow)


def _too_slow(*_: object) -> None:
    raise TimeoutError("splitting it took too long")


def _try(task: tuple[str, int]) -> Result:
    assert _reader is not None
    signal.alarm(2 * PATIENCE * SECONDS)
    try:
        return tried(_reader, task[0], _seed, task[1])
    finally:
        signal.alarm(0)


def table(tallies: dict[str, Tally]) -> str:
    """A row for each format and one for all, in Markdown."""
    total = Tally()
    for tally in tallies.values():
        total.outcomes += tally.outcomes
        total.slowest = max(total.slowest, tally.slowest)
    lines = [
        "| format | inputs | read | refused | faults | unsound | too slow | too large | crashes "
        "| slowest |",
        "|---|" + "---:|" * 9,
    ]
    for name, tally in [*sorted(tallies.items()), ("all", total)]:
        counts = [sum(tally.outcomes.values()), *(tally.outcomes[kind] for kind in OUTCOMES)]
        cells = " | ".join(f"{count:,}" for count in counts)
        lines.append(f"| {name} | {cells} | {tally.slowest:.2f} s |")
    return "\n".join(lines)


def kept(folder: Path, result: Result, seed: int) -> Path:
    """The file in which an input that went wrong is kept, with the reason beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{result.outcome}-{seed}-{result.number}"
    file = folder / f"{name}{result.suffix}"
    file.write_bytes(fuzzed(result.suffix, seed, result.number))
    (folder / f"{name}{result.suffix}.reason").write_text(result.reason, "utf-8", "replace")
    return file


def main() -> int:
    """Tries the inputs and tells what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--formats", default=",".join(sorted(SUFFIXES)))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    formats = [f".{name.strip().lstrip('.')}" for name in arguments.formats.split(",")]
    if unknown := set(formats) - SUFFIXES:
        parser.error(f"no such formats: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    tallies = {suffix: Tally() for suffix in formats}
    context = multiprocessing.get_context("spawn")
    with context.Pool(arguments.workers, _start, (arguments.seed,)) as pool:
        for result in pool.imap_unordered(_try, inputs(formats, arguments.inputs), chunksize=8):
            tally = tallies[result.suffix]
            tally.outcomes[result.outcome] += 1
            tally.slowest = max(tally.slowest, result.seconds)
            if result.outcome not in OUTCOMES[:2]:
                where = kept(arguments.keep, result, arguments.seed) if arguments.keep else ""
                name = f"{result.suffix} input {result.number}"
                print(f"{name}: {result.outcome}: {result.reason[:300]} {where}", flush=True)
            if time.monotonic() - started > arguments.seconds:
                break
    print(table(tallies))
    taken = time.monotonic() - started
    print(f"\n{sum(tally.outcomes.total() for tally in tallies.values()):,} inputs, {taken:.0f} s")
    wrong = sum(tally.outcomes[kind] for tally in tallies.values() for kind in OUTCOMES[2:])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
