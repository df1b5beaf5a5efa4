"""Asks the questions of a file and measures the answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..engine import Engine
from ..engine.asking import Ask
from ..errors import QuestionError, UsageError
from ..types import Quote, SourceInfo, Verdict
from .measures import Evaluation, Outcome, summarize
from .questions import Question, read_questions
from .ranking import ndcg, recall

CONFIDENCE_DIGITS = 4


def evaluate_file(engine: Engine, file: Path, k: int) -> Evaluation:
    """Asks every question of a file; raises UsageError naming the faulty line or question."""
    questions = questions_for(engine, file, k)
    return evaluate(
        lambda text, turns, count: engine.ask(text, history=turns, k=count), questions, k
    )


def questions_for(engine: Engine, file: Path, k: int) -> list[Question]:
    """Returns the questions of a file; raises UsageError if the engine rejects one of them."""
    questions = read_questions(file)
    for question in questions:
        try:
            engine.check_question(question.question, k)
        except QuestionError as error:
            raise UsageError(f"{file}, question {question.id}: {error}") from None
    return questions


def evaluate(ask: Ask, questions: Sequence[Question], k: int) -> Evaluation:
    """Returns the measures of the answers that `ask` gives, looking at `k` passages for each
    question.
    """
    return summarize([_outcome(ask, question, k) for question in questions], k)


def _outcome(ask: Ask, question: Question, k: int) -> Outcome:
    answer = ask(question.question, question.history, k)
    ranks = (quote.rank for quote in answer.quotes if _is_right(quote, question))
    quoted = _judged([quote.source for quote in answer.quotes], question)
    cited = _judged([citation.source for citation in answer.citations], question)
    return Outcome(
        id=question.id,
        question=question.question,
        answered=answer.answered,
        unsure=answer.verdict is Verdict.UNSURE,
        confidence=round(answer.confidence, CONFIDENCE_DIGITS),
        rank=next(ranks, None),
        ndcg=ndcg(quoted, question.sources) if question.sources else None,
        recall=recall(cited, question.sources) if question.sources else None,
        milliseconds=answer.timings.total,
        unanswerable=question.unanswerable,
    )


def _is_right(quote: Quote, question: Question) -> bool:
    if question.unanswerable:
        return False
    if question.expect:
        return any(text in quote.text for text in question.expect)
    return any(_is_at(quote.source, path) for path in question.sources)


def _judged(sources: Sequence[SourceInfo], question: Question) -> list[str]:
    """Returns the path under which each source is judged; an unjudged source keeps its own path."""
    return [
        next((path for path in question.sources if _is_at(source, path)), source.path)
        for source in sources
    ]


def _is_at(source: SourceInfo, path: str) -> bool:
    return any(place.endswith(path) for place in (source.path, *source.also_at))
