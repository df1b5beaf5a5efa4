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
    outcomes = []
    for question in read_questions(file):
        try:
            outcomes.append(_outcome(engine, question, k))
        except QuestionError as error:
            raise UsageError(f"{file}, question {question.id}: {error}") from None
    return summarize(outcomes)


def read_questions(file: Path) -> list[Question]:
    """The questions of a JSON Lines file; raises UsageError naming the faulty line."""
    try:
        # Not splitlines(): it would also split at a U+2028 within a question.
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{file}: {reason}. Give a file of questions in UTF-8.") from None
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(_parsed(line), number))
        except (ValueError, QuestionError) as error:
            raise UsageError(f"{file}, line {number}: {error}") from None
    if not questions:
        raise UsageError(f'{file} has no questions. Each line needs {{"question": …}}.')
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


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}.") from None


def _question(item: Any, number: int) -> Question:
    if not isinstance(item, dict):
        raise ValueError('it must be an object with a "question".')
    text, id_, history = item.get("question"), item.get("id"), item.get("history")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"question" must be a text.')
    unanswerable = item.get("unanswerable", False)
    if not isinstance(unanswerable, bool):
        raise ValueError('"unanswerable" must be true or false.')
    expect, sources = _texts(item, "expect"), _grades(item)
    if not (expect or sources or unanswerable):
        raise ValueError('give "expect", "source" or "unanswerable": true.')
    return Question(
        id=str(number if id_ is None else id_),
        question=text,
        history=() if history is None else tuple(turns_from_json(history)),
        expect=expect,
        sources=sources,
        unanswerable=unanswerable,
    )


def _grades(item: dict[str, Any]) -> dict[str, float]:
    """Judged paths with their grades, which are 1 where none are given."""
    given = item.get("source")
    if not isinstance(given, dict):
        return dict.fromkeys(_texts(item, "source"), 1.0)
    if not all(path and type(grade) in (int, float) for path, grade in given.items()):
        raise ValueError('"source" must give each path a grade, as in {"a.md": 2}.')
    return {path: float(grade) for path, grade in given.items()}


def _texts(item: dict[str, Any], name: str) -> tuple[str, ...]:
    """One text or several; an empty one would be found everywhere."""
    given = item.get(name) or ()
    texts = (given,) if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(
        isinstance(text, str) and text for text in texts
    ):
        raise ValueError(f'"{name}" must be a text or a list of texts.')
    return tuple(texts)
