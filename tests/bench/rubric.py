"""Shows what a reader sees first of an answer, for a person to judge, and sums up the judgements.

    python tests/bench/rubric.py --sets FOLDER --work FOLDER [--only SET ...] [--all]
    python tests/bench/rubric.py

The first prints a sheet: a fixed sample of the questions of `tests/data/purposes`, so many of each
purpose and set, and as many without an answer from `tests/data/asked`. `RUBRIC.md` says what the
points mean. Only answers that nobody has judged as they are now are printed, unless `--all` is
given. A judgement is a line of `tests/data/rubric/judged.jsonl`, with the number in brackets of
what was `shown`; it has nothing of the documents. Without `--work` the mean of the points is
printed by purpose and by set, and how many points each cause costs. Every set is asked with
weights for the purposes that were fitted without it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import Any

from answer_first import PURPOSES, corpus_of
from asked_sets import ASKED
from purposes import Questions, fitted
from seen import seen

import bot
from bot.answering.question.purpose_model import PurposeModel
from bot.embedding import SentenceTransformerEncoder

JUDGED = PURPOSES.parent / "rubric" / "judged.jsonl"

# Questions of each purpose and set.
EACH, SEED = 5, 20261128

UNANSWERABLE = "unanswerable"

# Points of an answer that lacks nothing.
BEST = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer is worth to a reader, by `RUBRIC.md`, and why it is not worth more."""

    id: str
    set: str
    purpose: str
    question: str
    shown: str
    points: int
    cause: str = ""
    remark: str = ""


def main() -> None:
    """Prints the sheet, or the means of what was judged."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, help="indexes are kept here")
    parser.add_argument("--only", nargs="*", default=[], help="sets to ask")
    parser.add_argument("--all", action="store_true", help="print what was judged, too")
    arguments = parser.parse_args()
    judged = judgements()
    if arguments.work is None:
        print("\n".join((*table(judged), "", *causes(judged))))
        return
    known = set() if arguments.all else {(one.id, one.shown) for one in judged}
    for item, text in sheet(arguments.sets, arguments.work, arguments.only):
        shown = sha256(text.encode()).hexdigest()[:8]
        if (item["id"], shown) not in known:
            print(f"=== {item['id']} [{shown}] {item['purpose']}: {item['question']}")
            print(f"{text}\n    (wanted: {wanted(item)})\n", flush=True)


def judgements() -> list[Judgement]:
    """All judgements that are kept."""
    lines = JUDGED.read_text("utf-8").splitlines() if JUDGED.is_file() else []
    return [Judgement(**json.loads(line)) for line in lines]


def table(judged: Sequence[Judgement]) -> Iterator[str]:
    """The mean by purpose and set and how many have each number of points, in Markdown."""
    sets = sorted({one.set for one in judged})
    yield f"| purpose | judged | mean | 3 | 2 | 1 | 0 | {' | '.join(sets)} |"
    yield "|---" * (7 + len(sets)) + "|"
    for purpose in (*dict.fromkeys(one.purpose for one in judged), "all"):
        own = [one for one in judged if purpose in (one.purpose, "all")]
        points = [one.points for one in own]
        by_set = ([one.points for one in own if one.set == name] for name in sets)
        cells = [purpose, str(len(own)), f"{fmean(points):.2f}"]
        cells += [str(points.count(number)) for number in (3, 2, 1, 0)]
        cells += [f"{fmean(each):.2f}" if each else "" for each in by_set]
        yield f"| {' | '.join(cells)} |"


def causes(judged: Sequence[Judgement]) -> Iterator[str]:
    """How many points each cause costs, in how many answers, the dearest first, in Markdown."""
    lost: dict[str, list[int]] = defaultdict(list)
    for one in judged:
        if one.points < BEST:
            lost[one.cause].append(BEST - one.points)
    yield "| cause | points | answers |"
    yield "|---|---|---|"
    for cause, points in sorted(lost.items(), key=lambda item: (-sum(item[1]), item[0])):
        yield f"| {cause} | {sum(points)} | {len(points)} |"


def sheet(
    sets: Path | None, work: Path, only: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each question of the sample with what is seen of its answer."""
    encoder = SentenceTransformerEncoder()
    questions = Questions(encoder)
    for file in sorted(PURPOSES.glob("*.jsonl")):
        corpus = corpus_of(file.stem, sets)
        if corpus is None or (only and file.stem not in only):
            continue
        engine = bot.open(corpus, work / file.stem / "index", encoder=encoder)
        engine.sync()
        model = PurposeModel(*fitted(questions, questions.sets != file.stem), encoder.fingerprint)
        PurposeModel.shipped = partial(_same, model)  # type: ignore[assignment]
        for item in sample(file.stem):
            yield item, "\n".join(seen(engine.ask(item["question"])))


def _same(model: PurposeModel) -> PurposeModel:
    return model


def sample(name: str) -> Iterator[Mapping[str, Any]]:
    """Some questions of each purpose of a set, always the same."""
    by_purpose: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (PURPOSES / f"{name}.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        by_purpose[item["purpose"]].append(item)
    for line in (ASKED / name / "unanswerable.jsonl").read_text("utf-8").splitlines():
        by_purpose[UNANSWERABLE].append({**json.loads(line), "purpose": UNANSWERABLE})
    for purpose, items in by_purpose.items():
        chosen = random.Random(f"{SEED} {name} {purpose}").sample(items, min(EACH, len(items)))
        yield from sorted(chosen, key=lambda item: str(item["id"]))


def wanted(item: Mapping[str, Any]) -> str:
    """What the writer of a question holds to be its answer."""
    kept = {key: value for key, value in item.items() if key not in ("id", "question", "purpose")}
    return json.dumps(kept, ensure_ascii=False)


if __name__ == "__main__":
    main()
