"""Measures retrieval on public question sets through the command line, as a user would.

    python tests/bench/quality.py --sets FOLDER [--only xquad] [--markdown FILE]

Each paragraph, abstract or article is a file in a folder; `pincite index` builds the index and
`pincite ask --batch` answers. Columns: nDCG@10, hit@1 and hit@5 over the files quoted; for sets
with gold answers, the share of questions whose answer is in the first passage, in the first five,
and in the first 1,500 characters quoted, always from the right file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median
from typing import Any

from question_sets import SETS, Asked, QuestionSet

from bot.evaluation import ndcg

COLUMNS = (
    "set", "questions", "passages", "nDCG@10", "hit@1", "hit@5",
    "answer in 1st", "answer in 5", "in 1,500 chars", "index s", "ms/question",
)  # fmt: skip
READ_FIRST = 1_500
PASSAGES = 30


def main() -> None:
    """Runs the sets that were asked for and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--only", choices=sorted(SETS), action="append")
    parser.add_argument("--keep", type=Path, help="keep corpora, indexes and answers here")
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.only or SETS:
        with tempfile.TemporaryDirectory() as scratch:
            folder = (arguments.keep or Path(scratch)) / name
            rows.append(measure(SETS[name](arguments.sets), folder))
    table = "\n".join(_markdown(rows))
    print(table)
    if arguments.markdown:
        arguments.markdown.write_text(table + "\n", encoding="utf-8")


def measure(questions: QuestionSet, folder: Path) -> dict[str, Any]:
    """One row of the table."""
    corpus, index, batch = folder / "corpus", folder / "index", folder / "questions.jsonl"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in questions.files.items():
        (corpus / name).write_text(text, encoding="utf-8")
    with batch.open("w", encoding="utf-8") as stream:
        for asked in questions.questions:
            stream.write(json.dumps({"id": asked.id, "question": asked.question}) + "\n")
    began = time.perf_counter()
    report = json.loads(_pincite(corpus, index, "index", "--json"))
    built = time.perf_counter() - began
    output = _pincite(corpus, index, "ask", "--batch", str(batch), "--k", str(PASSAGES))
    (folder / "answers.jsonl").write_text(output, encoding="utf-8")
    answers = [json.loads(line) for line in output.splitlines()]
    pairs = list(zip(questions.questions, answers, strict=True))
    rows = [list(scores(asked, answer["passages"])) for asked, answer in pairs]
    means = [f"{fmean(column):.3f}" for column in zip(*rows, strict=True)]
    if not any(asked.answers for asked in questions.questions):
        means[3:] = ["–"] * 3
    milliseconds = median(answer["timings_ms"]["total"] for answer in answers)
    values = (questions.name, len(pairs), report["passages"], *means, f"{built:.0f}",
              f"{milliseconds:.0f}")  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _pincite(corpus: Path, index: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "bot.cli", "--quiet", "--corpus", str(corpus)]
    command += ["--index", str(index), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def scores(asked: Asked, passages: list[dict[str, Any]]) -> Iterator[float]:
    """nDCG@10, hit@1, hit@5, and whether the gold answer is in the first passage, in five, and
    in the characters that are read first.
    """
    files = list(dict.fromkeys(Path(quote["source"]["path"]).name for quote in passages))
    yield ndcg(files, asked.grades)
    yield float(bool(set(files[:1]) & asked.grades.keys()))
    yield float(bool(set(files[:5]) & asked.grades.keys()))
    right = [
        quote["text"]
        if Path(quote["source"]["path"]).name in asked.grades
        else " " * len(quote["text"])
        for quote in passages
    ]
    read = "\n".join(right)[:READ_FIRST]
    for text in (right[:1], right[:5], [read]):
        yield float(any(answer in part for answer in asked.answers for part in text))


def _markdown(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + "---|" * len(COLUMNS)
    for row in rows:
        yield "| " + " | ".join(str(row[column]) for column in COLUMNS) + " |"


if __name__ == "__main__":
    main()
