"""Outcomes of questions that tests make up."""

from __future__ import annotations

from typing import Any

from bot.evaluation import Outcome


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
