"""Folders of documents with an index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from word_encoder import WordEncoder

import bot


def built(corpus: Path, index: Path, encoder: WordEncoder, files: Mapping[str, str]) -> bot.Engine:
    """An engine on a new corpus of some files, which are indexed."""
    for name, text in files.items():
        file = corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    engine = bot.open(corpus, index, encoder=encoder)
    engine.sync()
    return engine


def quoted(engine: bot.Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, k=10).quotes]
