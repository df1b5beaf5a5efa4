"""The exported copy of the model: it gives the vectors of the model, or is not used."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_calls import UNREADABLE, fill
from model_copies import assert_equal, encoder_with, numbers_in

import bot
from bot.embedding import SentenceTransformerEncoder, exporting
from bot.embedding.model_copy import CopyUnusable, Description, ModelCopy
from bot.errors import EncoderError
from bot.types import Encoded

pytestmark = pytest.mark.slow

TEXTS = (
    "How much of the world's chromium does Central Asia hold?",
    "  ZINC,\n\nlead — and naïve Zürich  ",
    "\U0001f600 对话何时开始？ Когда?",
    "",
    "zinc and lead " * 300,
)


@pytest.fixture
def copies(kept: Path, tmp_path: Path) -> Path:
    """A folder of copies that a test may change."""
    return Path(shutil.copytree(kept, tmp_path / "copies"))


def files_of(copies: Path) -> Path:
    """The folder of the only copy."""
    (folder,) = copies.iterdir()
    return folder


def forbid_loading(encoder: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test fail that loads the model itself."""

    def fail(_: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.delitem(encoder.__dict__, "_model", raising=False)
    monkeypatch.setattr(type(encoder), "_model", property(fail))


def test_the_copy_gives_what_the_model_gives(
    packaged_model: SentenceTransformerEncoder, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = packaged_model.encode_questions(TEXTS)
    counted = packaged_model.count_tokens(TEXTS)
    encoder = encoder_with(kept)
    forbid_loading(encoder, monkeypatch)

    assert_equal(encoder.encode_questions(TEXTS), expected)
    assert encoder.count_tokens(TEXTS) == counted == [15, 7, 14, 0, 900]
    assert (encoder.dimension, encoder.max_tokens) == (384, 254)
    assert encoder.copy_fault(encoder.fingerprint) is None
    # Whatever else was asked together with it.
    (alone,) = encoder_with(kept).encode_questions(TEXTS[:1])
    np.testing.assert_array_equal(alone.vector, encoder.encode_questions(TEXTS[:1])[0].vector)


def test_the_copy_holds_no_weights_but_refers_to_those_of_the_model(kept: Path) -> None:
    folder = files_of(kept)
    assert sorted(file.name for file in folder.iterdir()) == [
        "copy.json", "graph.onnx", "tokenizer.json",
    ]  # fmt: skip
    assert (folder / "graph.onnx").stat().st_size < 300_000
    assert b"model.safetensors" in (folder / "graph.onnx").read_bytes()
    assert numbers_in((folder / "graph.onnx").read_bytes()) == 0


@pytest.mark.usefixtures("exported_at_once")
def test_a_prompt_and_linked_files(
    packaged_model: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    # A hub's cache holds links to files of other names.
    model = tmp_path / "model"
    shutil.copytree(packaged_model.folder, model, ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "blobs").mkdir()
    os.link(packaged_model.folder / "model.safetensors", tmp_path / "blobs" / "53aa51")
    (model / "model.safetensors").symlink_to(tmp_path / "blobs" / "53aa51")
    prompts = {"query": "search query: ", "document": "passage: "}
    (model / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    prompting = encoder_with(tmp_path / "copies", model=str(model))
    prompting.keep_copy()
    assert prompting.copy_fault(prompting.fingerprint) is None

    question = "Who sells zinc?"
    (asked,) = prompting.encode_questions([question])
    assert [question[start:end] for start, end in asked.spans] == ["Who", "sells", "zinc", "?"]
    (expected,) = packaged_model.encode([f"search query: {question}"])
    np.testing.assert_allclose(asked.vector, expected.vector, atol=2e-6)


@pytest.mark.parametrize("what", ["graph.onnx", "tokenizer.json", "copy.json", "gone", "absent"])
def test_a_damaged_copy_is_not_used(
    what: str, copies: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    folder = files_of(copies)
    if what == "absent":
        shutil.rmtree(copies)
    elif what == "gone":
        (folder / "graph.onnx").unlink()
    else:
        content = bytearray((folder / what).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / what).write_bytes(content)
    encoder = encoder_with(copies, packaged_model)
    reason = {
        "absent": "the index has no exported copy of the model",
        "gone": f"{folder / 'graph.onnx'}: No such file or directory",
        "copy.json": f"{folder / 'copy.json'} is damaged (another version, or altered)",
    }.get(what, f"{folder / what} is damaged")
    assert encoder.copy_fault(encoder.fingerprint) == reason
    assert encoder._copy() is None
    assert_equal(encoder.encode_questions(TEXTS), packaged_model.encode_questions(TEXTS))


def test_a_copy_that_cannot_be_loaded_is_made_anew(
    copies: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    folder = files_of(copies)
    described = Description.read(folder)
    # Sound by its hashes, but no graph.
    (folder / "graph.onnx").write_bytes(b"nothing")
    hashes = {**(described.hashes or {}), "graph.onnx": hashlib.sha256(b"nothing").hexdigest()}
    replace(described, hashes=hashes).write(folder)
    encoder = encoder_with(copies, packaged_model)
    assert encoder._copy() is None
    assert_equal(encoder.encode_questions(TEXTS[:1]), packaged_model.encode_questions(TEXTS[:1]))

    encoder.keep_copy()
    assert Description.read(folder) == described
    assert encoder._copy() is not None


def test_another_model_never_meets_the_copy(
    copies: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    other = "0" * 64
    files_of(copies).rename(copies / other[:16])
    with pytest.raises(CopyUnusable, match="the exported copy is of another model"):
        ModelCopy.load(copies / other[:16], other, packaged_model.folder)
    encoder = encoder_with(copies, packaged_model)
    assert encoder._copy() is None
    # The index has no use for it any more.
    encoder.keep_copy()
    assert [folder.name for folder in copies.iterdir()] == [encoder.fingerprint[:16]]


def test_a_model_that_cannot_be_exported_is_used_itself(
    tmp_path: Path,
    another_model: Path,
    packaged_model: SentenceTransformerEncoder,
    export_at_once: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    tried = []

    def export(*_: object, **__: object) -> None:
        tried.append(True)
        raise RuntimeError("no such operator.\nMore of it.")

    monkeypatch.setattr(torch.onnx, "export", export)
    copies, model = tmp_path / "copies", str(another_model)
    encoder = encoder_with(copies, packaged_model, model=model)
    encoder.keep_copy()
    reason = "the model cannot be exported: no such operator"
    assert encoder.copy_fault(encoder.fingerprint) == reason
    assert_equal(encoder.encode_questions(TEXTS[:1]), packaged_model.encode_questions(TEXTS[:1]))
    # It is not tried at every run, but when everything is built anew.
    encoder_with(copies, packaged_model, model=model).keep_copy()
    assert len(tried) == 1
    # Nor for passages, unless it must be.
    assert encoder_with(copies, model=model, backend="auto")._chosen_backend(1) == "torch"
    monkeypatch.undo()
    export_at_once(monkeypatch)
    encoder.keep_copy(anew=True)
    assert encoder.copy_fault(encoder.fingerprint) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda found: Encoded(np.roll(found.vector, 1), found.tokens, found.spans),
            r"the vectors of the exported copy differ \(cosine -?0\.\d{4}\)",
        ),
        (
            lambda found: Encoded(found.vector, np.roll(found.tokens, 1, axis=1), found.spans),
            r"the vectors of the exported copy differ \(cosine -?0\.\d{4}\)",
        ),
        (
            lambda found: Encoded(found.vector, found.tokens, found.spans[1:]),
            "the exported copy takes texts apart differently",
        ),
    ],
)
def test_a_copy_that_differs_is_not_used(
    change: Callable[[Encoded], Encoded],
    reason: str,
    copies: Path,
    another_model: Path,
    packaged_model: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = files_of(copies)
    described = Description.read(folder)
    monkeypatch.setattr(exporting, "_written", lambda *_: described)

    def original(texts: Sequence[str], role: Any) -> list[Encoded]:
        return [change(found) for found in packaged_model.encode(texts)]

    fingerprint = packaged_model.fingerprint
    exporting.make_copy(
        folder, fingerprint, another_model, lambda: packaged_model._model, original, backend="torch"
    )
    with pytest.raises(CopyUnusable, match=reason):
        Description.usable(folder, fingerprint)


@pytest.mark.usefixtures("exported_at_once")
@pytest.mark.parametrize("packaged", [True, False], ids=["packaged graph", "exported graph"])
def test_a_copy_that_fails_is_not_used(
    packaged: bool,
    tmp_path: Path,
    another_model: Path,
    packaged_model: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no memory.\nMore of it.")

    monkeypatch.setattr(ModelCopy, "_encoded", fail)
    model = "default" if packaged else str(another_model)
    encoder = encoder_with(tmp_path / "copies", packaged_model, model=model)
    encoder.keep_copy()
    assert encoder.copy_fault(encoder.fingerprint) == "the exported copy fails: no memory"
    assert_equal(encoder.encode_questions(TEXTS[:1]), packaged_model.encode_questions(TEXTS[:1]))


def test_an_index_run_keeps_the_copy(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    fill(corpus)
    (corpus / UNREADABLE).unlink()
    first = bot.open(corpus, index, encoder=encoder_with(index / "copies", packaged_model))
    assert first.sync().notes == ()
    assert first.status().without_copy is None

    # A run that finds nothing to do mends it, and a full disk stops no run.
    shutil.rmtree(index / "copies")
    again = bot.open(corpus, index, encoder=encoder_with(index / "copies", packaged_model))
    (index / "copies").write_text("in the way")
    assert again.sync().notes == ("no copy of the model was kept: Not a directory",)
    (index / "copies").unlink()
    assert again.status().without_copy == "the index has no exported copy of the model"
    assert again.sync().notes == ()
    assert again.status().without_copy is None
    assert again.ask("Who discovered uranium?").answered


def test_without_room_for_the_copy_passages_are_computed_all_the_same(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    fill(corpus)
    (corpus / UNREADABLE).unlink()
    index.mkdir()
    (index / "copies").write_text("in the way")
    engine = bot.open(
        corpus, index, encoder=encoder_with(index / "copies", packaged_model, backend="auto")
    )
    report = engine.sync()
    assert report.notes == ("no copy of the model was kept: Not a directory",)
    assert report.embedded > 0
    assert engine.ask("Who discovered uranium?").answered
    with pytest.raises(EncoderError) as caught:
        list(encoder_with(index / "copies", backend="onnx").encode(["zinc"]))
    assert str(caught.value) == (
        f"backend 'onnx' needs an exported copy of the model in {index / 'copies'}/"
        f"{packaged_model.fingerprint[:16]}, which cannot be kept: Not a directory. "
        "Choose backend 'torch', or make room for it."
    )
