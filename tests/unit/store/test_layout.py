"""The file CURRENT names the live generation."""

from __future__ import annotations

from pathlib import Path

import pytest
from folder_index import opened

from bot.errors import IndexDamaged, IndexMissing
from bot.store import IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_the_switch_names_the_live_generation(tmp_path: Path) -> None:
    layout = IndexLayout(tmp_path)

    layout.switch(3)
    layout.switch(12)

    assert layout.live() == 12
    assert (tmp_path / "CURRENT").read_bytes() == b"12 12\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["CURRENT"]
    assert layout.generation(12) == tmp_path / "generations" / "000012"
    layout.switch(3)
    assert (tmp_path / "CURRENT").read_bytes() == b"3 12\n"


def test_without_current_there_is_no_index(folder: Path) -> None:
    (folder / "index" / "CURRENT").unlink()
    engine = opened(folder)

    for use in (engine.status, engine.sources, engine.verify, lambda: engine.ask("zinc")):
        with pytest.raises(IndexMissing, match=r"Run: pincite index$"):
            use()
    assert not engine.is_current()
    assert engine.sync().generation == 2
    assert engine.ask("zinc").generation == 2


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"abc", b"-1", b"1.0", b"\xff\xfe", b"1", b"1 2 3"]
)
def test_a_garbled_current_is_damage(folder: Path, content: bytes) -> None:
    (folder / "index" / "CURRENT").write_bytes(content)
    engine = opened(folder)

    for use in (engine.status, engine.sources, engine.verify, engine.sync, engine.is_current):
        with pytest.raises(IndexDamaged, match=r"CURRENT.*Run: pincite index --rebuild"):
            use()
    assert engine.sync(rebuild=True).generation == 2
    assert engine.ask("zinc").generation == 2


def test_a_current_that_is_a_folder_is_damage(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()

    with pytest.raises(IndexDamaged, match="--rebuild"):
        IndexLayout(tmp_path).live()


def test_a_current_that_names_a_generation_that_is_gone(folder: Path) -> None:
    (folder / "index" / "CURRENT").write_text("5 5\n", encoding="ascii")
    engine = opened(folder)

    with pytest.raises(IndexDamaged, match="--rebuild"):
        engine.ask("zinc")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        engine.verify()
    engine.sync(rebuild=True)
    assert engine.verify().faults == ()
