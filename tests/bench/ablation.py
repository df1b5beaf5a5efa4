"""What each step of retrieval is worth: each left out in turn, on several sets at once.

A kind of evidence is left out by setting its weight in `bot.retrieval.ranking` to 0; the other
weights stay as they are.

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
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

from quality import PASSAGES, scores
from question_sets import SETS, Asked

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.export.answer_json import answer_json
from bot.retrieval import ranking, search
from bot.text import rewriting

MEASURED = {"xquad": (0,), "cranfield": (0,), "covid": (4, 5)}

# The evidence that comes of comparing words, and that of single sentences.
INTERACTIONS = ("interaction", "even_interaction", "sentence_interaction")
OF_SENTENCES = ("sentence_cosine", "sentence_interaction", "question_cosine")

Change = tuple[object, str, object]

NO_FEEDBACK: Change = (search, "_topicality", lambda query: 0.0)


def without(*names: str) -> Change:
    """The weights of the ranking, with those of some evidence set to nothing."""
    return ranking, "WEIGHTS", replace(ranking.WEIGHTS, **dict.fromkeys(names, 0.0))


def only(name: str) -> Change:
    """The weights of the ranking with that of one kind of evidence alone."""
    return without(*(other for other in ranking.NAMES if other != name))


VARIANTS: dict[str, tuple[dict[str, object], tuple[Change, ...]]] = {
    "as shipped": ({}, ()),
    **{f"without {name.replace('_', ' ')}": ({}, (without(name),)) for name in ranking.NAMES},
    "without late interaction": ({}, (without(*INTERACTIONS),)),
    "without single sentences": ({}, (without(*OF_SENTENCES),)),
    "without feedback for long questions": ({}, (NO_FEEDBACK,)),
    "without acronyms": ({}, ((rewriting, "_other_forms", lambda *_: ()),)),
    "without corrections": ({}, ((rewriting, "_nearest", lambda *_: None),)),
    "vectors alone": ({"dense_weight": 1.0}, (only("cosine"), NO_FEEDBACK)),
    "BM25 alone": ({"dense_weight": 0.0}, (only("lexical"), NO_FEEDBACK)),
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
