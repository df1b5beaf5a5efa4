"""A manifest comes back as it was written, or is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import IndexDamaged, IndexMismatch
from bot.store import Manifest, Stamp
from bot.store.folder.layout import REPAIR
from bot.store.folder.manifest import FORMAT, FileRecord, SegmentRecord, record_of, records_below
from bot.types import CorpusFile, SkippedFile

pytestmark = pytest.mark.usefixtures("quick_disk")

STAMP = Stamp(
    encoder="words:zinc",
    model="default",
    reading=1,
    keep_boilerplate=False,
    passages=1,
    passage_characters=600,
)
MANIFEST = Manifest(
    generation=7,
    created="2024-01-02T03:04:05+00:00",
    stamp=STAMP,
    sources=2,
    passages=3,
    dimension=9,
    unread=(CorpusFile("corpus/ä\nb\\xff.xyz", None, None, "format '.xyz' is not read"),),
    segments=(
        SegmentRecord("000003", ("0123456789abcdef",), {"vectors.faiss": FileRecord(3, "cd" * 32)}),
        SegmentRecord("000007", (), {"postings/rows.npy": FileRecord(12, "ab" * 32)}),
    ),
)


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    MANIFEST.write(tmp_path)

    assert Manifest.read(tmp_path) == MANIFEST
    assert MANIFEST.files == {
        "segments/000003/vectors.faiss": FileRecord(3, "cd" * 32),
        "segments/000007/postings/rows.npy": FileRecord(12, "ab" * 32),
    }
    assert MANIFEST.skipped == (SkippedFile(MANIFEST.unread[0].path, "format '.xyz' is not read"),)


@pytest.mark.parametrize("other", [FORMAT - 2, FORMAT + 1, None, "2"])
def test_a_manifest_of_another_format_names_the_repair(tmp_path: Path, other: object) -> None:
    MANIFEST.write(tmp_path)
    file = tmp_path / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "format": other}), encoding="utf-8")

    with pytest.raises(IndexMismatch, match=f"another version of pincite.*{REPAIR}"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        "{}",
        f'{{"format": {FORMAT}}}',
        "\x00" * 20,
        f'{{"format": {FORMAT}, "x": 2}}',
    ],
)
def test_a_manifest_that_says_nothing_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(IndexDamaged, match="--rebuild"):
        Manifest.read(tmp_path)


def test_a_record_is_the_size_and_the_hash_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "b").write_bytes(b"abc")
    (tmp_path / "a").write_bytes(b"")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert record_of(tmp_path / "inner" / "b") == FileRecord(3, abc)
    assert records_below(tmp_path) == {"a": FileRecord(0, empty), "inner/b": FileRecord(3, abc)}


@pytest.mark.parametrize(
    ("wanted", "difference"),
    [
        (STAMP, None),
        (
            replace(STAMP, encoder="words:lead", model="other"),
            "it was built with model 'default', not with 'other'",
        ),
        (replace(STAMP, reading=2), "it was built by another version of pincite"),
        (replace(STAMP, passages=2), "it was built by another version of pincite"),
        (
            replace(STAMP, passage_characters=900),
            "its passages aim at 600 characters, not at 900",
        ),
        (replace(STAMP, keep_boilerplate=True), "it was built with keep_boilerplate = false"),
        (replace(STAMP, model="the same weights under another name"), None),
    ],
)
def test_stamps_differ_in_words(wanted: Stamp, difference: str | None) -> None:
    assert STAMP.difference(wanted) == difference
