"""Unanswered questions: their log, clusters by meaning, exports and approved answers."""

from .approving import approve, approved_questions, withdraw
from .clusters import Cluster, QuestionGaps, asked_before, clustered
from .exporting import FORMATS, exported
from .log import KINDS, REASONS, GapLog, Remark
from .service import GapService

__all__ = [
    "FORMATS",
    "KINDS",
    "REASONS",
    "Cluster",
    "GapLog",
    "GapService",
    "QuestionGaps",
    "Remark",
    "approve",
    "approved_questions",
    "asked_before",
    "clustered",
    "exported",
    "withdraw",
]
