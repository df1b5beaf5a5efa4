"""Approximate search of large segments: as good as was asked for, and the same in all else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexDamaged
from bot.store import Generation, IndexLayout, VectorRules
from bot.store.folder import approximation, merging
from bot.store.folder.approximation import Approximation
from bot.store.folder.layout import SEGMENTS
from bot.store.folder.manifest import sealed
from bot.store.folder.vectors import Chosen, VectorIndex, write_clustered
from bot.types import ApproximateSearch, Vectors

pytestmark = pytest.mark.usefixtures("quick_disk")


def unit(vectors: Vectors) -> Vectors:
    found: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(found, dtype=np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """3,000 vectors around 40 points."""
    numbers = np.random.default_rng(3)
    points = numbers.standard_normal((40, 24))
    around = points[numbers.integers(40, size=3_000)]
    return unit(around + 0.7 * numbers.standard_normal(around.shape))


@pytest.fixture(scope="module")
def questions(vectors: Vectors) -> Vectors:
    numbers = np.random.default_rng(4)
    return unit(vectors[::60] + 0.3 * numbers.standard_normal((50, 24)).astype(np.float32))


def found(index: VectorIndex, vectors: Vectors, questions: Vectors) -> float:
    """The share of the ten nearest vectors that is among the hundred that a search gives."""
    truth = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    near = [set(index.search(question, 100)[0].tolist()) for question in questions]
    return float(
        np.mean([len(rows & set(best)) / 10 for rows, best in zip(near, truth, strict=True)])
    )


@pytest.mark.parametrize("recall", [0.5, 0.9, 0.99, 1.0])
def test_so_many_of_the_nearest_are_found_as_is_told_and_wanted(
    recall: float, vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    written = write_clustered(vectors, questions, tmp_path / "vectors", recall)

    index = VectorIndex(tmp_path / "vectors", written)

    assert written.lists == 219  # four times the root of 3,000
    assert written.questions == 50
    assert written.recall == found(index, vectors, questions) >= recall
    assert len(index) == 3_000
    assert not index.is_exact


def test_more_lists_are_read_for_more_of_the_nearest(
    vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    probes = [
        write_clustered(vectors, questions, tmp_path / str(recall), recall).probes
        for recall in (0.5, 0.9, 1.0)
    ]
    assert probes == sorted(set(probes))
    assert probes[-1] <= 219


def test_only_chosen_vectors_are_found(
    vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    written = write_clustered(vectors, questions, tmp_path / "vectors", 1.0)
    index = VectorIndex(tmp_path / "vectors", written)
    chosen = np.zeros(3_000, dtype=bool)
    chosen[7::10] = True

    rows, cosines = index.search(questions[0], 50, Chosen(chosen))

    assert len(rows) == len(cosines) == 50
    assert all(row % 10 == 7 for row in rows.tolist())
    rows, cosines = index.search(questions[0], 50, Chosen(np.zeros(3_000, dtype=bool)))
    assert len(rows) == len(cosines) == 0


def test_a_file_of_another_kind_than_the_manifest_tells_is_damage(
    vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    written = write_clustered(vectors, questions, tmp_path / "vectors", 0.5)
    for other in (None, Approximation(written.lists + 1, 1, 0.5, 50)):
        with pytest.raises(IndexDamaged, match="--rebuild"):
            VectorIndex(tmp_path / "vectors", other)


def test_which_segments_are_searched_approximately() -> None:
    rules = VectorRules(exact_up_to=50_000, recall=0.97)
    assert rules.recall_of(50_000, 50_000) is None
    assert rules.recall_of(50_001, 4_096) == 0.97
    assert rules.recall_of(1_000_000, 4_095) is None


# An index of small segments, taken for large ones


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources about each mineral, whose index is large as soon as it has 20 passages."""
    monkeypatch.setattr(approximation, "CLUSTERED_FROM", 4)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, mineral in enumerate(MINERALS):
        paragraphs = [
            f"{mineral.capitalize()} of the {part} mine weighs {number}{part} tons."
            for part in range(10)
        ]
        (corpus / f"{mineral}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    return corpus


def engine(corpus: Path, index: str, exact_up_to: int) -> bot.Engine:
    return bot.open(
        corpus,
        corpus.parent / index,
        encoder=WordEncoder(MINERALS),
        passage_characters=100,
        exact_up_to=exact_up_to,
    )


def test_an_answer_is_that_of_an_exact_index(corpus: Path) -> None:
    exact, approximate = engine(corpus, "exact", 1_000), engine(corpus, "approximate", 20)
    exact.sync()
    approximate.sync()
    assert exact.status().approximate is None
    status = approximate.status()
    assert status.approximate is not None
    assert (status.approximate.passages, status.approximate.segments) == (status.passages, 1)
    assert status.approximate.recall >= 0.99
    for mineral in MINERALS:
        one, other = (which.ask(f"How heavy is {mineral}?") for which in (exact, approximate))
        assert one.quotes == other.quotes
        assert one.confidence == other.confidence
    assert approximate.verify().faults == ()


def test_what_is_removed_and_what_is_new_in_an_approximate_index(corpus: Path) -> None:
    index = engine(corpus, "index", 20)
    index.sync()
    gone, stays = sorted(MINERALS)[:2]
    (corpus / f"{gone}.txt").unlink()
    (corpus / "new.txt").write_text(f"{gone.capitalize()} was found in June.", encoding="utf-8")
    index.sync()

    quotes = index.ask(f"How heavy is {gone}?", k=100).quotes
    assert {quote.source.path for quote in quotes} >= {"corpus/new.txt", f"corpus/{stays}.txt"}
    assert f"corpus/{gone}.txt" not in {quote.source.path for quote in quotes}
    fresh = engine(corpus, "fresh", 1_000)
    fresh.sync()
    question = f"How heavy is {stays}?"
    assert index.ask(question).quotes == fresh.ask(question).quotes


def test_a_generation_of_before_there_was_any_approximation_is_read(corpus: Path) -> None:
    index = engine(corpus, "index", 1_000)
    index.sync()
    folder = IndexLayout(corpus.parent / "index").generation(1)
    file = folder / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    for segment in content["segments"]:
        del segment["approximation"]
    del content["sha256"]
    content["sha256"] = sealed(content)
    file.write_text(json.dumps(content), encoding="utf-8")

    again = engine(corpus, "index", 1_000)
    assert again.status().approximate is None
    assert again.ask("How heavy is zinc?").answered


def test_one_run_writes_several_segments_where_one_would_be_too_large(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine(corpus, "whole", 1_000)
    whole.sync()
    monkeypatch.setattr(merging, "LARGEST", 25)
    index = engine(corpus, "index", 1_000)
    index.sync()

    generation = Generation(IndexLayout(corpus.parent / "index"), 1)
    sizes = [len(part.segment) for part in generation.parts]
    names = sorted(path.name for path in (generation.folder / SEGMENTS).iterdir())
    assert len(sizes) > 1
    assert max(sizes) <= 25
    assert sum(sizes) == len(generation) == whole.status().passages
    assert names == ["000001", *(f"000001-{number}" for number in range(1, len(sizes)))]
    assert index.ask("How heavy is zinc?").quotes == whole.ask("How heavy is zinc?").quotes


def test_status_tells_how_it_is_searched(corpus: Path) -> None:
    index = engine(corpus, "index", 20)
    index.sync()
    (record,) = Generation(IndexLayout(corpus.parent / "index"), 1).manifest.segments
    one = record.approximation
    assert one is not None
    passages = index.status().passages
    assert index.status().approximate == ApproximateSearch(
        passages, 1, one.lists, one.probes, one.recall
    )
