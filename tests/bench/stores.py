"""Whether a folder and Milvus give the same answers, and how long they take.

    python tests/bench/stores.py --sets FOLDER [--set xquad] [--questions 500]
        [--index milvus+http://HOST:19530/NAME]

The files of a question set (see question_sets.py) are indexed into a scratch folder, which is then
copied into Milvus, by default into a file of Milvus Lite. Each question is asked of both in turn,
without the refusal of weak answers. A row each for the passages that are quoted (at most five) and
for the first hundred that retrieval finds: in how many answers they are the same in the same order,
the same in another order, and others; the largest difference between the scores of a passage, and
the smallest between two neighbours that changed places. Then the time of an answer.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
from question_sets import SETS

import bot
from bot.answering.prepared_question import prepare, search
from bot.embedding import SentenceTransformerEncoder
from bot.settings import Settings
from bot.store import GenerationReader
from bot.types import Answer, Encoder, Hit

CANDIDATES = 100


def main() -> None:
    """Prints tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, default="xquad")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--index", help="an empty index in Milvus")
    arguments = parser.parse_args()
    chosen = SETS[arguments.set](arguments.sets)
    step = max(1, len(chosen.questions) // arguments.questions)
    questions = [asked.question for asked in chosen.questions[::step][: arguments.questions]]
    encoder = SentenceTransformerEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for name, text in chosen.files.items():
            (corpus / name).write_text(text, encoding="utf-8")
        folder = bot.open(corpus, Path(scratch) / "index", encoder=encoder, threshold=0.0)
        folder.sync()
        place = arguments.index or f"milvus+file:{scratch}/milvus.db"
        began = perf_counter()
        folder.migrate_to(place)
        print(f"{len(folder.live()):,} passages copied in {perf_counter() - began:.0f} s\n")
        milvus = bot.open(corpus, place, encoder=encoder, threshold=0.0)
        compare(folder, milvus, encoder, questions)


def compare(folder: bot.Engine, milvus: bot.Engine, encoder: Encoder, questions: list[str]) -> None:
    """Asks both, and prints how far they agree and how long they take."""
    for engine in (folder, milvus):
        engine.warm_up()
    agreement = {"quoted": Counter[str](), "found": Counter[str]()}
    apart, swapped = [0.0], []
    times: dict[str, list[float]] = {"folder": [], "milvus": []}
    for question in questions:
        one, other = folder.ask(question), milvus.ask(question)
        times["folder"].append(one.timings.total)
        times["milvus"].append(other.timings.total)
        mine, theirs = quoted(one), quoted(other)
        agreement["quoted"][verdict(mine, theirs)] += 1
        apart += [abs(mine[id_] - theirs[id_]) for id_ in mine.keys() & theirs.keys()]
        hits = [found(engine.live(), encoder, question) for engine in (folder, milvus)]
        ranks = [{hit.passage.id: hit.score for hit in some} for some in hits]
        agreement["found"][verdict(*ranks)] += 1
        swapped += changed_places(*ranks)
        if verdict(mine, theirs) != "same":
            print(f"differs: {question}: {mine} / {theirs}")
    print("| | answers | same order | other order | other passages |")
    print("|---|---|---|---|---|")
    for name, counts in agreement.items():
        total = counts.total()
        print(
            f"| {name} | {total} | {counts['same'] / total:.4f} | {counts['order'] / total:.4f} "
            f"| {counts['others'] / total:.4f} |"
        )
    print(f"\nScores of a quoted passage differ by {max(apart):.1e} at most.")
    if swapped:
        print(f"Neighbours that changed places differ by {max(swapped):.1e} at most.")
    print("\n| | p50 ms | p95 ms |\n|---|---|---|")
    for name, measured in times.items():
        middle, high = np.percentile(measured, [50, 95])
        print(f"| {name} | {middle:.0f} | {high:.0f} |")


def quoted(answer: Answer) -> dict[str, float]:
    """The scores of the passages of an answer by their ids, best first."""
    return {answer.citations[quote.rank - 1].passage_id: quote.score for quote in answer.quotes}


def found(generation: GenerationReader, encoder: Encoder, question: str) -> list[Hit]:
    """All that retrieval finds for a question."""
    settings = Settings(candidates=CANDIDATES)
    return search(
        generation, settings, prepare(generation, encoder, settings, question), CANDIDATES
    )


def verdict(mine: dict[str, float], theirs: dict[str, float]) -> str:
    """Whether two lists of passages are the same, in the same order."""
    if list(mine) == list(theirs):
        return "same"
    return "order" if mine.keys() == theirs.keys() else "others"


def changed_places(mine: dict[str, float], theirs: dict[str, float]) -> list[float]:
    """How far apart the scores of neighbours are that stand the other way round elsewhere."""
    ranks = {id_: rank for rank, id_ in enumerate(theirs)}
    return [
        mine[first] - mine[second]
        for first, second in pairwise(id_ for id_ in mine if id_ in ranks)
        if ranks[first] > ranks[second]
    ]


if __name__ == "__main__":
    main()
