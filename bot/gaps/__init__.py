"""Unanswered questions: their log, clusters by meaning, exports and approved answers."""

from .approving import approve, approved_questions, withdraw
from .clusters import Asked, Cluster, asked_before, clustered
from .desk import GapService
from .exporting import FORMATS, exported
from .log import KINDS, REASONS, GapLog, Remark

__all__ = [
    "FORMATS",
    "KINDS",
    "REASONS",
    "Asked",
    "Cluster",
    "GapLog",
    "GapService",
    "Remark",
    "approve",
    "approved_questions",
    "asked_before",
    "clustered",
    "exported",
    "withdraw",
]
