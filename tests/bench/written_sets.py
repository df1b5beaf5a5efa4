"""Questions to learn from: written about single passages by writers who were given those alone.

They lie in `tests/data/training/SET/questions.jsonl`, beside the documents that they are asked of
in `SET/corpus`. The texts of two sets come from Debian packages and are laid out by
`writing.py packaged`; `texts.sha256` in each set has the checksums of its documents.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.store import GenerationReader

TRAINING = Path(__file__).parents[1] / "data" / "training"

# Sets whose texts are in the public domain and come from packages.
PACKAGED = ("jargon", "sqlite")

# How the questions are worded; the last kind its passage does not answer.
STYLES = ("paraphrase", "plain", "keywords", "near")
NEAR_MISS = "near"


@dataclass(frozen=True, slots=True)
class Written:
    """A question with the words of a source that answer it, which start at a place of its text.

    For a near miss they are the words that a careless reader takes for an answer.
    """

    id: str
    question: str
    style: str
    source: str
    answer: str
    at: int

    @property
    def is_answered(self) -> bool:
        """Whether the words answer the question."""
        return self.style != NEAR_MISS


@dataclass(frozen=True, slots=True)
class WrittenSet:
    """The documents of a set and what is asked of them."""

    name: str
    corpus: Path
    questions: tuple[Written, ...]


def written_sets(texts: Path | None = None) -> Iterator[WrittenSet]:
    """The sets whose documents are there, those of packages in a folder `texts`.

    Raises ValueError where a document is missing or not the one that was asked about.
    """
    for folder in sorted(file.parent for file in TRAINING.glob("*/texts.sha256")):
        corpus = folder / "corpus"
        if folder.name in PACKAGED:
            if texts is None:
                continue
            corpus = texts / folder.name
        for line in (folder / "texts.sha256").read_text("utf-8").splitlines():
            expected, name = line.split(maxsplit=1)
            if not (corpus / name).is_file() or checksum(corpus / name) != expected:
                raise ValueError(f"{corpus / name}: not the text that was asked about")
        yield WrittenSet(folder.name, corpus, tuple(questions_of(folder)))


def questions_of(folder: Path) -> Iterator[Written]:
    """The questions of a set."""
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        yield Written(**json.loads(line))


def rows_of_answers(
    questions: Iterable[Written], generation: GenerationReader
) -> dict[str, tuple[int, int]]:
    """By question, the row of the passage that the answer stands in, and its place there.

    Raises ValueError for an answer that stands in no passage.
    """
    places = defaultdict(list)
    for row, passage in generation.passages(list(range(len(generation)))).items():
        path = generation.infos[passage.source_id].path.split("/", 1)[1]
        places[path].append((passage.start, passage.end, row))
    found = {}
    for item in questions:
        rows = [(row, item.at - start) for start, end, row in places[item.source]
                if start <= item.at < end]  # fmt: skip
        if not rows:
            raise ValueError(f"{item.id}: its answer stands in no passage of {item.source}")
        found[item.id] = rows[0]
    return found


def checksum(file: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
