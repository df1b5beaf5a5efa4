"""A full disk or a refused write leaves the index in use."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
import pytest
from folder_index import FILES, opened

from bot.errors import IndexUnwritable, StoreError
from bot.store import IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")


def is_untouched(folder: Path) -> bool:
    """Whether the index is as it was before the run that failed, for readers new and old."""
    layout = IndexLayout(folder / "index")
    leftovers = list(layout.generations.glob(".building-*"))
    found = opened(folder).ask("green chromium")
    return (
        layout.live() == 1
        and not leftovers
        and found.generation == 1
        and found.quotes[0].text == FILES["stones.txt"]
        and opened(folder).verify().faults == ()
    )


def change(folder: Path) -> None:
    (folder / "corpus" / "new.txt").write_text("Uranium glows. " * 400, encoding="utf-8")


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def failed_write(*_: object, **__: object) -> None:
    raise RuntimeError("write error in fwrite: No space left on device")


@pytest.mark.parametrize(
    ("target", "name", "fault"),
    [
        (os, "fsync", full_disk),
        (np.lib.format, "write_array", full_disk),
        (faiss, "write_index", failed_write),
        (faiss, "write_index", full_disk),
        (Path, "write_text", full_disk),
        (Path, "rename", full_disk),
        (Path, "replace", full_disk),
    ],
)
def test_a_full_disk_leaves_the_index_in_use(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: object,
    name: str,
    fault: Callable[..., None],
) -> None:
    change(folder)
    with monkeypatch.context() as patched:
        patched.setattr(target, name, fault)
        with pytest.raises(
            IndexUnwritable,
            match=r"No space left on device\. Free some space, or .* unchanged\.$",
        ):
            opened(folder).sync()

    assert is_untouched(folder)
    report = opened(folder).sync()
    assert report.added == ("corpus/new.txt",)
    assert opened(folder).ask("uranium").generation == report.generation


def test_vectors_that_were_written_in_part_are_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(_: object, file: str) -> None:
        Path(file).write_bytes(b"half")

    change(folder)
    with monkeypatch.context() as patched:
        patched.setattr(faiss, "write_index", write_half)
        with pytest.raises(IndexUnwritable, match=r"FAISS cannot write vectors\.faiss whole"):
            opened(folder).sync()

    assert is_untouched(folder)


def test_a_disk_that_fills_up_at_any_moment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    calls = 0
    fails_at: int | str = 0

    def sometimes(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        # The switch is known by its place.
        name = Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(folder.parent)
        if fails_at in (calls, "CURRENT" if "CURRENT" in name.name else str(name)):
            full_disk()
        fsync(descriptor)

    spare = Path(shutil.copytree(folder, folder.parent / "spare"))
    change(spare)
    monkeypatch.setattr(os, "fsync", sometimes)
    opened(spare).sync()
    total = calls
    change(folder)
    for fails_at in (1, total // 2, "copy/index/generations", "CURRENT"):
        calls = 0
        with pytest.raises(IndexUnwritable, match="No space left on device"):
            opened(folder).sync()
        assert is_untouched(folder), f"the failure of call {fails_at} of {total} did harm"
    # That of its folder comes after the switch.
    fails_at = "copy/index"
    with pytest.raises(IndexUnwritable):
        opened(folder).sync()
    layout = IndexLayout(folder / "index")
    assert opened(folder).ask("uranium").generation == layout.live() > 1
    assert opened(folder).verify().faults == ()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Writes beyond a size fail, as on a full disk, whichever library makes them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 500, 5_000, 20_000])
def test_writes_that_the_system_refuses(folder: Path, size: int) -> None:
    change(folder)

    with largest_file(size), pytest.raises(IndexUnwritable, match="The index in use is unchanged"):
        opened(folder).sync()

    assert is_untouched(folder)
    assert opened(folder).sync().generation == 2


def test_an_index_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Zinc.", encoding="utf-8")
    (tmp_path / "index").write_text("a file stands here", encoding="utf-8")

    with pytest.raises(IndexUnwritable, match=r"Not a directory\. Choose another folder"):
        opened(tmp_path).sync()
    with pytest.raises(StoreError):
        opened(tmp_path).ask("zinc")


def test_an_index_can_be_read_where_nothing_can_be_written(folder: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in (folder / "index").rglob("*")}
    for file in before:
        file.chmod(0o555 if file.is_dir() else 0o444)
    with largest_file(0):
        engine = opened(folder)
        found = engine.ask("green chromium")

        assert found.quotes[0].text == FILES["stones.txt"]
        assert engine.verify().faults == ()
    assert {file: file.stat().st_mtime_ns for file in (folder / "index").rglob("*")} == before
