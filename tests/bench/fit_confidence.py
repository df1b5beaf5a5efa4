"""Fits the constants of `bot/answering/confidence.py` and shows how well they separate.

    python tests/bench/quality.py --sets FOLDER --keep WORK --only xquad
    python tests/bench/fit_confidence.py --sets FOLDER --work WORK [--originals FOLDER]

Each XQuAD question is asked twice of the kept index: as it is, and with the paragraph that answers
it left out, so that only its neighbours of the same article remain. The passages that decide are
examples; those that contain the gold answer are right. Half of the articles are fitted on, the
other half give the figures. With --originals, the questions of tests/data on those documents, which
are worded more freely, take part in weighing the evidence, with a smaller weight; the probability
is fitted on XQuAD alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import fmean

import numpy as np
from question_sets import xquad
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import bot
from bot.answering.compose import DECIDED_BY, prepare, read_closely, weigh
from bot.answering.confidence import Evidence
from bot.embedding import SentenceTransformerEncoder
from bot.evaluation.calibration import calibration_error, reliability
from bot.retrieval import retrieve
from bot.store import Generation
from bot.types import Hit

# The weight of all questions on the originals together, beside 1 for XQuAD.
ORIGINALS_WEIGHT = 0.3

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Example:
    """A question as asked of one index: its evidence, and what of it is right."""

    evidence: list[Evidence]
    right: list[bool]
    answerable: bool
    held_out: bool


def main() -> None:
    """Prints the constants and how they separate answerable from unanswerable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--originals", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every Nth question")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    sets = {"XQuAD": list(_xquad(arguments.sets, arguments.work, encoder, arguments.every))}
    if arguments.originals:
        sets["originals"] = list(_originals(arguments.originals, arguments.work, encoder))
    of_passages, of_answers = _fitted(sets)
    slope, shift = of_answers.coef_[0][0], of_answers.intercept_[0]
    print(f"INTERCEPT = {slope * of_passages.intercept_[0] + shift:.2f}")
    for field, weight in zip(fields(Evidence), of_passages.coef_[0], strict=True):
        print(f"{field.name} = {slope * weight:.2f}")
    for name, examples in sets.items():
        judged = [example for example in examples if example.held_out] or examples
        logits = [[_best_logit(of_passages, example)] for example in judged]
        scores = of_answers.predict_proba(logits)[:, 1].tolist()
        answerable = [example.answerable for example in judged]
        right = [any(example.right) for example in judged]
        print(
            f"\n{name}: {len(judged)} questions, AUROC answerable "
            f"{roc_auc_score(answerable, scores):.3f}, right {roc_auc_score(right, scores):.3f}, "
            f"calibration error {calibration_error(reliability(scores, right)):.3f}"
        )
        for threshold in (0.1, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4, 0.5):
            answered = [s >= threshold for s, a in zip(scores, answerable, strict=True) if a]
            refused = [s < threshold for s, a in zip(scores, answerable, strict=True) if not a]
            print(
                f"  threshold {threshold}: answered {fmean(answered):.3f} of the answerable, "
                f"refused {fmean(refused):.3f} of the rest"
            )


def _fitted(
    sets: dict[str, list[Example]],
) -> tuple[LogisticRegression, LogisticRegression]:
    fitted = [
        (example, (ORIGINALS_WEIGHT if name == "originals" else 1.0) / len(examples))
        for name, examples in sets.items()
        for example in examples
        if not example.held_out
    ]
    rows = np.array([astuple(e) for example, _ in fitted for e in example.evidence])
    weights = np.array([weight for example, weight in fitted for _ in example.right])
    of_passages = LogisticRegression(C=100.0, max_iter=10_000)
    of_passages.fit(
        rows,
        [is_right for example, _ in fitted for is_right in example.right],
        sample_weight=weights / weights.mean(),
    )
    # The best of several passages is likelier right than a passage at random: a second, one
    # dimensional fit (Platt) turns the best logit into the probability that the answer is right.
    of_answers = LogisticRegression(C=100.0)
    examples = [example for example in sets["XQuAD"] if not example.held_out]
    of_answers.fit(
        [[_best_logit(of_passages, example)] for example in examples],
        [any(example.right) for example in examples],
    )
    return of_passages, of_answers


def _best_logit(model: LogisticRegression, example: Example) -> float:
    evidence = np.array([astuple(e) for e in example.evidence])
    return float(model.decision_function(evidence).max())


def _xquad(
    sets: Path, work: Path, encoder: SentenceTransformerEncoder, every: int
) -> Iterator[Example]:
    engine = bot.open(work / "xquad" / "corpus", work / "xquad" / "index", encoder=encoder)
    generation = engine.live()
    for asked in xquad(sets).questions[::every]:
        (gold,) = asked.grades
        held_out = sum(map(ord, gold.split("-")[0])) % 2 == 1
        hits = _hits(generation, encoder, asked.question, engine.settings)
        others = [hit for hit in hits if _name(generation, hit) != gold]
        for found, answerable in ((hits, True), (others, False)):
            yield _example(
                generation,
                encoder,
                asked.question,
                found,
                answerable=answerable,
                held_out=held_out,
                expected=asked.answers if answerable else (),
                gold=gold,
            )


def _originals(folder: Path, work: Path, encoder: SentenceTransformerEncoder) -> Iterator[Example]:
    engine = bot.open(folder, work / "originals-index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    for file in ("seed_questions.jsonl", "seed_unanswerable.jsonl"):
        for line in (DATA / file).read_text("utf-8").splitlines():
            item = json.loads(line)
            hits = _hits(generation, encoder, item["question"], engine.settings)
            yield _example(
                generation,
                encoder,
                item["question"],
                hits,
                answerable="expect" in item,
                held_out=False,
                expected=item.get("expect", ()),
            )


def _hits(
    generation: Generation,
    encoder: SentenceTransformerEncoder,
    question: str,
    settings: bot.Settings,
) -> list[Hit]:
    return retrieve(
        generation,
        prepare(generation, encoder, question, []).queries,
        dense_weight=settings.dense_weight,
        candidates=settings.candidates,
    )


def _example(
    generation: Generation,
    encoder: SentenceTransformerEncoder,
    question: str,
    hits: Sequence[Hit],
    *,
    answerable: bool,
    held_out: bool,
    expected: Sequence[str],
    gold: str | None = None,
) -> Example:
    prepared = prepare(generation, encoder, question, [])
    first = [(hit, read_closely(generation, prepared, hit)) for hit in hits[:DECIDED_BY]]
    right = [
        (gold is None or _name(generation, hit) == gold)
        and any(text in hit.passage.text for text in expected)
        for hit, _ in first
    ]
    return Example(weigh(generation, prepared, hits, first), right, answerable, held_out)


def _name(generation: Generation, hit: Hit) -> str:
    return Path(generation.infos[hit.passage.source_id].path).name


if __name__ == "__main__":
    main()
