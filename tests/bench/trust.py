"""Fits how likely the sentence that the cross-encoder chose answers, with each corpus left out.

    python tests/bench/trust.py --sets FOLDER --work FOLDER [--constants]

The questions are the facts of `tests/data/purposes`, and those of `tests/data/asked` whose short
answers are known from spans.jsonl. The cross-encoder has learned from none of these documents. Of
each kind it prints how many sentences are as likely as some chances, and how many of them are
right. `--constants` prints the weights of `bot/answering/trust.py`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from answer_first import PURPOSES, corpus_of, same
from asked_sets import ASKED, asked_sets
from sklearn.linear_model import LogisticRegression

import bot
from bot.answering.answer_line import LONGEST_SENTENCE
from bot.answering.prepared_question import prepare, search
from bot.answering.second_look import rerank_first
from bot.answering.trust import SentenceEvidence, sentence_evidence
from bot.answering.weighing import read_closely
from bot.embedding import SentenceTransformerEncoder

FACTS, SPANS = "facts", "spans"

# What a question counts: facts are what the line is for, and there are few.
SHARES = {FACTS: 3.0, SPANS: 1.0}
FREEDOM = 0.3
CHANCES = (0.75, 0.8, 0.85, 0.88, 0.9, 0.95)

# Sets of the same documents are left out together.
TOGETHER = {"seeds": "corpus"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Questions of a kind about a corpus, each with its acceptable answers."""

    kind: str
    name: str
    corpus: Path
    questions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """The evidence for a sentence, and whether it answers."""

    kind: str
    corpus: str
    evidence: npt.NDArray[np.float64]
    is_right: bool


def main() -> None:
    """Prints a line for each kind and chance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--constants", action="store_true")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    asked = list(_asked(arguments.sets, arguments.work))
    found = [example for one in asked for example in _examples(one, arguments.work, encoder)]
    chances = np.zeros(len(found))
    for corpus in {example.corpus for example in found}:
        own = np.array([example.corpus == corpus for example in found])
        model = _fitted([one for one in found if one.corpus != corpus])
        rows = np.array([one.evidence for one in found])[own]
        chances[own] = model.predict_proba(rows)[:, 1]
    right = np.array([example.is_right for example in found])
    for kind in (FACTS, SPANS):
        own = np.array([example.kind == kind for example in found])
        whole = sum(len(one.questions) for one in asked if one.kind == kind)
        for chance in CHANCES:
            shown = own & (chances >= chance)
            print(f"{kind} {chance}: {shown.sum()} of {whole}, right {right[shown].mean():.3f}")
    if arguments.constants:
        model = _fitted(found)
        print(f"INTERCEPT = {model.intercept_[0]:.2f}")
        for field, value in zip(fields(SentenceEvidence), model.coef_[0], strict=True):
            print(f"    {field.name}={value:.2f},")


def _asked(sets: Path | None, work: Path) -> Iterator[Asking]:
    for file in sorted(PURPOSES.glob("*.jsonl")):
        if corpus := corpus_of(file.stem, sets):
            items = map(json.loads, file.read_text("utf-8").splitlines())
            facts = [(one["question"], tuple(one["answers"])) for one in items if "answers" in one]
            yield Asking(FACTS, file.stem, corpus, tuple(facts))
    for one in asked_sets(sets, work):
        if one.is_public:
            continue
        known = {item.id: item.question for item in one.questions}
        lines = (ASKED / one.name / "spans.jsonl").read_text("utf-8").splitlines()
        labels = [label for label in map(json.loads, lines) if label.get("answers")]
        spans = [
            (label.get("question") or known[label["id"]], tuple(label["answers"]))
            for label in labels
        ]
        yield Asking(SPANS, one.name, one.corpus, tuple(spans))


def _examples(one: Asking, work: Path, encoder: SentenceTransformerEncoder) -> Iterator[Example]:
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation, settings = engine.live(), engine.settings
    for question, answers in one.questions:
        asked = prepare(generation, encoder, settings, question)
        hits = rerank_first(
            generation, asked, search(generation, settings, asked, settings.candidates)
        )
        if not hits:
            continue
        reading = read_closely(generation, asked, hits[0])
        evidence = sentence_evidence(hits[0], reading, hits)
        if evidence is None or reading.best is None:
            continue
        passage, span = hits[0].passage, reading.best.span
        text = passage.text[span[0] - passage.start : span[1] - passage.start]
        if len(text) <= LONGEST_SENTENCE:
            is_right = any(same(text, answer) for answer in answers)
            corpus = TOGETHER.get(one.name, one.name)
            yield Example(one.kind, corpus, np.array(astuple(evidence)), is_right)


def _fitted(examples: list[Example]) -> LogisticRegression:
    """The regression over evidence as it is, penalised as if it were scaled to a spread of 1."""
    rows = np.array([example.evidence for example in examples])
    spread = rows.std(axis=0) + 1e-9
    shares = [SHARES[example.kind] for example in examples]
    model = LogisticRegression(C=FREEDOM, max_iter=2_000)
    model.fit(rows / spread, [example.is_right for example in examples], sample_weight=shares)
    model.coef_ = model.coef_ / spread
    return model


if __name__ == "__main__":
    main()
