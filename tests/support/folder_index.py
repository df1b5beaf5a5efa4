"""An index in a folder that tests damage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from word_encoder import MINERALS, WordEncoder

import bot
from bot.store import IndexLayout
from bot.store.folder.manifest import sealed

FILES = {
    "metals.md": (
        "# Metals\n\nZinc is a metal of blue hue.\n\n## Uses\n\n"
        + "Zinc coats steel. Lead shields rays. " * 20
    ),
    "stones.txt": "Chromium makes stones green.\n\nCopper makes them blue.",
    "table.xls": "not read",
}


def opened(folder: Path, **settings: int) -> bot.Engine:
    return bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS), **settings)


def live_folder(folder: Path) -> Path:
    layout = IndexLayout(folder / "index")
    return layout.generation(layout.live())


def damaged_file(folder: Path, name: str) -> Path:
    """The file of the live generation that `name` or its suffix names."""
    (file,) = sorted(live_folder(folder).rglob(name))[-1:]
    return file


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 8]) + data[place + 1 :]


def forge(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Alters the manifest, and its hash with it."""
    file = live_folder(folder) / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    del content["sha256"]
    change(content)
    content["sha256"] = sealed(content)
    file.write_text(json.dumps(content), encoding="utf-8")
