"""What computes vectors how fast, and what it costs in quality.

    python tests/bench/encoding.py --sets FOLDER [--only xquad] [--passages 256] [--every 4]

Each backend indexes the files of a question set into a scratch folder and answers every so many of
its questions. Columns: passages a second of `encode` over so many passages of the set, sorted as an
index run sorts them, and the same for the bare `SentenceTransformer.encode`, which gives no word
pieces; milliseconds that one question takes, median; the least and the mean cosine of passages to
float32 in PyTorch; nDCG@10. Backends take turns over the passages, three times; the best counts.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from question_sets import SETS, QuestionSet

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.evaluation import ndcg
from bot.types import Vectors

BACKENDS = {
    "torch float32": {"backend": "torch", "precision": "float32"},
    "torch bfloat16": {"backend": "torch", "precision": "bfloat16"},
    "onnx": {"backend": "onnx"},
    "onnx-int8": {"backend": "onnx-int8"},
    "openvino": {"backend": "openvino"},
}
ROUNDS = 3
QUOTED = 30


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--only", choices=sorted(SETS), default="xquad")
    parser.add_argument("--backend", choices=sorted(BACKENDS), action="append")
    parser.add_argument("--passages", type=int, default=256)
    parser.add_argument("--every", type=int, default=4)
    arguments = parser.parse_args()
    questions = SETS[arguments.only](arguments.sets)
    names = arguments.backend or list(BACKENDS)
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for name, text in questions.files.items():
            (corpus / name).write_text(text, encoding="utf-8")
        engines = {
            name: bot.open(corpus, Path(scratch) / name, **BACKENDS[name])  # type: ignore[arg-type]
            for name in names
        }
        quality = {
            name: measured(engine, questions, arguments.every) for name, engine in engines.items()
        }
        texts = sample(questions, arguments.passages)
        vectors, rates = timed(engines, texts)
        bare = bare_rate(texts)
    exact = np.stack([
        found.vector
        for found in SentenceTransformerEncoder(device="cpu", precision="float32").encode(texts)
    ])  # fmt: skip
    print("| backend | passages/s | question ms | cosine, least | mean | nDCG@10 |")
    print("|---|---|---|---|---|---|")
    for name in names:
        cosines = np.einsum("ij,ij->i", vectors[name], exact)
        milliseconds, score = quality[name]
        print(
            f"| {name} | {rates[name]:.1f} | {milliseconds:.1f} | {cosines.min():.4f} "
            f"| {cosines.mean():.4f} | {score:.4f} |"
        )
    print(f"\nbare encode, precision of the processor: {bare:.1f} passages/s")


def measured(engine: bot.Engine, questions: QuestionSet, every: int) -> tuple[float, float]:
    """Milliseconds that encoding a question takes, median, and nDCG@10."""
    engine.sync()
    engine.warm_up()
    times, scores = [], []
    for asked in questions.questions[::every]:
        answer = engine.ask(asked.question, k=QUOTED)
        times.append(answer.timings.encode)
        sources = {citation.number: citation.source.path for citation in answer.citations}
        files = [Path(sources[number]).name for q in answer.quotes for number in q.citations]
        scores.append(ndcg(list(dict.fromkeys(files)), asked.grades))
    return median(times), fmean(scores)


def sample(questions: QuestionSet, count: int) -> list[str]:
    """Texts of about the length of passages, longest first as an index run has them."""
    texts = [text[:600] for text in questions.files.values()][:count]
    counts = SentenceTransformerEncoder().count_tokens(texts)
    return [texts[at] for at in sorted(range(len(texts)), key=lambda at: -counts[at])]


def timed(
    engines: dict[str, bot.Engine], texts: list[str]
) -> tuple[dict[str, Vectors], dict[str, float]]:
    """By backend, the vectors of the texts and how many of them it gives a second."""
    vectors: dict[str, Vectors] = {}
    rates = dict.fromkeys(engines, 0.0)
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            encoder = engine._encoder
            rate, found = _rate(lambda encoder=encoder: list(encoder.encode(texts)), len(texts))
            rates[name] = max(rates[name], rate)
            vectors[name] = np.stack([one.vector for one in found])
    return vectors, rates


def bare_rate(texts: list[str]) -> float:
    """Passages a second of the library alone."""
    model = SentenceTransformerEncoder()._model
    return max(
        _rate(lambda: list(model.encode(texts, show_progress_bar=False)), len(texts))[0]
        for _ in range(ROUNDS)
    )


def _rate(compute: Callable[[], list[Any]], count: int) -> tuple[float, list[Any]]:
    began = time.perf_counter()
    found = compute()
    return count / (time.perf_counter() - began), found


if __name__ == "__main__":
    main()
