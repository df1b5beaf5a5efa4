"""Fixtures that several files of this folder use."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_encoder import WordEncoder

import bot


@pytest.fixture
def mines(tmp_path: Path) -> bot.Engine:
    files = {
        "zinc.md": "# Zinc report\n\nZinc is mined in the northern hills by two companies. "
        "The output of zinc was 30 tons in 2020.\n",
        "lead.md": "# Lead report\n\nLead is mined in the southern valley by one company. "
        "The output of zinc was 31 tons in 2020.\n",
        "copper.md": "# Copper report\n\nCopper is mined near the old harbour by many people.\n",
    }
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in files.items():
        (corpus / name).write_text(text, "utf-8")
    words = ("zinc", "lead", "copper", "mined", "output", "tons", "hills", "valley", "harbour")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(words))
    engine.sync()
    return engine
