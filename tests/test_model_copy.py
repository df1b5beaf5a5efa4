"""The exported copy of the model: it gives the vectors of the model, or is not used."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_calls import fill

import bot
from bot.embedding import SentenceTransformerEncoder, exporting
from bot.embedding.question_copy import CopyUnusable, Description, QuestionCopy
from bot.types import Encoded

TEXTS = (
    "How much of the world's chromium does Central Asia hold?",
    "  ZINC,\n\nlead — and naïve Zürich  ",
    "\U0001f600 对话何时开始？ Когда?",
    "",
    "zinc and lead " * 300,
)


@pytest.fixture(scope="module")
def kept(
    packaged_model: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of copies with that of the packaged model."""
    folder = tmp_path_factory.mktemp("copies")
    encoder_with(folder, packaged_model).keep_copy()
    return folder


@pytest.fixture
def copies(kept: Path, tmp_path: Path) -> Path:
    """A folder of copies that a test may change."""
    return Path(shutil.copytree(kept, tmp_path / "copies"))


def encoder_with(
    copies: Path, loaded: SentenceTransformerEncoder | None = None, **options: Any
) -> SentenceTransformerEncoder:
    """The packaged model with a folder for copies; what `loaded` has loaded is not loaded again."""
    encoder = SentenceTransformerEncoder(
        **{"device": "cpu", "precision": "float32", **options}, copies=copies
    )
    if loaded is not None:
        encoder.__dict__["_model"] = loaded._model
    return encoder


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


def assert_equal(found: Sequence[Encoded], expected: Sequence[Encoded]) -> None:
    """The same word pieces, and vectors that no ranking tells apart."""
    for one, other in zip(found, expected, strict=True):
        assert one.spans == other.spans
        assert one.vector.dtype == one.tokens.dtype == np.float32
        np.testing.assert_allclose(one.vector, other.vector, atol=2e-6)
        np.testing.assert_allclose(one.tokens, other.tokens, atol=2e-5)


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
        QuestionCopy.load(copies / other[:16], other, packaged_model.folder)
    encoder = encoder_with(copies, packaged_model)
    assert encoder._copy() is None
    # The index has no use for it any more.
    encoder.keep_copy()
    assert [folder.name for folder in copies.iterdir()] == [encoder.fingerprint[:16]]


def test_a_model_that_cannot_be_exported_is_used_itself(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    tried = []

    def export(*_: object, **__: object) -> None:
        tried.append(True)
        raise RuntimeError("no such operator.\nMore of it.")

    monkeypatch.setattr(torch.onnx, "export", export)
    encoder = encoder_with(tmp_path, packaged_model)
    encoder.keep_copy()
    reason = "the model cannot be exported: no such operator"
    assert encoder.copy_fault(encoder.fingerprint) == reason
    assert_equal(encoder.encode_questions(TEXTS[:1]), packaged_model.encode_questions(TEXTS[:1]))
    # It is not tried at every run, but when everything is built anew.
    encoder_with(tmp_path, packaged_model).keep_copy()
    assert len(tried) == 1
    monkeypatch.undo()
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
        folder, fingerprint, packaged_model.folder, packaged_model._model, original, quantised=False
    )
    with pytest.raises(CopyUnusable, match=reason):
        Description.usable(folder, fingerprint)


def test_a_device_that_was_asked_for_answers_itself(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(device="cuda:1", copies=tmp_path)
    encoder.keep_copy()
    assert list(tmp_path.iterdir()) == []
    assert encoder.copy_fault("0" * 64) == "the device is 'cuda:1'"
    assert SentenceTransformerEncoder().copy_fault("0" * 64) is None


def test_an_index_run_keeps_the_copy(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    fill(corpus)
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


def test_a_question_needs_neither_pytorch_nor_transformers(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    fill(corpus)
    bot.open(corpus, index, encoder=encoder_with(index / "copies", packaged_model)).sync()
    code = (
        "import sys\n"
        "from bot.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "    print(sorted(loaded & {'torch', 'transformers', 'sentence_transformers', 'onnx'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", "Who discovered uranium?"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Confidence ")
    assert "Klaproth" in done.stdout
    assert lines[-1] == "[]"
