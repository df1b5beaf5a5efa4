"""Trains a small reader of questions and passages, and measures what it adds.

    python tests/bench/reader.py --sets FOLDER --work FOLDER [--texts FOLDER]

The reader (`reader_model.py`) learns from `tests/data/training`: of the passages that the product
finds for a question, which one answers, that none does for a near miss, and which words do.
`--texts` adds the sets whose texts come from packages (`writing.py packaged`). It is kept in
WORK/reader.pt.

Then it reads the first passages for the questions of `tests/data/asked`, whose corpora no writer
of the training questions saw. How its logit joins the ranking of those passages, and the
confidence, is fitted without the corpus that is measured on; the shipped weights of the ranking,
which it is added to, were fitted on all. Each cell is without and with the reader.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import asked
import numpy as np
import numpy.typing as npt
import torch
from asked_sets import AskedSet, asked_sets
from question_encoder import table
from reader_model import Pair, Reader, starts
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional
from written_sets import WrittenSet, rows_of_answers, written_sets

import bot
from bot.answering.asked import prepare, search
from bot.answering.weighing import DECIDED_BY
from bot.embedding import SentenceTransformerEncoder
from bot.types import Span, Turn

# Candidates that are read.
READ = 8

# Questions that are learned from at a time, and how often all of them are.
BATCH = 12
EPOCHS = 3
LEARNING_RATE = 5e-4
WARM_UP = 0.1

# Wrong passages that are read of a question each time, of so many that the product finds first.
WRONG, FOUND = 4, 12

# A question's pieces that are left out each time, and what the words of an answer count.
LEFT_OUT = 0.1
SPAN_COST = 0.15

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with the passage that answers it and the words in it, and with others; a near
    miss has none that answers.
    """

    right: Pair | None
    answer: Span
    wrong: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """An example with the reader's logits of its first candidates."""

    example: asked.Example
    logits: Numbers


def main() -> None:
    """Learns, then prints the measures without and with the reader."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--texts", type=Path, help="folder of texts that come from packages")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    posed = [
        item
        for one in written_sets(arguments.texts)
        for item in lesson(one, arguments.work, encoder)
    ]
    reader = learned(posed)
    torch.save(reader.state_dict(), arguments.work / "reader.pt")
    chosen = {one.name: one for one in asked_sets(arguments.sets, arguments.work)}
    chosen = {name: one for name, one in chosen.items() if not one.is_public}
    read = {name: reading(one, arguments.work, encoder, reader) for name, one in chosen.items()}
    blank = {
        name: [replace(one, logits=np.zeros_like(one.logits)) for one in found]
        for name, found in read.items()
    }
    print("\n".join(table(measured(blank), measured(read))))


def lesson(one: WrittenSet, work: Path, encoder: SentenceTransformerEncoder) -> list[Posed]:
    """Asks the product the questions of a set, for passages to tell apart."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    right = rows_of_answers(one.questions, generation)
    posed = []
    for item in one.questions:
        own, start = right[item.id]
        ready = prepare(generation, encoder, engine.settings, item.question)
        hits = search(generation, engine.settings, ready, FOUND + 1)
        rows = [own, *[hit.row for hit in hits if hit.row != own][:FOUND]]
        pairs = [
            Pair(ready.meaning.encoded.tokens, ready.meaning.piece_weights, pieces)
            for pieces in generation.pieces_of(rows)
        ]
        answer = start, start + len(item.answer)
        if item.is_answered:
            posed.append(Posed(pairs[0], answer, tuple(pairs[1:])))
        else:
            posed.append(Posed(None, answer, tuple(pairs)))
    return posed


def learned(posed: Sequence[Posed]) -> Reader:
    """A reader that has learned from some questions."""
    draw = random.Random(1)
    torch.manual_seed(1)
    reader = Reader().train()
    optimizer = torch.optim.AdamW(reader.parameters(), LEARNING_RATE, weight_decay=0.02)
    steps = EPOCHS * (len(posed) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps + 1, pct_start=WARM_UP
    )
    for _ in range(EPOCHS):
        shuffled = draw.sample(posed, len(posed))
        for begin in range(0, len(shuffled) - BATCH + 1, BATCH):
            loss = _loss(reader, shuffled[begin : begin + BATCH], draw)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return reader.eval()


