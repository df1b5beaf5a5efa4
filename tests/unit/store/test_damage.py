"""Damage to any file of a generation is noticed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from folder_index import damaged_file, flipped, forge, live_folder, opened

from bot.errors import IndexDamaged
from bot.store import Generation, IndexLayout
from bot.store.folder import merging
from bot.store.folder.layout import REPAIR
from bot.store.folder.manifest import record_of

pytestmark = pytest.mark.usefixtures("quick_disk")

NAMES = (
    "catalog.sqlite",
    "vectors.faiss",
    "embeddings.bin",
    "places.npy",
    "words.json",
    *(f"postings/{name}.npy" for name in ("terms", "starts", "rows", "counts", "lengths")),
)


def test_every_kind_of_file_is_named(folder: Path) -> None:
    generation = live_folder(folder)
    known = {file for name in NAMES for file in generation.rglob(name)}
    others = {
        file.relative_to(generation).as_posix()
        for file in generation.rglob("*")
        if file.is_file() and file not in known
    }

    assert others == {"manifest.json"}
    assert opened(folder).verify().faults == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_damage(folder: Path, name: str) -> None:
    file = damaged_file(folder, name)
    file.unlink()
    engine = opened(folder)

    with pytest.raises(IndexDamaged, match=rf"{file.name} is missing. {REPAIR}"):
        engine.ask("zinc")
    with pytest.raises(IndexDamaged, match=REPAIR):
        engine.sync()
    faults = engine.verify().faults
    assert faults[0] == (
        f"{file.relative_to(live_folder(folder)).as_posix()}: No such file or directory"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_damage(folder: Path, name: str) -> None:
    file = damaged_file(folder, name)
    size = file.stat().st_size
    os.truncate(file, size // 2)
    engine = opened(folder)

    expected = rf"{file.name} has {size // 2:,} bytes instead of {size:,}\. {REPAIR}"
    with pytest.raises(IndexDamaged, match=expected):
        engine.ask("zinc")
    assert (
        engine.verify()
        .faults[0]
        .startswith(f"{file.relative_to(live_folder(folder)).as_posix()}: altered (SHA-256 ")
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_bit_is_a_fault_and_never_a_crash(folder: Path, name: str) -> None:
    file = damaged_file(folder, name)
    shown = file.relative_to(live_folder(folder)).as_posix()
    intact = file.read_bytes()
    places = {len(intact) * part // 8 for part in range(8)} | {len(intact) - 1, len(intact) - 6}
    for place in sorted(places):
        # A new file: one that is still mapped by the engine before must not be cut under it.
        beside = folder / "flipped"
        beside.write_bytes(flipped(intact, place))
        beside.replace(file)
        engine = opened(folder)
        with suppress(IndexDamaged):
            engine.ask("What is zinc used for?")
        assert engine.verify().faults[0].startswith(f"{shown}: altered (SHA-256 ")


@pytest.mark.parametrize("name", ["words.json", "postings", "places.npy", "embeddings.bin"])
def test_a_part_that_not_even_the_manifest_has_is_damage(folder: Path, name: str) -> None:
    (part,) = live_folder(folder).rglob(name)
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink()
    forge(folder, lambda content: forget(content["segments"][0]["files"], name))
    engine = opened(folder)

    with pytest.raises(IndexDamaged, match=rf"{name}.*{REPAIR}"):
        engine.ask("What is zinc used for?")
    engine.sync(rebuild=True)
    assert engine.ask("What is zinc used for?").generation == 2


def forget(files: dict[str, object], name: str) -> None:
    """Takes the records of a file, or of a folder's files, out of a segment's."""
    for known in [known for known in files if known.startswith(name)]:
        del files[known]


def test_a_manifest_that_was_altered_is_damage(folder: Path) -> None:
    (folder / "corpus" / "stones.txt").unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merging, "SMALL", 1)
        patched.setattr(merging, "REMOVED", 1)
        opened(folder).sync()
    file = live_folder(folder) / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    assert len(content["segments"][0]["removed"]) == 1
    # Else the removed source would answer again.
    content["segments"][0]["removed"] = []
    file.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(IndexDamaged, match="it was altered"):
        opened(folder).ask("green chromium")


def test_parts_that_disagree_on_the_sources_are_damage(folder: Path) -> None:
    forge(folder, lambda content: content["segments"][0].update(removed=["0123456789abcdef"]))

    with pytest.raises(IndexDamaged, match=f"its parts disagree on the sources. {REPAIR}"):
        opened(folder).ask("zinc")
    forge(folder, lambda content: content["segments"][0].update(removed=[]))
    opened(folder).ask("zinc")
    forge(folder, lambda content: content.update(sources=content["sources"] + 1))
    with pytest.raises(IndexDamaged, match=f"its parts disagree on the sources. {REPAIR}"):
        opened(folder).ask("zinc")


def test_a_header_of_an_array_that_is_no_python(folder: Path) -> None:
    file = damaged_file(folder, "places.npy")
    data = file.read_bytes()
    file.write_bytes(data.replace(b"}", b"(", 1))

    with pytest.raises(IndexDamaged, match=f"embeddings.bin is damaged.*{REPAIR}"):
        opened(folder).ask("zinc")


@pytest.mark.parametrize(("name", "was", "now"), [("rows", b"<i4", b"<u4"), ("terms", b"S", b"U")])
def test_postings_of_another_type_are_damage(
    folder: Path, name: str, was: bytes, now: bytes
) -> None:
    file = damaged_file(folder, f"{name}.npy")
    data = file.read_bytes()
    file.write_bytes(data.replace(was, now, 1))

    with pytest.raises(IndexDamaged, match="postings are damaged"):
        opened(folder).ask("zinc")


@pytest.mark.parametrize(
    ("table", "column"), [("sources", "info"), ("sources", "blocks"), ("passages", "section")]
)
def test_altered_json_in_the_catalog_is_damage(folder: Path, table: str, column: str) -> None:
    file = damaged_file(folder, "catalog.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = '?' || substr({column}, 2)")
    engine = opened(folder)

    # An answer goes on without the one source that it cannot check.
    use = engine.sources if column == "blocks" else lambda: engine.ask("zinc")
    with pytest.raises(IndexDamaged, match=f"catalog.sqlite is damaged.*{REPAIR}"):
        use()
    faults = engine.verify().faults
    assert faults[0].startswith("segments/000001/catalog.sqlite: altered (SHA-256 ")
    assert any(REPAIR in fault for fault in faults[1:])


def test_parts_that_disagree_on_the_passages_are_damage(folder: Path) -> None:
    forge(folder, lambda content: content.update(passages=content["passages"] + 1))
    engine = opened(folder)

    with pytest.raises(IndexDamaged, match="its parts disagree on the passages"):
        engine.ask("zinc")
    assert "its parts disagree on the passages" in engine.verify().faults[0]


@pytest.mark.parametrize("how", ["missing", "truncated", "flipped"])
def test_a_damaged_manifest(folder: Path, how: str) -> None:
    file = live_folder(folder) / "manifest.json"
    data = file.read_bytes()
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(data[: len(data) // 2] if how == "truncated" else flipped(data, 0))
    engine = opened(folder)

    for use in (engine.status, engine.verify, engine.sync, lambda: engine.ask("zinc")):
        with pytest.raises(IndexDamaged, match=f"manifest.json is missing or damaged.*{REPAIR}"):
            use()
    assert engine.sync(rebuild=True).generation == 2
    assert engine.verify().faults == ()


def test_a_hash_that_was_altered_in_the_manifest_is_a_fault(folder: Path) -> None:
    def alter(content: dict[str, Any]) -> None:
        content["segments"][0]["files"]["vectors.faiss"]["sha256"] = "0" * 64

    digest = record_of(damaged_file(folder, "vectors.faiss")).sha256
    forge(folder, alter)

    assert opened(folder).verify().faults == (
        f"segments/000001/vectors.faiss: altered (SHA-256 {digest[:12]}…)",
    )


def test_a_rebuild_heals_a_damaged_index(folder: Path) -> None:
    damaged_file(folder, "vectors.faiss").write_bytes(b"")
    engine = opened(folder)
    with pytest.raises(IndexDamaged, match=REPAIR):
        engine.ask("zinc")

    engine.sync(rebuild=True)

    assert engine.ask("zinc").quotes[0].source.path == "corpus/metals.md"
    assert engine.verify().faults == ()


def test_verification_counts_what_it_proved(folder: Path) -> None:
    found = opened(folder).verify()
    generation = Generation(IndexLayout(folder / "index"), 1)

    assert (found.generation, found.sources, found.passages) == (1, 2, len(generation))
    assert found.files == len(generation.manifest.files)
