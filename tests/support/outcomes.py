"""Outcomes of questions that tests make up."""

from __future__ import annotations

from typing import Any

from bot.evaluation import Outcome, summarize
from bot.evaluation.history import About, Run


def outcome(id_: str, rank: int | None, **changed: Any) -> Outcome:
    """An answerable question that was answered."""
    fields: dict[str, Any] = {
        "id": id_,
        "question": f"question {id_}",
        "answered": True,
        "confidence": 0.9,
        "rank": rank,
        "ndcg": None,
        "recall": None,
        "milliseconds": 10.0,
        "unanswerable": False,
    }
    return Outcome(**fields | changed)


MARKUP = '<script>alert(1)</script><img src="x" onerror=alert(2)>'
ABOUT = About("2024-01-02T03:04:05+00:00", "golden.jsonl", 4, "default", 0.5)


def run(*outcomes: Outcome, k: int = 10) -> Run:
    """A run of these outcomes."""
    return Run(ABOUT, summarize(outcomes, k))
