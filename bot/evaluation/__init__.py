"""Evaluation: questions with expected passages -> measures, a report, and changes since the last
run.

`questions` defines the question file, `measures` the measures.
"""

from .measures import Evaluation, Outcome, summarize
from .questions import Question, read_questions
from .ranking import ndcg
from .run import evaluate, evaluate_file, questions_for

__all__ = [
    "Evaluation",
    "Outcome",
    "Question",
    "evaluate",
    "evaluate_file",
    "ndcg",
    "questions_for",
    "read_questions",
    "summarize",
]
