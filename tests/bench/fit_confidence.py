"""Fits the weights of `bot/answering/confidence.py` and shows how well they separate.

    python tests/bench/quality.py --sets FOLDER --keep WORK --only xquad --only covid
    python tests/bench/fit_confidence.py --sets FOLDER --work WORK

Each question is asked twice of the kept indexes: as it is, and with the article that answers it
left out, so that nothing answers. The first passages that decide are examples; those that contain
the gold answer are right. Every set counts alike. Half of the articles are fitted on, the other
half give the figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from statistics import fmean

import numpy as np
from question_sets import SETS, Asked, QuestionSet
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import bot
from bot.answering.compose import DECIDED_BY, prepare, read_closely
from bot.answering.confidence import Evidence
from bot.embedding import SentenceTransformerEncoder
from bot.retrieval import retrieve
from bot.store import Generation
from bot.types import Hit

# The share of a reader's questions that the sources answer.
ANSWERABLE = 0.85


def main() -> None:
    """Prints the constants and, per set, how they separate answerable from unanswerable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=("xquad", "covid"), default=["xquad", "covid"])
    parser.add_argument("--every", type=int, default=1, help="take every Nth question")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    examples = {
        name: list(
            _examples(SETS[name](arguments.sets), arguments.work / name, encoder, arguments.every)
        )
        for name in arguments.only
    }
    fitted = [
        (example, 1 / len(asked))
        for asked in examples.values()
        for example in asked
        if not example.held_out
    ]
    rows = np.array([astuple(e) for example, _ in fitted for e in example.evidence])
    labels = [is_right for example, _ in fitted for is_right in example.right]
    weights = np.array([weight for example, weight in fitted for _ in example.right])
    of_passages = LogisticRegression(C=100.0, max_iter=10_000)
    of_passages.fit(rows, labels, sample_weight=weights / weights.mean())

    def best_logit(example: Example) -> float:
        evidence = np.array([astuple(e) for e in example.evidence])
        return float(of_passages.decision_function(evidence).max())

    # The best of several passages is likelier right than a passage at random: a second, one
    # dimensional fit (Platt) turns the best logit into the probability that the answer is right.
    of_answers = LogisticRegression(C=100.0)
    weights = np.array([weight for _, weight in fitted])
    of_answers.fit(
        [[best_logit(example)] for example, _ in fitted],
        [any(example.right) for example, _ in fitted],
        sample_weight=weights / weights.mean(),
    )
    # Half of the examples have no answer; of a reader's questions most have one.
    of_answers.intercept_ += np.log(ANSWERABLE / (1 - ANSWERABLE))
    slope, shift = of_answers.coef_[0][0], of_answers.intercept_[0]
    print(f"INTERCEPT = {slope * of_passages.intercept_[0] + shift:.2f}")
    for field, weight in zip(fields(Evidence), of_passages.coef_[0], strict=True):
        print(f"{field.name.upper()} = {slope * weight:.2f}")
    for name, asked in examples.items():
        held_out = [example for example in asked if example.held_out]
        logits = [[best_logit(example)] for example in held_out]
        scores = of_answers.predict_proba(logits)[:, 1]
        answerable = [example.answerable for example in held_out]
        right = [any(example.right) for example in held_out]
        print(f"\n{name}: AUROC answerable {roc_auc_score(answerable, scores):.3f}, "
              f"right {roc_auc_score(right, scores):.3f}")  # fmt: skip
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
            answered = [s >= threshold for s, a in zip(scores, answerable, strict=True) if a]
            refused = [s < threshold for s, a in zip(scores, answerable, strict=True) if not a]
            print(f"  threshold {threshold}: answered {fmean(answered):.3f} of the answerable, "
                  f"refused {fmean(refused):.3f} of the rest")  # fmt: skip


class Example:
    """A question as asked of one index: its evidence, and what of it is right."""

    def __init__(
        self, evidence: list[Evidence], right: list[bool], answerable: bool, held_out: bool
    ) -> None:
        self.evidence = evidence
        self.right = right
        self.answerable = answerable
        self.held_out = held_out


def _examples(
    questions: QuestionSet, work: Path, encoder: SentenceTransformerEncoder, every: int
) -> Iterator[Example]:
    engine = bot.open(work / "corpus", work / "index", encoder=encoder)
    engine.warm_up()
    generation = engine.live()
    for asked in questions.questions[::every]:
        prepared = prepare(generation, encoder, asked.question, [])
        hits = retrieve(
            generation,
            prepared.queries,
            dense_weight=engine.settings.dense_weight,
            candidates=engine.settings.candidates,
        )
        (gold,) = asked.grades
        # The paragraphs of an XQuAD article are files; all of the article is left out.
        article = gold.split("-")[0] if gold[0].isdecimal() else gold
        outside = [hit for hit in hits if not _path(generation, hit).startswith(article)]
        held_out = sum(map(ord, article)) % 2 == 0
        for candidates, answerable in ((hits, True), (outside, False)):
            first = candidates[:DECIDED_BY]
            evidence = [read_closely(generation, prepared, hit)[0] for hit in first]
            right = [answerable and _is_right(generation, hit, asked, gold) for hit in first]
            yield Example(evidence, right, answerable, held_out)


def _path(generation: Generation, hit: Hit) -> str:
    return Path(generation.infos[hit.passage.source_id].path).name


def _is_right(generation: Generation, hit: Hit, asked: Asked, gold: str) -> bool:
    in_gold = _path(generation, hit) == gold
    return in_gold and any(answer in hit.passage.text for answer in asked.answers)


if __name__ == "__main__":
    main()
