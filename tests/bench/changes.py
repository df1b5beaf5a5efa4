"""What a change costs in a large index: seconds beyond embedding, and bytes written.

    python tests/bench/changes.py [--passages 100000] [--adds 20] [--markdown FILE]

The corpus is made of random words. Its passages are given random vectors and word pieces of the
default model's sizes, for embedding is left out of the account. Then sources of 2,000 words are
added one after another, each with an index run; one is edited, one renamed, one removed. A run is
timed from its start to its return, so that segments that are merged by the way count; it answers
from what is new before that. Bytes are those that the process asked the system to write, beside
the manifest; they are set against the bytes that the source takes in the index.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

import bot
from bot.store import IndexLayout, Manifest
from bot.types import Encoded, Vectors

DIMENSION = 384
WORDS_OF_A_SOURCE = 2_000


class RandomEncoder:
    """Vectors that mean nothing, and how long it took to make them."""

    fingerprint = "random"
    dimension = DIMENSION
    max_tokens = 254

    def __init__(self) -> None:
        self.seconds = 0.0
        self._numbers = np.random.default_rng(1)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages, with a piece for each word."""
        for text in texts:
            began = time.perf_counter()
            encoded = self._encoded(text)
            self.seconds += time.perf_counter() - began
            yield encoded

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Questions, like passages."""
        return [self._encoded(question) for question in questions]

    def _encoded(self, text: str) -> Encoded:
        spans = []
        end = 0
        for word in text.split():
            start = text.index(word, end)
            end = start + len(word)
            spans.append((start, end))
        vectors: Vectors = self._numbers.standard_normal((len(spans) + 1, DIMENSION), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Encoded(vectors[0], vectors[1:], tuple(spans))


class Measured:
    """An index and what its changes cost."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        self._random = random.Random(seed)
        # As frequent as words are: the n-th of 20,000 in proportion to 1 / n.
        self._words = [self._word() for _ in range(20_000)]
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]
        self.encoder = RandomEncoder()
        self.engine = bot.open(self.corpus, folder / "index", encoder=self.encoder)
        self._layout = IndexLayout(folder / "index")
        self.written = 0

    def write(self) -> Path:
        """A new source."""
        self.written += 1
        file = self.corpus / f"source-{self.written:06d}.txt"
        words = self._random.choices(self._words, self._weights, k=WORDS_OF_A_SOURCE)
        paragraphs = (words[at : at + 80] for at in range(0, len(words), 80))
        file.write_text("\n\n".join(f"{' '.join(words).capitalize()}." for words in paragraphs))
        return file

    def cost(self, change: Callable[[], object]) -> tuple[float, int, int, int]:
        """Seconds beyond embedding, bytes written beside the manifest, bytes of the segment that
        is new, and of the manifest.
        """
        change()
        known = self._segments()
        self.encoder.seconds, before = 0.0, _bytes_written()
        began = time.perf_counter()
        self.engine.sync()
        seconds = time.perf_counter() - began - self.encoder.seconds
        written = _bytes_written() - before
        manifest = (self._layout.generation(self._layout.live()) / "manifest.json").stat().st_size
        new = {name: size for name, size in self._segments().items() if name not in known}
        return seconds, written - manifest, sum(new.values()), manifest

    def segments(self) -> int:
        """How many there are."""
        return len(self._segments())

    def _segments(self) -> dict[str, int]:
        """The bytes of each segment of the live generation."""
        try:
            manifest = Manifest.read(self._layout.generation(self._layout.live()))
        except bot.PinciteError:
            return {}
        return {
            segment.name: sum(record.bytes for record in segment.files.values())
            for segment in manifest.segments
        }

    def _word(self) -> str:
        return "".join(self._random.choices("abcdefghijklmnopqrstuvwxyz", k=7))


def main() -> None:
    """Builds, changes and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--adds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work, on a disk with room")
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measured = Measured(Path(folder), arguments.seed)
        measured.write()
        measured.engine.sync()
        each = measured.engine.status().passages
        for _ in range(arguments.passages // each):
            measured.write()
        began = time.perf_counter()
        measured.engine.sync()
        built = time.perf_counter() - began
        status = measured.engine.status()
        print(f"{status.passages:,} passages of {status.sources:,} sources, built in {built:.0f} s",
              file=sys.stderr, flush=True)  # fmt: skip
        lines = table(measured, arguments.adds)
    print("\n".join(lines))
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(measured: Measured, adds: int) -> list[str]:
    """What each change cost."""
    lines = [
        "| change | seconds beyond embedding | written, kB | new segment, kB | share "
        "| manifest, kB | segments |",
        f"|---{'|---' * 6}|",
    ]

    def add(name: str, cost: tuple[float, int, int, int]) -> None:
        seconds, written, new, manifest = cost
        share = f"{written / new:.2f}" if new else "–"
        lines.append(
            f"| {name} | {seconds:.2f} | {written / 1e3:,.0f} | {new / 1e3:,.0f} | {share} "
            f"| {manifest / 1e3:.0f} | {measured.segments()} |"
        )

    seconds = []
    for number in range(1, adds + 1):
        cost = measured.cost(measured.write)
        seconds.append(cost[0])
        add(f"source {number} added", cost)
    files = sorted(measured.corpus.iterdir())
    add("one edited", measured.cost(lambda: files[7].write_text(f"{files[7].read_text()} Tin.")))
    add("one renamed", measured.cost(lambda: files[8].rename(files[8].with_name("renamed.txt"))))
    add("one removed", measured.cost(files[9].unlink))
    lines.append(f"\nadding: {median(seconds):.2f} s in the middle, {max(seconds):.2f} s at most")
    return lines


def _bytes_written() -> int:
    """What this process has asked the system to write so far, in bytes."""
    return int(Path("/proc/self/io").read_text().split("wchar:")[1].split()[0])


if __name__ == "__main__":
    main()
