"""Tunes a copy of the packaged model for questions alone, and measures what that gives.

    python tests/bench/question_encoder.py --sets FOLDER --work FOLDER [--texts FOLDER]

Passages keep their vectors, so that no index changes: the copy learns to put a question near the
stored word pieces and vector of the passage that answers it, among other passages of its set, and
is held near the model that it comes from. It learns from `tests/data/training`; `--texts` adds the
sets whose texts come from packages (`writing.py packaged`). The model is kept in WORK/model.

Then the product is asked the questions of `tests/data/asked`, whose corpora no writer of the
training questions saw: with the packaged model and with the copy, each time with the weights of
ranking and confidence fitted without the corpus, on the others alone. `--share` of the way from the
packaged model to the tuned one is gone: Wortsman et al., "Robust fine-tuning of zero-shot models"
(2022). `--leave-out SET` measures on a training set instead of learning from it.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import asked
import numpy as np
import numpy.typing as npt
import torch
from asked_sets import asked_sets
from question_models import QuestionModel, TunedEncoder, between
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional
from written_sets import WrittenSet, rows_of_answers, written_sets

import bot
from bot.answering.asked import prepare, search
from bot.embedding import SentenceTransformerEncoder
from bot.store.tokens import unpack

# Questions that are learned from at a time, all of one set, and how often all of them are.
BATCH = 32
EPOCHS = 4
LEARNING_RATE = 3e-5
WARM_UP = 0.1

# Wrong passages that the product finds first for a question: so many are looked at, and so many
# drawn from them each time.
HARD, DRAWN = 8, 3

# What being far from the packaged model costs, beside the loss of a question.
DISTANCE_COST = 0.5

# Questions are typed in small letters without a question mark as often.
TYPED_CARELESSLY = 0.3

# The factors of the two scores are learned, too, at this rate.
FACTORS_RATE = 1e-2

DIMENSION = 384

# What the vectors count beside the word pieces where a training set is measured.
VECTOR_SHARE = 0.3

# How the measured questions are worded.
STYLES = ("paraphrase", "plain", "keywords", "yesno", "whyhow", "list", "typo", "broad")


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with the row of the passage that answers it and rows of others found for it."""

    question: str
    style: str
    row: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The passages of a set, by row, and the questions about them."""

    posed: tuple[Posed, ...]
    pieces: Sequence[npt.NDArray[np.uint8]]
    vectors: Tensor


def main() -> None:
    """Learns, then prints the measures of both encoders."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--texts", type=Path, help="folder of texts that come from packages")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--leave-out", help="a training set to measure on")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    lessons = {
        one.name: lesson(one, arguments.work, encoder) for one in written_sets(arguments.texts)
    }
    if arguments.leave_out and arguments.leave_out not in lessons:
        parser.error(f"--leave-out {arguments.leave_out}: choose one of {', '.join(lessons)}")
    left_out = lessons.pop(arguments.leave_out, None)
    if left_out:
        print("packaged", found_first(QuestionModel(encoder.folder), left_out))
    tuned = learned(encoder.folder, list(lessons.values()))
    if left_out:
        print("tuned", found_first(tuned, left_out))
        return
    tuned = between(QuestionModel(encoder.folder), tuned, arguments.share)
    tuned.layers.save_pretrained(arguments.work / "model")
    before = measured(arguments.sets, arguments.work, encoder)
    after = measured(arguments.sets, arguments.work, TunedEncoder(tuned))
    print("\n".join(table(before, after)))


