"""How long an answer takes, warm, and what each step of retrieval costs of it.

    python tests/bench/latency.py --corpus FOLDER --questions FILE.jsonl [--rounds 3]

The corpus is indexed into a scratch folder. Every question is asked in each way of VARIANTS in
turn, so that what else the machine does falls on all of them alike. Columns: median and 95th
percentile in milliseconds, those of encoding the question within it, and the median relative to
that of the first row.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from ablation import NO_FEEDBACK, Change, changed

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.embedding import encoder as encoders
from bot.retrieval import search
from bot.store import IndexLayout
from bot.text import rewriting

# What costs time, left out; weights of the ranking cost none.
VARIANTS: dict[str, tuple[Change, ...]] = {
    "as shipped": (),
    "one candidate read closely": (
        (search, "FACT_CANDIDATES", 1),
        (search, "TOPIC_CANDIDATES", 1),
    ),
    "without feedback for long questions": (NO_FEEDBACK,),
    "without acronyms": ((rewriting, "_other_forms", lambda *_: ()),),
    "without corrections": ((rewriting, "_nearest", lambda *_: None),),
}


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    lines = arguments.questions.read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    # Every question is new to somebody.
    encoders.QUESTIONS_REMEMBERED = 0
    with tempfile.TemporaryDirectory() as index:
        encoder = SentenceTransformerEncoder(copies=IndexLayout(Path(index)).copies)
        engines = {name: bot.open(arguments.corpus, index, encoder=encoder) for name in VARIANTS}
        next(iter(engines.values())).sync()
        for engine in engines.values():
            engine.warm_up()
            for question in questions[:5]:
                engine.ask(question)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
        for question in questions * arguments.rounds:
            for name, engine in engines.items():
                with changed(VARIANTS[name]):
                    took = engine.ask(question).timings
                times[name].append((took.total, took.encode))
    print("| | p50 ms | p95 ms | encoding p50 | encoding p95 | relative |")
    print("|---|---|---|---|---|---|")
    first = 0.0
    for name, measured in times.items():
        (middle, encoding), (high, encoding_high) = np.percentile(measured, [50, 95], axis=0)
        first = first or middle
        print(
            f"| {name} | {middle:.0f} | {high:.0f} | {encoding:.0f} | {encoding_high:.0f} "
            f"| {middle / first:.2f} |"
        )


if __name__ == "__main__":
    main()
