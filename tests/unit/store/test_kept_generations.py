"""Which generations are kept, and when they are collected."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from folder_index import opened

import bot
from bot.store import Generation, IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")


def grown(folder: Path, keep: int, runs: int) -> bot.Engine:
    engine = opened(folder, generations_kept=keep)
    for run in range(runs):
        (folder / "corpus" / "new.txt").write_text(f"Uranium number {run}.", encoding="utf-8")
        engine.sync()
    return engine


def test_the_newest_generations_are_kept(folder: Path) -> None:
    engine = grown(folder, keep=2, runs=3)

    layout = IndexLayout(folder / "index")
    assert layout.numbers() == [3, 4]
    assert layout.live() == 4
    assert engine.ask("uranium").quotes[0].text == "Uranium number 2."


def test_an_older_generation_still_answers_when_it_is_made_live(folder: Path) -> None:
    engine = grown(folder, keep=3, runs=2)

    IndexLayout(folder / "index").switch(2)

    found = engine.ask("uranium")
    assert (found.generation, found.quotes[0].text) == (2, "Uranium number 0.")
    assert engine.verify().faults == ()


def test_the_live_generation_is_never_collected(tmp_path: Path) -> None:
    layout = IndexLayout(tmp_path)
    for number in (1, 2, 3, 4):
        layout.generation(number).mkdir(parents=True)
    layout.switch(1)

    layout.collect(keep=2)

    assert layout.numbers() == [1, 3, 4]


def test_a_generation_that_a_reader_holds_answers_after_it_was_collected(folder: Path) -> None:
    old = Generation(IndexLayout(folder / "index"), 1)

    grown(folder, keep=1, runs=1)

    assert IndexLayout(folder / "index").numbers() == [2]
    assert old.passages([0])[0].text == "Zinc is a metal of blue hue."
    assert [row for row, _ in old.matching(["hue"], 5)] == [0]


def test_a_generation_that_was_never_live_is_removed(folder: Path) -> None:
    layout = IndexLayout(folder / "index")
    layout.generation(9).mkdir()

    assert opened(folder).sync(rebuild=True).generation == 2
    assert layout.numbers() == [1, 2]


def test_the_next_number_is_never_one_that_was_used(folder: Path) -> None:
    engine = grown(folder, keep=5, runs=2)
    layout = IndexLayout(folder / "index")
    layout.switch(1)

    assert engine.sync().generation == 4
    assert layout.numbers() == [1, 2, 3, 4]


def test_a_generation_that_nobody_holds_any_more_leaves_no_file_open(folder: Path) -> None:
    gc.collect()
    gc.disable()
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            generation = Generation(IndexLayout(folder / "index"), 1)
            generation.passages([0])
            assert generation.matching(["hue"], 5)
            assert generation.document_frequency("hue") > 0
            words = weakref.ref(generation._lexical)
            # Not by a collection, for what a chat has loaded is not looked through.
            del generation
            assert words() is None
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    finally:
        gc.enable()
