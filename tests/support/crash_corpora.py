"""The corpus before and after a run that is killed, and what an engine tells of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from mishaps import told

import bot

QUESTION = "How much zinc, lead, copper and chromium?"

OLD = {
    "copper.md": "# Copper\n\nThe old mine has 30 tons of copper.\n\nNo copper is sold.\n",
    "lead.md": "# Lead\n\nThe old mine has 20 tons of lead.\n",
    "zinc.md": "# Zinc\n\nThe old mine has 10 tons of zinc.\n",
}
# zinc.md is changed, lead.md removed, copper.md renamed, chromium.md added.
NEW = {
    "chromium.md": "# Chromium\n\nThe new mine has 40 tons of chromium.\n",
    "copper-again.md": OLD["copper.md"],
    "zinc.md": "# Zinc\n\nThe new mine has 99 tons of zinc.\n",
}

Told: TypeAlias = list[list[Any]]


def put(corpus: Path, files: Mapping[str, str]) -> None:
    """Makes these the files of the corpus, and no others."""
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    for name, text in files.items():
        (corpus / name).write_text(text, encoding="utf-8")


def all_told(engine: bot.Engine) -> Told:
    """All that an engine answers to the question that every passage answers."""
    return told(engine, QUESTION)


def leftovers(site: Path) -> list[str]:
    """What a run that ended well does not leave behind."""
    folder = site / "index"
    unfinished = [*folder.glob("generations/.building-*"), *folder.glob("CURRENT.next")]
    return [file.name for file in unfinished]
