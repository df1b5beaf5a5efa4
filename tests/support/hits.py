"""Hits of sources that tests make up, and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.answering.comparing.conflicts import conflicts, statements
from bot.retrieval import ranking
from bot.retrieval.late_interaction import Match
from bot.text.terms import terms
from bot.types import Citation, Conflict, Hit, Passage, RankingEvidence, SourceInfo


def make_info(name: str) -> SourceInfo:
    return SourceInfo(
        id=name,
        path=f"corpus/{name}.txt",
        title=name,
        publisher=None,
        author=None,
        date=None,
        url=None,
        language="en",
        format="txt",
        sha256="0" * 64,
    )


def make_passage(text: str, source: str = "a", start: int = 0) -> Passage:
    return Passage(f"{source}:{text}", source, start, start + len(text), text, (), "line 1")


def make_hit(text: str, source: str, score: float = 1.0) -> Hit:
    return Hit(0, make_passage(text, source), 0.5, 1.0, score)


def conflicts_of(question: str, *texts: str, sources: Sequence[str] = "abcdef") -> list[Conflict]:
    """The conflicts of one highlighted passage a source."""
    found = []
    for number, (text, source) in enumerate(zip(texts, sources, strict=False), start=1):
        info = make_info(source)
        citation = Citation(number, str(number), info, 0, len(text), "line 1", ())
        found += statements(citation, text, [(0, len(text))], "en")
    return conflicts(found, question, dict.fromkeys(terms(question), 1.0))


def make_evidence(**values: float) -> RankingEvidence:
    """Nothing but what is named."""
    return RankingEvidence(**{**dict.fromkeys(ranking.NAMES, 0.0), **values})


def make_match(
    sentences: Sequence[tuple[int, int]], interactions: Sequence[float], asks: Sequence[bool] = ()
) -> Match:
    """How the sentences of a passage are met, each by itself."""
    none = np.zeros(len(sentences), dtype=np.float32)
    return Match(
        interaction=0.0,
        even_interaction=0.0,
        cosines=np.empty((1, 0), dtype=np.float32),
        spans=np.empty((0, 2), dtype=np.int32),
        sentences=np.array(sentences, dtype=np.int32).reshape(-1, 2),
        asks=np.array(asks, dtype=bool) if asks else np.zeros(len(sentences), dtype=bool),
        bare=np.zeros(len(sentences), dtype=bool),
        interactions=np.array(interactions, dtype=np.float32),
        context_interactions=none + 1,
        context_cosines=none + 1,
        context_pieces=none[None] + 1,
    )