def lesson(one: WrittenSet, work: Path, encoder: SentenceTransformerEncoder) -> Lesson:
    """Asks the product the questions of a set, for passages that it takes for answers."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    rows = list(range(len(generation)))
    answered = [item for item in one.questions if item.is_answered]
    right = rows_of_answers(answered, generation)
    posed = []
    for item in answered:
        row, _ = right[item.id]
        ready = prepare(generation, encoder, engine.settings, item.question)
        hits = search(generation, engine.settings, ready, HARD + 1)
        others = tuple(hit.row for hit in hits if hit.row != row)[:HARD]
        posed.append(Posed(item.question, item.style, row, others))
    pieces = [np.array(found.codes) for found in generation.pieces_of(rows)]
    return Lesson(tuple(posed), pieces, torch.from_numpy(generation.vectors(rows)).float())


def learned(folder: Path, lessons: Sequence[Lesson]) -> QuestionModel:
    """The packaged model tuned on the questions of some sets."""
    draw = random.Random(1)
    torch.manual_seed(1)
    model, untouched = QuestionModel(folder), QuestionModel(folder).eval()
    layers = [one for one in model.layers.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": layers, "lr": LEARNING_RATE}, {"params": [model.factors], "lr": FACTORS_RATE}],
        weight_decay=0.01,
    )
    steps = EPOCHS * sum(len(one.posed) // BATCH for one in lessons)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [LEARNING_RATE, FACTORS_RATE], total_steps=steps + 1, pct_start=WARM_UP
    )
    model.train()
    for _ in range(EPOCHS):
        for one, posed in _batches(lessons, draw):
            loss = _loss(model, untouched, one, posed, draw)
            loss.backward()
            nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return model.eval()


def found_first(model: QuestionModel, one: Lesson) -> Mapping[str, str]:
    """By style, how often the right passage of a set is first, and among eight, by the scores."""
    ranks = defaultdict(list)
    with torch.inference_mode():
        for begin in range(0, len(one.posed), BATCH):
            posed = one.posed[begin : begin + BATCH]
            by_vector, by_pieces = _scores(
                model, [item.question for item in posed], one, range(len(one.pieces))
            )[:2]
            for item, scores in zip(
                posed, VECTOR_SHARE * by_vector + (1 - VECTOR_SHARE) * by_pieces, strict=True
            ):
                ranks[item.style].append(int((scores > scores[item.row]).sum()))
    return {
        style: f"first {fmean(rank < 1 for rank in found):.3f}, "
        f"in eight {fmean(rank < HARD for rank in found):.3f}"
        for style, found in ranks.items()
    }


def measured(
    sets: Path | None, work: Path, encoder: SentenceTransformerEncoder
) -> Mapping[str, Mapping[str, float]]:
    """By set, how often the right passage is first, by style, and how well doubt is told."""
    chosen = {one.name: one for one in asked_sets(sets, work) if not one.is_public}
    examples = {name: asked.gathered(one, work, encoder) for name, one in chosen.items()}
    found = {}
    for name in chosen:
        others = {other for other in chosen if other != name and not asked.share_texts(name, other)}
        model = asked.fitted(examples, others, chosen)
        firsts = defaultdict(list)
        single = [one for one in examples[name] if not one.asked.after]
        for one in examples[name]:
            if one.asked.is_answerable:
                right = bool(one.grades[model.order(one)[0]] > 0)
                firsts["turns" if one.asked.after else one.asked.style].append(right)
        found[name] = {style: fmean(right) for style, right in firsts.items()}
        found[name]["AUROC"] = roc_auc_score(
            [one.asked.is_answerable for one in single],
            [model.probability(one) for one in single],
        )
    return found


def table(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    """Both measures in Markdown, the mean of all sets last."""
    columns = (*STYLES, "turns", "AUROC")
    yield f"| set | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for name in before:
        cells = (_cell([before[name]], [after[name]], column) for column in columns)
        yield f"| {name} | {' | '.join(cells)} |"
    cells = (_cell(before.values(), after.values(), column) for column in columns)
    yield f"| mean | {' | '.join(cells)} |"


def _cell(
    before: Iterable[Mapping[str, float]], after: Iterable[Mapping[str, float]], column: str
) -> str:
    pairs = [
        (one[column], other[column])
        for one, other in zip(before, after, strict=True)
        if column in one
    ]
    return " / ".join(f"{fmean(values):.3f}" for values in zip(*pairs, strict=True))


def _batches(
    lessons: Sequence[Lesson], draw: random.Random
) -> Iterator[tuple[Lesson, Sequence[Posed]]]:
    batches = []
    for one in lessons:
        posed = draw.sample(one.posed, len(one.posed))
        batches += [
            (one, posed[begin : begin + BATCH]) for begin in range(0, len(posed) - BATCH + 1, BATCH)
        ]
    draw.shuffle(batches)
    yield from batches


def _loss(
    model: QuestionModel,
    untouched: QuestionModel,
    one: Lesson,
    posed: Sequence[Posed],
    draw: random.Random,
) -> Tensor:
    """What it costs to rank other passages before the right ones, and to go far away."""
    others = {
        row for item in posed for row in draw.sample(item.others, min(DRAWN, len(item.others)))
    }
    rows = sorted({item.row for item in posed} | others)
    questions = [
        item.question.lower().rstrip("?") if draw.random() < TYPED_CARELESSLY else item.question
        for item in posed
    ]
    by_vector, by_pieces, pieces, vectors, counts = _scores(model, questions, one, rows)
    by_vector, by_pieces = (by_vector * model.factors[0].exp(), by_pieces * model.factors[1].exp())
    right = torch.tensor([rows.index(item.row) for item in posed])
    with torch.no_grad():
        old_pieces, old_vectors, _ = untouched(questions)
    real = (counts > 0).float()
    moved = ((1 - (pieces * old_pieces).sum(2)) * real).sum() / real.sum()
    distance = moved + (1 - (vectors * old_vectors).sum(1)).mean()
    scores: Iterable[Any] = (by_vector, by_pieces, (by_vector + by_pieces) / 2)
    wrong = sum(functional.cross_entropy(score, right) for score in scores)
    return wrong + DISTANCE_COST * distance


def _scores(
    model: QuestionModel, questions: Sequence[str], one: Lesson, rows: Sequence[int]
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Scores by vector and by word pieces, shape (questions, rows), and what the model gave."""
    pieces, vectors, counts = model(questions)
    longest = max(1, *(len(one.pieces[row]) for row in rows))
    stored = torch.zeros(len(rows), longest, DIMENSION)
    absent = torch.ones(len(rows), longest, dtype=torch.bool)
    for at, row in enumerate(rows):
        if len(codes := one.pieces[row]):
            stored[at, : len(codes)] = torch.from_numpy(unpack(codes, DIMENSION).copy())
            absent[at, : len(codes)] = False
    cosines = torch.einsum("qpd,rsd->qrps", pieces, stored)
    best = cosines.masked_fill(absent[None, :, None, :], -1).amax(3)
    shares = counts / counts.sum(1, keepdim=True).clamp(min=1)
    by_pieces = (best * shares[:, None, :]).sum(2)
    return vectors @ one.vectors[list(rows)].T, by_pieces, pieces, vectors, counts


if __name__ == "__main__":
    main()
