"""Writes documents with known content in every format, and tells how much of it arrives.

    python tests/bench/documents.py [--only SUFFIX] [--times 3]

For each format: the share of the text that is found among what can be quoted, of the texts in
their right order, of the cells with their column's label, of the metadata that are right, of the
texts left out that must be, and the milliseconds of reading all its documents, the least of the
runs. What is missing is listed below.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from written_documents import Written, written

from bot.errors import ReadError
from bot.reading import read
from bot.types import Document

COLUMNS = ("text", "order", "cells", "metadata", "absent", "notes")


@dataclass
class Tally:
    """What was found of what was looked for, by column."""

    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sought: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[str] = field(default_factory=list)

    def count(self, column: str, is_found: bool, weight: int, fault: str) -> None:
        """Counts one thing looked for."""
        self.sought[column] += weight
        self.found[column] += weight * is_found
        if not is_found:
            self.faults.append(fault)


def main() -> None:
    """Reads every document and prints a line for each format."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="SUFFIX", help="such as .pdf")
    parser.add_argument("--times", type=int, default=3, help="how often each is read (3)")
    options = parser.parse_args()
    by_suffix: dict[str, list[Written]] = defaultdict(list)
    for one in written():
        if options.only in (None, one.suffix):
            by_suffix[one.suffix].append(one)
    print(f"{'':8}{'files':>6}" + "".join(f"{name:>10}" for name in (*COLUMNS, "ms")))
    faults = []
    for suffix, documents in sorted(by_suffix.items()):
        tally = Tally()
        for one in documents:
            judge(one, tally)
        shares = "".join(f"{_share(tally, name):>10}" for name in COLUMNS)
        took = min(_milliseconds(documents) for _ in range(options.times))
        print(f"{suffix:8}{len(documents):>6}{shares}{took:>10.1f}")
        faults += tally.faults
    print("\n".join(faults))


def judge(one: Written, tally: Tally) -> None:
    """Counts what of `one` arrives."""
    try:
        document = read(one.data, one.suffix, ocr=one.ocr)
    except ReadError as error:
        tally.count("text", False, sum(map(len, one.pieces)) or 1, f"{one.name}: {error}")
        return
    content = quotable(document)
    folded = _folded(content)
    at = 0
    for piece in one.pieces:
        place = folded.find(_folded(piece))
        tally.count("text", place >= 0, len(piece), f"{one.name}: lost '{piece}'")
        if place >= 0:
            tally.count("order", place >= at, 1, f"{one.name}: out of order '{piece}'")
            at = place
    lines = content.split("\n")
    for row in one.rows:
        cells = [f"{label}: {value}" if label else value for label, value in row.items()]
        best = max(([cell in _cells(line) for cell in cells] for line in lines), key=sum)
        for cell, is_found in zip(cells, best, strict=True):
            tally.count("cells", is_found, 1, f"{one.name}: no cell '{cell}' in its row")
    for text in one.absent:
        tally.count("absent", _folded(text) not in folded, 1, f"{one.name}: quotes '{text}'")
    for words in one.notes:
        is_told = any(words in note for note in document.notes)
        tally.count("notes", is_told, 1, f"{one.name}: no note says '{words}'")
    for name in ("title", "author", "date"):
        if (wanted := getattr(one, name)) is not None:
            got = getattr(document.metadata, name) or ""
            tally.count("metadata", got == wanted, 1, f"{one.name}: {name} is '{got}'")


def quotable(document: Document) -> str:
    """The text of the blocks that are not skipped, one block after the other."""
    return "\n".join(
        document.text[block.start : block.end] for block in document.blocks if not block.skipped
    )


def faults_of(one: Written) -> Sequence[str]:
    """What of `one` does not arrive, in words."""
    tally = Tally()
    judge(one, tally)
    return tally.faults


def _cells(line: str) -> Iterator[str]:
    return (part.strip() for part in line.split(" | "))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _share(tally: Tally, column: str) -> str:
    sought = tally.sought[column]
    return f"{tally.found[column] / sought:.4f}" if sought else ""


def _milliseconds(documents: Sequence[Written]) -> float:
    start = perf_counter()
    for one in documents:
        try:
            read(one.data, one.suffix, ocr=one.ocr)
        except ReadError:
            continue
    return 1000 * (perf_counter() - start)


if __name__ == "__main__":
    main()
