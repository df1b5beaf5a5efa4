"""A cancelled run leaves the index as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from word_encoder import WordEncoder

import bot
from bot.errors import IndexMissing, SyncCancelled

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_a_cancelled_run_leaves_the_old_generation(
    engine: bot.Engine, encoder: WordEncoder, tmp_path: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    write({f"{number}.txt": f"Uranium number {number}." for number in range(5)})
    asked = 0

    def cancelled_after(calls: int) -> Callable[[], bool]:
        def cancelled() -> bool:
            nonlocal asked
            asked += 1
            return asked > calls

        return cancelled

    # Six files are read, five sources split, a share and its only window begun, and five passages
    # embedded.
    for calls in (0, 3, 6, 9, 14):
        asked = 0
        with pytest.raises(SyncCancelled, match="the index in use is unchanged"):
            engine.sync(cancelled=cancelled_after(calls))
        assert engine.ask("zinc").generation == 1
        assert [entry.name for entry in (tmp_path / "index" / "generations").iterdir()] == [
            "000001"
        ]
    asked = 0
    assert engine.sync(cancelled=cancelled_after(17)).generation == 2
    # What the cancelled runs embedded was not embedded again.
    assert len(encoder.embedded) == len(set(encoder.embedded)) == 6
    assert engine.ask("uranium", k=5).quotes[0].text == "Uranium number 0."


def test_a_first_run_that_is_cancelled_leaves_no_index(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc is a metal."})

    with pytest.raises(SyncCancelled):
        engine.sync(cancelled=lambda: True)
    with pytest.raises(IndexMissing):
        engine.ask("zinc")
