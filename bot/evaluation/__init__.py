"""Questions with expected passages -> measures, a report, and what changed since the last run.

`questions` says what a question file holds, `measures` what is measured.
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
