"""Generations on disk: what was saved is what is loaded, and no accident goes unnoticed."""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    StoreError,
)
from bot.store import EmbeddingLog, Generation, IndexLayout, Manifest, Stamp
from bot.store.folder import merging
from bot.store.folder.embeddings import Embeddings, as_record, write_records
from bot.store.folder.layout import REPAIR
from bot.store.folder.manifest import (
    FORMAT,
    FileRecord,
    SegmentRecord,
    record_of,
    records_below,
    sealed,
)
from bot.store.folder.postings import Postings, Searched, merge_postings, write_postings
from bot.store.folder.vectors import VectorIndex, write_vectors
from bot.store.folder.words import Tally
from bot.store.tokens import AT_ONCE, Pieces, pack, similarities, unpack
from bot.text.rewriting import Phrasing, rewrite_question
from bot.types import CorpusFile, SkippedFile, Vectors

pytestmark = pytest.mark.usefixtures("quick_disk")

FILES = {
    "metals.md": (
        "# Metals\n\nZinc is a metal of blue hue.\n\n## Uses\n\n"
        + "Zinc coats steel. Lead shields rays. " * 20
    ),
    "stones.txt": "Chromium makes stones green.\n\nCopper makes them blue.",
    "table.xls": "not read",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and an index of one generation, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    opened(folder).sync()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def opened(folder: Path, **settings: int) -> bot.Engine:
    return bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS), **settings)


def live_folder(folder: Path) -> Path:
    layout = IndexLayout(folder / "index")
    return layout.generation(layout.live())


def damaged_file(folder: Path, name: str) -> Path:
    """The file of the live generation that `name` or its suffix names."""
    (file,) = sorted(live_folder(folder).rglob(name))[-1:]
    return file


# Word pieces at four bits


def test_packing_by_hand() -> None:
    vectors = np.array([[1, 0, -1, 0.5], [-0.2, 0.2, 0.1, 0]], dtype=np.float32)

    packed = pack(vectors)

    # 7, 0, -7, 3.5 → 4 and -7, 7, 3.5 → 4, 0, each plus 8.
    assert packed.tolist() == [[0xF8, 0x1C], [0x1F, 0xC8]]
    assert packed.dtype == np.uint8
    expected = np.array([[7, 0, -7, 4], [-7, 7, 4, 0]]) / np.sqrt(114)
    np.testing.assert_allclose(unpack(packed, 4), expected, rtol=1e-6)


def test_an_odd_dimension_is_padded_and_comes_back() -> None:
    packed = pack(np.array([[0, 2, 0]], dtype=np.float32))

    assert packed.tolist() == [[0x8F, 0x88]]
    assert unpack(packed, 3).tolist() == [[0, 1, 0]]


