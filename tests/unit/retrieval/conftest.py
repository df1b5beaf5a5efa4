"""Fixtures that several files of this folder use."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.retrieval import ranking
from bot.types import RankingEvidence

RankBy = Callable[..., None]


@pytest.fixture
def rank_by(monkeypatch: pytest.MonkeyPatch) -> RankBy:
    """Ranks by the evidence that a test names, each with its weight; by the cosine until then."""

    def rank_by(intercept: float = 0.0, **weights: float) -> None:
        monkeypatch.setattr(ranking, "INTERCEPT", intercept)
        every = {**dict.fromkeys(ranking.NAMES, 0.0), **weights}
        monkeypatch.setattr(ranking, "WEIGHTS", RankingEvidence(**every))

    rank_by(cosine=1.0)
    return rank_by
