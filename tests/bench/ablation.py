"""What each step of retrieval is worth: each left out in turn, on several sets at once.

    python tests/bench/quality.py --sets FOLDER --keep WORK
    python tests/bench/ablation.py --sets FOLDER --work WORK [--every 4]

Columns: nDCG@10 of XQuAD and Cranfield, for COVID-QA the share of gold answers within the first
five passages and within the first 1,500 characters. What each step costs in time is measured by
latency.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

from quality import PASSAGES, scores
from question_sets import SETS, Asked

import bot
from bot import phrasing, retrieval
from bot.contract import answer_json
from bot.embedding import SentenceTransformerEncoder

MEASURED = {"xquad": (0,), "cranfield": (0,), "covid": (4, 5)}

Change = tuple[object, str, object]

VARIANTS: dict[str, tuple[dict[str, object], tuple[Change, ...]]] = {
    "as shipped": ({}, ()),
    "without late interaction": ({"late_interaction": False}, ()),
    "without whole sources": ({}, ((retrieval, "SOURCE_WEIGHT", 0.0),)),
    "without feedback for long questions": ({}, ((retrieval, "_topicality", lambda query: 0.0),)),
    "without acronyms": ({}, ((phrasing, "_other_forms", lambda *_: ()),)),
    "without corrections": ({}, ((phrasing, "_nearest", lambda *_: None),)),
    "vectors alone": (
        {"late_interaction": False, "dense_weight": 1.0},
        ((retrieval, "SOURCE_WEIGHT", 0.0), (retrieval, "_topicality", lambda query: 0.0)),
    ),
    "BM25 alone": (
        {"late_interaction": False, "dense_weight": 0.0},
        ((retrieval, "SOURCE_WEIGHT", 0.0), (retrieval, "_topicality", lambda query: 0.0)),
    ),
}


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take every Nth question")
    arguments = parser.parse_args()
    for set_name in MEASURED:
        if not (arguments.work / set_name / "index").is_dir():
            parser.error(
                f"{arguments.work} has no index of {set_name}: run quality.py --keep first."
            )
    encoder = SentenceTransformerEncoder()
    print("| | XQuAD | Cranfield | COVID-QA first 5 | 1,500 characters |")
    print("|---|---|---|---|---|")
    for name, (settings, changes) in VARIANTS.items():
        cells: list[float] = []
        for set_name, columns in MEASURED.items():
            folder = arguments.work / set_name
            engine = bot.open(folder / "corpus", folder / "index", encoder=encoder, **settings)
            engine.warm_up()
            questions = SETS[set_name](arguments.sets).questions[:: arguments.every]
            with changed(changes):
                measured = _measure(engine, questions)
            cells += [measured[column] for column in columns]
        values = " | ".join(f"{value:.3f}".lstrip("0") for value in cells)
        print(f"| {name} | {values} |", flush=True)


@contextmanager
def changed(changes: tuple[Change, ...]) -> Iterator[None]:
    """Replaces attributes of modules for a while."""
    with ExitStack() as stack:
        for module, name, value in changes:
            stack.enter_context(patch.object(module, name, value))
        yield


def _measure(engine: bot.Engine, questions: Sequence[Asked]) -> list[float]:
    rows = [
        list(scores(asked, answer_json(engine.ask(asked.question, k=PASSAGES))["passages"]))
        for asked in questions
    ]
    return [fmean(column) for column in zip(*rows, strict=True)]


if __name__ == "__main__":
    main()
