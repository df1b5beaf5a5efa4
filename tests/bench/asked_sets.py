"""Questions that independent writers asked of whole corpora, and the public sets beside them.

The questions lie in `tests/data/asked/SET/`: answerable.jsonl, unanswerable.jsonl, turns.jsonl.
Corpora that are not the project's own are looked for in a folder of public sets: `seeds`,
`asked/handbook/corpus`, `asked/articles/corpus`, and the files that `question_sets.py` names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from question_sets import SETS as PUBLIC_SETS

ROOT = Path(__file__).parents[2]
ASKED = ROOT / "tests" / "data" / "asked"

# Corpora that lie elsewhere than beside their questions; those with a name are not shipped.
ELSEWHERE = {
    "corpus": ROOT / "corpus",
    "handbook": "asked/handbook/corpus",
    "articles": "asked/articles/corpus",
    "seeds": "../seeds",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, after a first one if it is a turn, and what answers it.

    `style` is how it is worded, or why it has no answer. `expect` are texts of which a right
    passage has one, `grades` the files that it stands in; both empty without an answer.
    """

    id: str
    question: str
    style: str
    expect: tuple[str, ...] = ()
    grades: Mapping[str, float] = field(default_factory=dict)
    after: str | None = None

    @property
    def is_answerable(self) -> bool:
        """Whether the corpus answers it."""
        return bool(self.grades)

    def grade(self, path: str, text: str) -> float:
        """How well a passage of a file answers, 0 for not at all."""
        grade = max((g for name, g in self.grades.items() if path.endswith(name)), default=0.0)
        return grade if not self.expect or any(part in text for part in self.expect) else 0.0


@dataclass(frozen=True, slots=True)
class AskedSet:
    """A corpus and what is asked of it; a public set is asked without being measured by style."""

    name: str
    corpus: Path
    questions: tuple[Asked, ...]
    is_public: bool = False


def asked_sets(sets: Path | None, work: Path, every: int = 2) -> Iterator[AskedSet]:
    """All sets whose corpora are there; XQuAD, laid out in `work`, with every Nth question."""
    for folder in sorted(path for path in ASKED.iterdir() if path.is_dir()):
        place = ELSEWHERE.get(folder.name, folder / "corpus")
        corpus = place if isinstance(place, Path) else sets and sets / place
        if corpus and corpus.is_dir():
            yield AskedSet(folder.name, corpus, tuple(_questions(folder)))
    for name, load in PUBLIC_SETS.items() if sets else ():
        public = load(sets)
        corpus = work / name / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for file, text in public.files.items():
            (corpus / file).write_text(text, encoding="utf-8")
        questions = tuple(
            Asked(item.id, item.question, "public", item.answers, item.grades)
            for item in public.questions[:: every if name == "xquad" else 1]
        )
        yield AskedSet(name, corpus, questions, is_public=True)


def _questions(folder: Path) -> Iterator[Asked]:
    for item in _lines(folder / "answerable.jsonl"):
        yield Asked(item["id"], item["question"], item["style"], *_answers(item))
    for item in _lines(folder / "unanswerable.jsonl"):
        yield Asked(item["id"], item["question"], item["kind"])
    for item in _lines(folder / "turns.jsonl"):
        first, second = item["turns"]
        yield Asked(item["id"], second, item["kind"], *_answers(item), after=first)


def _answers(item: Mapping[str, Any]) -> tuple[tuple[str, ...], Mapping[str, float]]:
    return tuple(item["expect"]), dict.fromkeys(item["source"], 1.0)


def _lines(file: Path) -> Sequence[dict[str, Any]]:
    if not file.is_file():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
