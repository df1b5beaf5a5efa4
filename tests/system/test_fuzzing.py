"""Every reader on some damaged documents, and that what is wrong would be noticed.

The same with many more documents: python tests/bench/fuzz_readers.py --inputs 50000
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from places import BENCH

import bot
from bot.errors import ReadError
from bot.reading import SUFFIXES
from bot.reading.sandbox.bounded import BoundedReader
from bot.types import Block, BlockKind, Document, Mark, Metadata

pytestmark = pytest.mark.slow


@pytest.fixture
def fuzzing(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("fuzz_readers")


@pytest.fixture(scope="module")
def reader() -> Iterator[BoundedReader]:
    reader = BoundedReader(seconds=20)
    yield reader
    reader.close()


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_damaged_documents_are_read_soundly_or_refused(
    fuzzing: Any, reader: BoundedReader, suffix: str
) -> None:
    results = [fuzzing.tried(reader, suffix, 11, number) for number in range(10)]

    assert [result for result in results if result.outcome not in ("read", "refused")] == []
    assert results[0].outcome == "read"  # the document before any change


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_input_depends_on_its_seed_alone(fuzzing: Any, suffix: str) -> None:
    inputs = [fuzzing.fuzzed(suffix, 5, number) for number in range(8)]
    assert inputs == [fuzzing.fuzzed(suffix, 5, number) for number in range(8)]
    assert len(set(inputs)) > 5
    assert inputs[1:] != [fuzzing.fuzzed(suffix, 6, number) for number in range(1, 8)]


PARAGRAPH = BlockKind.PARAGRAPH


@pytest.mark.parametrize(
    ("blocks", "marks", "reason"),
    [
        ([(0, 4), (3, 9)], [], "after 4"),
        ([(0, 4), (5, 99)], [], "after 4"),
        ([(5, 10), (0, 4)], [], "'Zinc ' in no block"),
        ([(0, 4)], [], r"' coats\.' in no block"),
        ([(0, 5), (5, 11)], [], "has blanks around it"),
        ([(0, 11)], [3, 2], "marks out of order"),
        ([(0, 11)], [12], "a mark outside"),
    ],
)
def test_a_document_that_breaks_a_promise_is_noticed(
    fuzzing: Any, blocks: list[tuple[int, int]], marks: list[int], reason: str
) -> None:
    document = Document(
        "Zinc coats.",
        Metadata(),
        tuple(Block(start, end, PARAGRAPH) for start, end in blocks),
        tuple(Mark(start, "page 1") for start in marks),
    )
    with pytest.raises(fuzzing.Unsound, match=reason):
        fuzzing.check(document)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("no text in it. Convert it.", "refused"),
        ("its reader failed (KeyError: 'a'). Convert it to text.", "fault"),
        ("took longer than 20 s to read. Split it, or convert it to text.", "time"),
        ("needs more memory to be read than is allowed. Split it.", "memory"),
        ("brought its parser down (SIGSEGV). Open it.", "crash"),
        ("no text in it", "unsound"),
    ],
)
def test_what_a_reader_says_is_told_apart(
    fuzzing: Any, reason: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzing, "BoundedReader", lambda seconds: Refusing(reason))

    result = fuzzing.tried(Refusing(reason), ".csv", 1, 0)

    assert (result.suffix, result.number, result.outcome) == (".csv", 0, outcome)


def test_what_was_slow_once_is_tried_again(fuzzing: Any) -> None:
    result = fuzzing.tried(Refusing("took longer than 20 s to read."), ".csv", 1, 0)
    assert (result.outcome, result.reason) == ("read", "")


class Refusing:
    """A reader with but one answer."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def read(self, *_: object) -> Document:
        raise ReadError(self._reason)

    def close(self) -> None:
        return None


def test_a_lone_surrogate_is_noticed(fuzzing: Any) -> None:
    block = Block(0, 5, PARAGRAPH)
    with pytest.raises(UnicodeEncodeError):
        fuzzing.check(Document("Zinc\ud800", Metadata(), (block,)))


def test_the_command_counts_and_ends() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "fuzz_readers.py"), "--inputs", "9", "--formats", "csv,.json",
         "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert [(row[0], row[1]) for row in rows[1:]] == [
        ("| .csv", "5"),
        ("| .json", "4"),
        ("| all", "9"),
    ]
    assert re.search(r"^9 inputs, \d+ s$", done.stdout, re.MULTILINE)
