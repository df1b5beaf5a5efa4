"""Questions with expected passages -> measures.

A question file has one JSON object a line: `question`, and one of

    expect         a text, or alternatives: right if a quoted passage contains one of them
    source         a path (its end suffices), several, or {path: grade}: right if quoted from
    unanswerable   true: right if refused

with `id` and `history` if wanted. Where both `expect` and `source` are given, the text decides
hits and the source ranks. Measures are those of the field: hit@k, the mean reciprocal rank (MRR)
and nDCG@10 (Järvelin and Kekäläinen 2002, gains as graded, over sources in order of first quote).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from .contract import turns_from_json
from .engine import Engine
from .errors import QuestionError, UsageError
from .types import Answer, Quote, Turn

CUTOFFS = (1, 3, 5)
NDCG_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what a right answer is."""

    id: str
    question: str
    history: tuple[Turn, ...]
    expect: tuple[str, ...]
    sources: Mapping[str, float]
    unanswerable: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question; `rank` is that of the first right passage, None without one."""

    id: str
    question: str
    answered: bool
    confidence: float
    rank: int | None
    ndcg: float | None
    milliseconds: float
    unanswerable: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All measures; None where the file has no question to measure on.

    `answered` is the share of answerable questions that were answered, `refused` the share of
    unanswerable ones that were refused.
    """

    questions: int
    hit_at: dict[int, float] | None
    mrr: float | None
    ndcg_at_10: float | None
    answered: float | None
    refused: float | None
    p50_ms: float
    p95_ms: float
    outcomes: tuple[Outcome, ...]


def evaluate_file(engine: Engine, file: Path, k: int) -> Evaluation:
    """Asks every question of a file; raises UsageError naming the faulty line."""
    questions = read_questions(file)
    return summarize([_outcome(engine, question, k) for question in questions])


def read_questions(file: Path) -> list[Question]:
    """The questions of a JSON Lines file; raises UsageError naming the faulty line."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}.") from None
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line), number))
        except (ValueError, TypeError, AttributeError, QuestionError) as error:
            raise UsageError(f"{file}, line {number}: {error}") from None
    if not questions:
        raise UsageError(f"{file} has no questions.")
    return questions


def summarize(outcomes: Sequence[Outcome]) -> Evaluation:
    """The measures over outcomes."""
    answerable = [outcome for outcome in outcomes if not outcome.unanswerable]
    unanswerable = [outcome for outcome in outcomes if outcome.unanswerable]
    graded = [outcome.ndcg for outcome in answerable if outcome.ndcg is not None]
    times = [outcome.milliseconds for outcome in outcomes]
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else [*times] * 19
    return Evaluation(
        questions=len(outcomes),
        hit_at={
            cutoff: fmean((outcome.rank or math.inf) <= cutoff for outcome in answerable)
            for cutoff in CUTOFFS
        }
        if answerable
        else None,
        mrr=fmean(1 / (outcome.rank or math.inf) for outcome in answerable) if answerable else None,
        ndcg_at_10=fmean(graded) if graded else None,
        answered=fmean(outcome.answered for outcome in answerable) if answerable else None,
        refused=fmean(not outcome.answered for outcome in unanswerable) if unanswerable else None,
        p50_ms=cuts[9],
        p95_ms=cuts[18],
        outcomes=tuple(outcomes),
    )


def ndcg(ranked: Iterable[str], grades: Mapping[str, float], depth: int = NDCG_DEPTH) -> float:
    """Normalised discounted cumulative gain of a ranking against graded judgements, in [0, 1].

    The gain of an item is its grade; grades of 0 or less count as not relevant.
    """
    gains = [max(0.0, grades.get(item, 0.0)) for item in ranked][:depth]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _outcome(engine: Engine, question: Question, k: int) -> Outcome:
    answer = engine.ask(question.question, history=question.history, k=k)
    ranks = (quote.rank for quote in answer.quotes if _is_right(quote, question))
    return Outcome(
        id=question.id,
        question=question.question,
        answered=answer.answered,
        confidence=round(answer.confidence, 4),
        rank=next(ranks, None),
        ndcg=ndcg(_ranked(answer, question), question.sources) if question.sources else None,
        milliseconds=answer.timings.total,
        unanswerable=question.unanswerable,
    )


def _is_right(quote: Quote, question: Question) -> bool:
    if question.expect:
        return any(text in quote.text for text in question.expect)
    return any(quote.source.path.endswith(path) for path in question.sources)


def _ranked(answer: Answer, question: Question) -> list[str]:
    """Judged names of the sources in order of first quote; others keep their own path."""
    paths = dict.fromkeys(quote.source.path for quote in answer.quotes)
    return [
        next((judged for judged in question.sources if path.endswith(judged)), path)
        for path in paths
    ]


def _question(item: dict[str, Any], number: int) -> Question:
    text = item.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"question" must be a text.')
    expect, source = item.get("expect") or (), item.get("source") or ()
    unanswerable = bool(item.get("unanswerable"))
    if not (expect or source or unanswerable):
        raise ValueError('give "expect", "source" or "unanswerable": true.')
    paths = [source] if isinstance(source, str) else source
    return Question(
        id=str(item.get("id", number)),
        question=text,
        history=tuple(turns_from_json(item.get("history") or [])),
        expect=(expect,) if isinstance(expect, str) else tuple(map(str, expect)),
        sources=dict(paths) if isinstance(paths, dict) else {str(path): 1.0 for path in paths},
        unanswerable=unanswerable,
    )
