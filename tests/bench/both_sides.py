"""Tunes a copy of the packaged model for questions and passages, and measures what that gives.

    python tests/bench/both_sides.py --sets FOLDER --work FOLDER [--texts FOLDER]

A batch holds passages of one set, neighbours in their documents among them, and all questions about
them: the copy learns to put each question near its passage and far from the others, by vector and
by word pieces, and is held near what the packaged model makes of both. It learns from
`tests/data/training`, as `question_encoder.py` does, and is measured in the same way; every corpus
measured on is indexed anew with it. `--share` is as there. The model is kept in WORK/both/model.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from question_encoder import FACTORS_RATE, WARM_UP, measured, table
from question_models import QuestionModel, between
from torch import Tensor, nn
from torch.nn import functional
from written_sets import WrittenSet, rows_of_answers, written_sets

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.indexing.build import embedded_text

# Passages that are learned from at a time, and how many follow each other in a document.
BATCH, NEIGHBOURS = 24, 3
EPOCHS = 5
LEARNING_RATE = 3e-5

# What being far from the packaged model costs, beside the loss of a question.
DISTANCE_COST = 0.5

# Word pieces that are read of a passage.
LONGEST = 256


@dataclass(frozen=True, slots=True)
class Taught:
    """A passage as it is embedded, and the questions that it answers."""

    text: str
    questions: tuple[str, ...]


def main() -> None:
    """Learns, then prints the measures of both encoders."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--texts", type=Path, help="folder of texts that come from packages")
    parser.add_argument("--share", type=float, default=1.0)
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    sets = [taught(one, arguments.work, encoder) for one in written_sets(arguments.texts)]
    tuned = between(QuestionModel(encoder.folder), learned(encoder.folder, sets), arguments.share)
    folder = arguments.work / "both"
    shutil.copytree(encoder.folder, folder / "model", dirs_exist_ok=True)
    tuned.layers.save_pretrained(folder / "model")
    before = measured(arguments.sets, arguments.work, encoder)
    after = measured(arguments.sets, folder, SentenceTransformerEncoder(str(folder / "model")))
    print("\n".join(table(before, after)))


def taught(one: WrittenSet, work: Path, encoder: SentenceTransformerEncoder) -> Sequence[Taught]:
    """The passages of a set that something was asked about, as they follow each other."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    right = rows_of_answers([item for item in one.questions if item.is_answered], generation)
    asked: dict[int, list[str]] = {}
    for item in one.questions:
        if item.is_answered:
            asked.setdefault(right[item.id][0], []).append(item.question)
    return [
        Taught(
            embedded_text(generation.infos[passage.source_id].title, passage, encoder),
            tuple(asked[row]),
        )
        for row, passage in sorted(generation.passages(sorted(asked)).items())
    ]


def learned(folder: Path, sets: Sequence[Sequence[Taught]]) -> QuestionModel:
    """The packaged model tuned on passages and the questions about them."""
    draw = random.Random(1)
    torch.manual_seed(1)
    model, untouched = QuestionModel(folder, LONGEST), QuestionModel(folder, LONGEST).eval()
    layers = [one for one in model.layers.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": layers, "lr": LEARNING_RATE}, {"params": [model.factors], "lr": FACTORS_RATE}],
        weight_decay=0.01,
    )
    steps = EPOCHS * sum(1 for _ in _batches(sets, random.Random(1)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [LEARNING_RATE, FACTORS_RATE], total_steps=steps + 1, pct_start=WARM_UP
    )
    model.train()
    for epoch in range(EPOCHS):
        losses = []
        for batch in _batches(sets, draw):
            loss = _loss(model, untouched, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f}", flush=True)
    return model.eval()


def _batches(sets: Sequence[Sequence[Taught]], draw: random.Random) -> Iterator[Sequence[Taught]]:
    batches = []
    for passages in sets:
        begins = list(range(0, len(passages), NEIGHBOURS))
        draw.shuffle(begins)
        order = [one for begin in begins for one in passages[begin : begin + NEIGHBOURS]]
        batches += [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
    draw.shuffle(batches)
    yield from (batch for batch in batches if len(batch) > NEIGHBOURS)


def _loss(model: QuestionModel, untouched: QuestionModel, batch: Sequence[Taught]) -> Tensor:
    """What it costs to rank other passages before the right ones, and to go far away."""
    questions = [question for one in batch for question in one.questions]
    right = torch.tensor([at for at, one in enumerate(batch) for _ in one.questions])
    pieces, vectors, counts = model(questions)
    stored, of_texts, counts_of_texts = model([one.text for one in batch])
    distance = _distance(untouched, questions, pieces, vectors, counts) + _distance(
        untouched, [one.text for one in batch], stored, of_texts, counts_of_texts
    )
    cosines = torch.einsum("qpd,rsd->qrps", pieces, stored)
    best = cosines.masked_fill((counts_of_texts == 0)[None, :, None, :], -1).amax(3)
    shares = counts / counts.sum(1, keepdim=True).clamp(min=1)
    by_pieces = (best * shares[:, None, :]).sum(2) * model.factors[1].exp()
    by_vector = vectors @ of_texts.T * model.factors[0].exp()
    scores = (by_vector, by_pieces, (by_vector + by_pieces) / 2)
    wrong = torch.stack([functional.cross_entropy(score, right) for score in scores]).sum()
    return wrong + DISTANCE_COST * distance


def _distance(
    untouched: QuestionModel, texts: Sequence[str], pieces: Tensor, vectors: Tensor, counts: Tensor
) -> Tensor:
    """How far texts have moved from where the packaged model puts them."""
    with torch.no_grad():
        old_pieces, old_vectors, _ = untouched(texts)
    real = (counts > 0).float()
    moved = ((1 - (pieces * old_pieces).sum(2)) * real).sum() / real.sum()
    return moved + (1 - (vectors * old_vectors).sum(1)).mean()


if __name__ == "__main__":
    main()
