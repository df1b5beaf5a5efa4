"""The words of passages, as tests count them."""

from __future__ import annotations

from collections.abc import Sequence

from word_encoder import WORD

from bot.types import Passage


def words(texts: Sequence[str]) -> list[int]:
    return [len(WORD.findall(text)) for text in texts]


def texts(passages: Sequence[Passage]) -> list[str]:
    return [passage.text for passage in passages]
