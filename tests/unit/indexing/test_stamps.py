"""An index of other settings is refused until it is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from indexed_passages import quoted
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexMismatch

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.mark.parametrize(
    ("vocabulary", "changed", "difference"),
    [
        (("zinc",), {"model": "other"}, "it was built with model 'default', not with 'other'"),
        (MINERALS, {"passage_characters": 900}, "its passages aim at 600 characters, not at 900"),
        (MINERALS, {"keep_boilerplate": True}, "it was built with keep_boilerplate = false"),
    ],
)
def test_an_index_of_other_settings_is_refused_until_it_is_rebuilt(
    engine: bot.Engine,
    corpus: Path,
    tmp_path: Path,
    write: Write,
    vocabulary: tuple[str, ...],
    changed: Mapping[str, Any],
    difference: str,
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    encoder = WordEncoder(vocabulary)
    other = bot.open(corpus, tmp_path / "index", encoder=encoder, **changed)

    for use in (other.sync, lambda: other.ask("zinc"), other.is_current, other.warm_up):
        with pytest.raises(
            IndexMismatch, match=rf"000001: {difference}\. Run: pincite index --rebuild$"
        ):
            use()
    assert other.status().generation == 1
    assert other.verify().faults == ()

    report = other.sync(rebuild=True)

    assert (report.generation, report.added) == (2, ("corpus/a.txt",))
    assert encoder.embedded == ["Zinc is a metal."]
    assert quoted(other, "zinc") == ["Zinc is a metal."]
    with pytest.raises(IndexMismatch, match="--rebuild"):
        engine.ask("zinc")


def test_a_rebuild_takes_nothing_over(
    engine: bot.Engine, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()

    report = engine.sync(rebuild=True)

    assert (report.generation, report.added, report.embedded) == (2, ("corpus/a.txt",), 1)
    assert encoder.embedded == ["Zinc is a metal."] * 2