def test_a_vector_of_zeros_and_no_vector_at_all() -> None:
    assert unpack(pack(np.zeros((1, 4), dtype=np.float32)), 4).tolist() == [[0, 0, 0, 0]]
    assert pack(np.empty((0, 4), dtype=np.float32)).shape == (0, 2)
    assert unpack(np.empty((0, 2), dtype=np.uint8), 4).shape == (0, 4)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_four_bits_keep_the_direction_of_a_vector(seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((20, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    restored = unpack(pack(vectors), 384)

    np.testing.assert_allclose(np.linalg.norm(restored, axis=1), 1, rtol=1e-5)
    cosines = (vectors * restored).sum(axis=1)
    # .98 and more in all but one of a thousand, whose largest number is far above the others.
    assert float(np.median(cosines)) >= 0.985
    assert float(cosines.min()) >= 0.96


@pytest.mark.parametrize("dimension", [7, 384])
@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE - 1])
def test_packed_vectors_are_compared_as_if_they_were_unpacked(count: int, dimension: int) -> None:
    numbers = np.random.default_rng(5)
    codes = pack(numbers.standard_normal((count, dimension), dtype=np.float32))
    vectors = numbers.standard_normal((3, dimension), dtype=np.float32)

    expected = vectors @ unpack(codes, dimension).T

    cosines, _ = similarities(vectors, codes, np.arange(count))
    np.testing.assert_allclose(cosines, expected, atol=1e-5)


@pytest.mark.parametrize("dimension", [7, 384])
@pytest.mark.parametrize("sizes", [[3, 0, AT_ONCE, 1, 0, 2 * AT_ONCE + 5, 2], [1], [AT_ONCE, 1]])
def test_packed_vectors_are_summed_by_group(sizes: list[int], dimension: int) -> None:
    numbers = np.random.default_rng(5)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    codes = pack(numbers.standard_normal((len(groups), dimension), dtype=np.float32))
    vectors = numbers.standard_normal((3, dimension), dtype=np.float32)

    _, sums = similarities(vectors, codes, groups)

    unpacked = unpack(codes, dimension)
    expected = np.stack([unpacked[groups == group].sum(axis=0) for group in range(len(sizes))])
    np.testing.assert_allclose(sums[:, :dimension], expected, atol=1e-4)
    # Padded with one zero to an even dimension.
    assert sums.shape == (len(sizes), dimension + dimension % 2)
    assert not sums[:, dimension:].any()


@settings(max_examples=50, deadline=None)
@given(
    axis=st.integers(0, 383),
    sign=st.sampled_from([1, -1]),
    length=st.floats(2**-10, 2**10, width=32),
)
def test_four_bits_keep_an_axis_exactly(axis: int, sign: int, length: float) -> None:
    vector = np.zeros((1, 384), dtype=np.float32)
    vector[0, axis] = sign * length

    restored = unpack(pack(vector), 384)

    assert np.flatnonzero(restored).tolist() == [axis]
    assert restored[0, axis] == sign


def pieces_of(vectors: list[list[float]], spans: list[list[int]]) -> Pieces:
    return Pieces(
        pack(np.array(vectors, dtype=np.float32).reshape(-1, 4)),
        np.array(spans, dtype=np.int32).reshape(-1, 2),
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EmbeddingLog]:
    """An empty log of an encoder called "words"."""
    with EmbeddingLog(IndexLayout(tmp_path / "index"), "words") as opened_log:
        yield opened_log


def record(number: int, pieces: Pieces) -> bytes:
    """The record of a text whose key is a number, and whose vector is (number, 0)."""
    return as_record(bytes([number] * 32), np.array([number, 0], dtype=np.float32), pieces)


TWO = pieces_of([[1, 0, 0, 0], [0, 0, 1, 0]], [[-1, -1], [5, 9]])
ONE = pieces_of([[0, -1, 0, 0]], [[0, 4]])
NONE = pieces_of([], [])


def test_records_come_back_by_row(tmp_path: Path) -> None:
    write_records([record(1, TWO), record(2, NONE), record(3, ONE), record(1, TWO)], tmp_path)

    found = Embeddings(tmp_path)

    assert len(found) == 4
    assert found.pieces(0).codes.tolist() == TWO.codes.tolist()
    assert found.pieces(0).spans.tolist() == [[-1, -1], [5, 9]]
    assert found.pieces(1).spans.shape == (0, 2)
    assert unpack(found.pieces(2).codes, 4).tolist() == [[0, -1, 0, 0]]
    assert found.vectors([2, 0]).tolist() == [[3, 0], [1, 0]]
    assert found.record(1) == record(2, NONE)
    # What is there twice is written once.
    assert found.record(3) == found.record(0)
    assert (tmp_path / "embeddings.bin").stat().st_size == sum(
        len(record(number, pieces)) for number, pieces in ((1, TWO), (2, NONE), (3, ONE))
    )


def test_a_segment_of_no_passages(tmp_path: Path) -> None:
    write_records([], tmp_path)

    assert (len(Embeddings(tmp_path)), Embeddings(tmp_path).vectors([]).shape[0]) == (0, 0)


def test_what_a_killed_run_embedded_is_found_by_the_next(log: EmbeddingLog, tmp_path: Path) -> None:
    layout = IndexLayout(tmp_path / "index")
    log.append(record(1, TWO))
    log.append(record(2, ONE))
    (file,) = layout.embedding.iterdir()
    whole = file.read_bytes()

    # However much of the last record was written when the run was killed, or what of it is wrong.
    ends = [whole[:end] for end in range(len(whole))] + [flipped(whole, len(whole) - 9)]
    for data in ends:
        file.write_bytes(data)
        with EmbeddingLog(layout, "words") as again:
            known = [bytes([number] * 32) in again for number in (1, 2)]
            assert known == [len(data) >= len(record(1, TWO)), False]
            again.append(record(2, ONE))
        expected = whole if known[0] else record(2, ONE)
        assert file.read_bytes() == expected


def test_a_log_that_is_wanted_whole_becomes_part_of_the_segment(
    log: EmbeddingLog, tmp_path: Path
) -> None:
    log.append(record(1, TWO))
    log.append(record(2, ONE))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    log.write([bytes([2] * 32), bytes([1] * 32), bytes([2] * 32)], first)
    log.write([bytes([2] * 32)], second)

    (file,) = IndexLayout(tmp_path / "index").embedding.iterdir()
    assert file.samefile(first / "embeddings.bin")
    assert Embeddings(first).vectors([0, 1, 2])[:, 0].tolist() == [2, 1, 2]
    assert (second / "embeddings.bin").read_bytes() == record(2, ONE)


def test_a_log_that_belongs_to_a_generation_grows_no_more(
    log: EmbeddingLog, tmp_path: Path
) -> None:
    log.append(record(1, TWO))
    log.write([bytes([1] * 32)], tmp_path)

    with EmbeddingLog(IndexLayout(tmp_path / "index"), "words") as again:
        assert bytes([1] * 32) not in again
        again.append(record(2, ONE))

    assert (tmp_path / "embeddings.bin").read_bytes() == record(1, TWO)


def test_a_log_of_what_nobody_wants_any_more_is_emptied(log: EmbeddingLog, tmp_path: Path) -> None:
    log.append(record(1, TWO))
    log.keep_if([bytes([1] * 32), bytes([2] * 32)])
    assert bytes([1] * 32) in log

    log.keep_if([bytes([2] * 32)])

    assert bytes([1] * 32) not in log
    (file,) = IndexLayout(tmp_path / "index").embedding.iterdir()
    assert file.stat().st_size == 0
    # And so is that of another encoder.
    with EmbeddingLog(IndexLayout(tmp_path / "index"), "other"):
        assert not file.exists()


# Postings


def test_postings_say_where_each_term_stands_and_how_often(tmp_path: Path) -> None:
    write_postings(
        [("Zinc and zinc ore", "Metals Zinc", None), ("Lead", "Zinc", "en"), ("", "", None)],
        tmp_path / "postings",
    )

    postings = Postings(tmp_path / "postings")

    rows, counts = postings.find("zinc")
    assert (rows.tolist(), counts.tolist()) == ([0, 1], [[2, 1], [0, 1]])
    rows, counts = postings.find("metal")
    assert (rows.tolist(), counts.tolist()) == ([0], [[0, 1]])
    assert postings.find("zin")[0].tolist() == postings.find("zincograph")[0].tolist() == []
    assert postings.lengths.tolist() == [[3, 2], [1, 1], [0, 0]]


def test_every_passage_is_searched_with_its_title_and_headings_once_each(folder: Path) -> None:
    (folder / "corpus" / "ores.md").write_text(
        "# Ores\n\n# Ores\n\nZinc blende.\n\n## Rare ores\n\nEmeralds.\n", encoding="utf-8"
    )
    (folder / "corpus" / "0017_4fa2.txt").write_text("Lead glance.", encoding="utf-8")
    engine = opened(folder)
    engine.sync(rebuild=True)
    generation = engine.live()

    rows = {
        passage.text: row
        for row, passage in generation.passages(range(len(generation))).items()
        if passage.text in ("Zinc blende.", "Emeralds.", "Lead glance.")
    }
    (segment,) = (part.segment for part in generation.parts)
    found, counts = segment.postings.find("ore")
    having = dict(zip(found.tolist(), counts.tolist(), strict=True))
    assert {text: having.get(row) for text, row in rows.items()} == {
        "Zinc blende.": [0, 1],
        "Emeralds.": [0, 2],
        "Lead glance.": None,
    }
    # The name of a file that has no word is nothing to search with.
    assert segment.postings.lengths[rows["Lead glance."]].tolist() == [2, 0]
    assert not generation.occurs("0017")
    assert generation.occurs("rare")
    assert generation.document_frequency("rare") == 0


PASSAGES = st.lists(
    st.tuples(*[st.text(alphabet="abcde ü", max_size=12)] * 2, st.sampled_from((None, "de"))),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(PASSAGES, max_size=3), dropped=st.sets(st.integers(0, 23)))
def test_merged_postings_are_those_of_the_passages_at_once(
    parts: list[list[Searched]], dropped: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        merging = []
        kept: list[Searched] = []
        for number, passages in enumerate(parts):
            write_postings(passages, Path(scratch, str(number)))
            rows = np.full(len(passages), -1, dtype=np.int32)
            for row, passage in enumerate(passages):
                if number * 8 + row not in dropped:
                    rows[row] = len(kept)
                    kept.append(passage)
            merging.append((Postings(Path(scratch, str(number))), rows))
        merge_postings(merging, len(kept), Path(scratch, "merged"))
        write_postings(kept, Path(scratch, "at once"))
        for file in Path(scratch, "at once").iterdir():
            merged = np.load(Path(scratch, "merged", file.name), allow_pickle=False)
            assert merged.tolist() == np.load(file, allow_pickle=False).tolist(), file.name


# Vectors


def test_the_nearest_vectors_with_their_cosines(tmp_path: Path) -> None:
    vectors: Vectors = np.array([[0, 1], [0.6, 0.8], [1, 0]], dtype=np.float32)
    write_vectors(vectors, tmp_path / "vectors")

    index = VectorIndex(tmp_path / "vectors")

    rows, cosines = index.search(np.array([1, 0], dtype=np.float32), 2)
    assert rows.tolist() == [2, 1]
    assert cosines.tolist() == [1.0, pytest.approx(0.6)]
    assert index.search(np.array([1, 0], dtype=np.float32), 10)[0].tolist() == [2, 1, 0]
    assert index.vectors([2, 0]).tolist() == [[1, 0], [0, 1]]
    assert index.vectors([]).shape == (0, 2)


def test_an_index_of_no_vectors(tmp_path: Path) -> None:
    write_vectors(np.empty((0, 2), dtype=np.float32), tmp_path / "vectors")

    index = VectorIndex(tmp_path / "vectors")

    assert (len(index), index.dimension) == (0, 2)
    rows, cosines = index.search(np.array([1, 0], dtype=np.float32), 5)
    assert rows.tolist() == cosines.tolist() == []


def test_vectors_that_are_no_numbers_are_damage(tmp_path: Path) -> None:
    write_vectors(np.array([[np.nan, 0], [1, 0]], dtype=np.float32), tmp_path / "vectors")

    with pytest.raises(IndexDamaged, match="--rebuild"):
        VectorIndex(tmp_path / "vectors").search(np.array([1, 0], dtype=np.float32), 2)


# The manifest

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


# CURRENT


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


# Damage

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


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 8]) + data[place + 1 :]


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


