"""Embeddings are logged while a run writes them, and kept in the segment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from folder_index import flipped

from bot.store import EmbeddingLog, IndexLayout
from bot.store.folder.embeddings import Embeddings, as_record, write_records
from bot.store.tokens import Pieces, pack, unpack

pytestmark = pytest.mark.usefixtures("quick_disk")


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