def reading(
    one: AskedSet, work: Path, encoder: SentenceTransformerEncoder, reader: Reader
) -> list[Read]:
    """The examples of a set, as `asked.gathered` has them, with their first candidates read."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    found = []
    for example in asked.gathered(one, work, encoder):
        item = example.asked
        history: Sequence[Turn] = ()
        if item.after:
            quotes = engine.ask(item.after).quotes
            said = quotes[0].text if quotes else "Nothing was found."
            history = Turn("user", item.after), Turn("assistant", said)
        ready = prepare(generation, encoder, engine.settings, item.question, history)
        hits = search(generation, engine.settings, ready, engine.settings.candidates)
        rows = [hit.row for hit in hits if hit.evidence][:READ]
        query = ready.meaning
        pairs = [
            Pair(query.encoded.tokens, query.piece_weights, pieces)
            for pieces in generation.pieces_of(rows)
        ]
        with torch.inference_mode():
            found.append(Read(example, reader(pairs)[0].double().numpy()))
    return found


def measured(read: Mapping[str, Sequence[Read]]) -> Mapping[str, Mapping[str, float]]:
    """By set, how often the right passage is first, by style, and how well doubt is told."""
    found = {}
    for name, own in read.items():
        others = [
            items
            for other, items in read.items()
            if other != name and not asked.share_texts(name, other)
        ]
        shares = _joined(others)
        doubting = _doubting(others, shares)
        firsts = defaultdict(list)
        for one in own:
            item = one.example.asked
            if item.is_answerable:
                right = bool(one.example.grades[order(one, shares)[0]] > 0)
                firsts["turns" if item.after else item.style].append(right)
        single = [one for one in own if not one.example.asked.after]
        found[name] = {style: fmean(right) for style, right in firsts.items()}
        found[name]["AUROC"] = roc_auc_score(
            [one.example.asked.is_answerable for one in single],
            doubting.decision_function([features(one, shares) for one in single]),
        )
    return found


def order(one: Read, shares: Numbers) -> npt.NDArray[np.int64]:
    """The candidates, best first: those that were read by both logits, then the others."""
    count = len(one.logits)
    return np.r_[np.argsort(-(_both(one) @ shares), kind="stable"), count : len(one.example.grades)]


def features(one: Read, shares: Numbers) -> Numbers:
    """What the confidence sees of a question, and the reader's best logit of the first passages."""
    first = order(one, shares)[:DECIDED_BY]
    shipped = asked.shipped()
    example = one.example
    logits = example.evidence @ shipped.ranking[:-1] + shipped.ranking[-1]
    return np.array(
        [
            logits[first].max(),
            example.least_met[first].max(),
            example.length,
            example.unmet[first].min(),
            example.rarest_missing[first].min(),
            example.lacking[first].min(),
            one.logits[first].max(),
        ]
    )


def _both(one: Read) -> Numbers:
    shipped, example = asked.shipped(), one.example
    logits = example.evidence @ shipped.ranking[:-1] + example.feedback
    return np.stack((logits[: len(one.logits)], one.logits), 1)


def _joined(sets: Sequence[Sequence[Read]]) -> Numbers:
    """How much both logits count, as a listwise softmax over what was read."""
    lists, wanted, counts = [], [], []
    for items in sets:
        chosen = [one for one in items if one.example.grades[: len(one.logits)].any()]
        for one in chosen:
            grades = one.example.grades[: len(one.logits)]
            lists.append(_both(one))
            wanted.append(grades / grades.sum())
            counts.append(len(chosen) ** -0.5)

    def loss(shares: Numbers) -> tuple[float, Numbers]:
        total, slope = 0.0, np.zeros(2)
        for values, right, count in zip(lists, wanted, counts, strict=True):
            logits = values @ shares
            exponents = np.exp(logits - logits.max())
            chances = exponents / exponents.sum()
            total -= count * float(right @ np.log(np.maximum(chances, 1e-12)))
            slope += count * (values.T @ (chances - right))
        return total, slope

    found: Numbers = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return found


def _doubting(sets: Sequence[Sequence[Read]], shares: Numbers) -> LogisticRegression:
    """The confidence, fitted on whether one of the first passages is right."""
    rows = [features(one, shares) for items in sets for one in items]
    right = [
        bool(one.example.grades[order(one, shares)[:DECIDED_BY]].any())
        for items in sets
        for one in items
    ]
    counts = np.array([len(items) ** -0.5 for items in sets for _ in items])
    spread = np.std(rows, axis=0) + 1e-9
    regression = LogisticRegression(C=asked.CONFIDENCE_FREEDOM, max_iter=5_000)
    regression.fit(np.array(rows) / spread, right, sample_weight=counts / counts.mean())
    regression.coef_ /= spread
    return regression


def _loss(reader: Reader, posed: Sequence[Posed], draw: random.Random) -> Tensor:
    """What it costs to prefer wrong passages, to believe them, and to mark other words."""
    pairs: list[Pair] = []
    groups, right, answers = [], [], []
    for number, one in enumerate(posed):
        # Drawn once each; those that are found first are the hardest to tell from the right one.
        chances = [1 / (place + 1) ** 0.5 for place in range(len(one.wrong))]
        keys = [draw.random() ** (1 / chance) for chance in chances]
        drawn = sorted(range(len(keys)), key=lambda place: -keys[place])[:WRONG]
        # A near miss is one of the passage that it was written about, which comes first.
        places = {*drawn, *(() if one.right else (0,))}
        wrong = [one.wrong[place] for place in sorted(places)]
        count = len((one.right or one.wrong[0]).asked)
        kept = [place for place in range(count) if draw.random() >= LEFT_OUT] or list(range(count))
        for pair in (*((one.right,) if one.right else ()), *wrong):
            if pair is one.right:
                answers.append((len(pairs), one.answer))
            right.append(float(pair is one.right))
            groups.append(number)
            pairs.append(replace(pair, asked=pair.asked[kept], weights=pair.weights[kept]))
    logits, spans = reader(pairs)
    labels, of = torch.tensor(right), torch.tensor(groups)
    loss = functional.binary_cross_entropy_with_logits(logits, labels)
    if not answers:
        return loss
    totals = torch.stack([logits[of == number].logsumexp(0) for number in range(len(posed))])
    is_right = labels > 0
    loss = loss + (totals[of[is_right]] - logits[is_right]).mean()
    for at, (start, end) in answers:
        begins = starts(pairs[at].pieces)
        inside = np.flatnonzero((begins >= start) & (begins < end))
        if len(inside):
            ends = torch.from_numpy(inside[[0, -1]])
            loss = loss + SPAN_COST / len(answers) * (
                functional.cross_entropy(spans[at].T, ends, reduction="sum")
            )
    return loss


if __name__ == "__main__":
    main()