def forge(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Alters the manifest, and its hash with it."""
    file = live_folder(folder) / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    del content["sha256"]
    change(content)
    content["sha256"] = sealed(content)
    file.write_text(json.dumps(content), encoding="utf-8")


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


# Words that an engine has to cope with once they are read.
ASKED = "Wat is the CMD of chromiun, or Critical Minerals Dialogue?"


def read_and_used(folder: Path) -> Phrasing:
    file = folder / "words.json"
    words = Tally.read(file.read_bytes(), file).words()
    return rewrite_question(ASKED, words, lambda _: False, lambda _: False)


def tally(*passages: tuple[str, str]) -> Tally:
    found = Tally()
    for text, headings in passages:
        found.count(text, headings)
    return found


def test_the_words_of_a_corpus_come_back(tmp_path: Path) -> None:
    written = tally(
        ("The Critical Minerals Dialogue (CMD) met.", "Zinc"),
        ("The critical minerals dialogue (CMD) met on zinc.", "Zinc"),
        ("A common metal deposit (CMD), zinc.", ""),
        ("A cold mine door (CMD) of Zürich.", ""),
    )
    written.write(tmp_path)

    file = tmp_path / "words.json"
    found = Tally.read(file.read_bytes(), file)
    words = found.words()

    # The long form of most passages first, then by the alphabet, and two at most.
    assert words.acronyms == {"CMD": ("Critical Minerals Dialogue", "cold mine door")}
    # Passages are counted, not words, and a word has three letters or more.
    assert words.frequencies["zinc"] == 3
    assert words.frequencies["cmd"] == 4
    assert words.frequencies["zürich"] == 1
    assert "on" not in words.frequencies
    # What is removed is forgotten, as if it had never been there.
    found.take_away(tally(("A cold mine door (CMD) of Zürich.", "")))
    assert (
        found.words()
        == tally(
            ("A common metal deposit (CMD), zinc.", ""),
            ("The Critical Minerals Dialogue (CMD) met.", "Zinc"),
            ("The critical minerals dialogue (CMD) met on zinc.", "Zinc"),
        ).words()
    )


@pytest.mark.parametrize("bit", [1, 8, 32])
def test_words_with_any_bit_flipped_are_damage_or_are_used(tmp_path: Path, bit: int) -> None:
    tally(("The Critical Minerals Dialogue (CMD) of Zürich met on chromium.", "Zinc")).write(
        tmp_path
    )
    intact = (tmp_path / "words.json").read_bytes()
    faults = []
    for place in range(len(intact)):
        altered = intact[:place] + bytes([intact[place] ^ bit]) + intact[place + 1 :]
        (tmp_path / "words.json").write_bytes(altered)
        try:
            read_and_used(tmp_path)
        except IndexDamaged as error:
            faults.append(str(error))
    assert len(faults) > 10
    assert all(fault.endswith(REPAIR) for fault in faults)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"frequencies": {}}',
        '{"acronyms": {}, "frequencies": []}',
        '{"acronyms": [], "frequencies": {}}',
        '{"acronyms": {"CMD": 5}, "frequencies": {}}',
        '{"acronyms": {"CMD": ["long"]}, "frequencies": {}}',
        '{"acronyms": {"": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {"C": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {"CMD": {"a\\ud800": 1}}, "frequencies": {}}',
        '{"acronyms": {"\\udfffD": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {}, "frequencies": {"chromiu\\ud800": 1}}',
        '{"acronyms": {}, "frequencies": {"zinc": "x"}}',
        '{"acronyms": {}, "frequencies": {"zinc": null}}',
        '{"acronyms": {}, "frequencies": {"zinc": NaN}}',
        '{"acronyms": {}, "frequencies": {"zinc": Infinity}}',
        pytest.param("[" * 100_000, id="nested"),
    ],
)
def test_words_that_nobody_wrote_are_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "words.json").write_text(text, encoding="utf-8")

    with pytest.raises(IndexDamaged, match=rf"words.json is damaged.*{REPAIR}"):
        read_and_used(tmp_path)


def test_words_are_read_when_they_are_first_needed(folder: Path) -> None:
    file = damaged_file(folder, "words.json")
    file.write_bytes(b"{" * file.stat().st_size)
    engine = opened(folder)

    assert engine.status().sources == 2
    assert len(engine.sources()) == 2
    with pytest.raises(IndexDamaged, match=rf"words.json is damaged.*{REPAIR}"):
        engine.ask("zinc")


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


# Generations


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


# Several processes

HOLDER = """
import sys, time
from pathlib import Path
from bot.store import IndexLayout

layout = IndexLayout(Path(sys.argv[1]))
with layout.writing(), layout.building(2) as folder:
    (folder / "half").write_text("written")
    print("locked", flush=True)
    time.sleep(60)
"""


@contextmanager
def other_writer(index: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and has half a generation written."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_one_writer_at_a_time_even_if_it_is_killed(folder: Path) -> None:
    index = folder / "index"
    engine = opened(folder)
    (folder / "corpus" / "new.txt").write_text("Uranium glows.", encoding="utf-8")
    leftover = index / "generations" / ".building-000002"
    with other_writer(index) as writer:
        with pytest.raises(IndexBusy, match="another process is writing this index"):
            engine.sync()
        assert engine.ask("zinc").generation == 1
        assert (leftover / "half").read_text("utf-8") == "written"

        writer.send_signal(signal.SIGKILL)
        writer.wait(10)

        assert leftover.is_dir()
        assert engine.ask("zinc").generation == 1
        assert engine.sync().generation == 2
    assert not leftover.exists()
    assert engine.ask("uranium").quotes[0].text == "Uranium glows."
    assert engine.verify().faults == ()


def test_a_second_writer_of_the_same_process_is_refused_too(folder: Path) -> None:
    layout = IndexLayout(folder / "index")

    with layout.writing():
        with pytest.raises(IndexBusy), IndexLayout(folder / "index").writing():
            pass
        with pytest.raises(IndexBusy):
            opened(folder).sync()
    assert opened(folder).sync().is_current


def test_the_lock_is_free_after_an_error(folder: Path) -> None:
    layout = IndexLayout(folder / "index")

    with pytest.raises(ZeroDivisionError), layout.writing():
        raise ZeroDivisionError
    with layout.writing():
        pass


def test_what_a_dead_build_left_is_swept_by_the_next_run(folder: Path) -> None:
    leftover = folder / "index" / "generations" / ".building-000007"
    leftover.mkdir()
    (leftover / "catalog.sqlite").write_bytes(b"half")

    assert opened(folder).sync().is_current

    assert not leftover.exists()


def test_a_generation_made_by_another_engine_is_picked_up(folder: Path) -> None:
    reader, writer = opened(folder), opened(folder)
    assert reader.ask("zinc").generation == 1
    (folder / "corpus" / "stones.txt").unlink()

    writer.sync()

    assert reader.ask("zinc").generation == 2
    assert [summary.info.path for summary in reader.sources()] == ["corpus/metals.md"]


# A disk that is full, or refuses


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
