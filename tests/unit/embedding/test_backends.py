"""Passages computed by another runtime than PyTorch: the same vectors, or another index."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import bot
from bot.embedding import SentenceTransformerEncoder, backends, workers
from bot.embedding.workers import encoded_by_workers
from bot.errors import EncoderError, IndexMismatch, SettingsError

pytestmark = pytest.mark.slow

TEXTS = (
    "Uranium was discovered in 1789 by Martin Heinrich Klaproth.",
    "zinc and lead " * 300,
    "",
    "  Zinc,\n\nlead \U0001f600 naïve Zürich",
    "Bread is baked from flour, water and salt.",
)


@pytest.fixture(scope="module")
def encoder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """An encoder on a backend; those of one backend share the copy of the model."""
    folder = tmp_path_factory.mktemp("copies")

    def encoder(backend: str) -> SentenceTransformerEncoder:
        copies = folder / backend
        return SentenceTransformerEncoder(batch_size=2, copies=copies, backend=backend)

    return encoder


def test_onnx_gives_the_vectors_of_the_model(
    encoder_of: Callable[[str], Any], packaged_model: SentenceTransformerEncoder
) -> None:
    encoder = encoder_of("onnx")
    assert encoder.fingerprint == packaged_model.fingerprint
    found, expected = list(encoder.encode(TEXTS)), list(packaged_model.encode(TEXTS))
    assert len(found) == len(expected) == 5
    for one, other in zip(found, expected, strict=True):
        assert one.spans == other.spans
        np.testing.assert_allclose(one.vector, other.vector, atol=2e-6)
        np.testing.assert_allclose(one.tokens, other.tokens, atol=2e-5)
    assert "_model" not in encoder.__dict__


def test_eight_bits_are_close_and_never_mixed_with_others(
    encoder_of: Callable[[str], Any], packaged_model: SentenceTransformerEncoder
) -> None:
    encoder = encoder_of("onnx-int8")
    assert encoder.fingerprint != packaged_model.fingerprint
    assert len(encoder.fingerprint) == 64
    found, expected = list(encoder.encode(TEXTS)), list(packaged_model.encode(TEXTS))
    cosines = [float(one.vector @ other.vector) for one, other in zip(found, expected, strict=True)]
    assert [one.spans for one in found] == [other.spans for other in expected]
    assert min(cosines) > 0.95
    assert min(cosines) < 0.9999, "nothing was quantised"
    # Questions stay in float32.
    (asked,), (exact,) = (each.encode_questions(TEXTS[:1]) for each in (encoder, packaged_model))
    np.testing.assert_allclose(asked.vector, exact.vector, atol=2e-6)
    (folder,) = encoder._copies.root.iterdir()
    assert (folder / "graph-int8.onnx").stat().st_size < 30_000_000


def test_an_index_is_searched_through_another_backend_unless_its_weights_differ(
    corpus: Path, tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    (corpus / "news.md").write_text("# News\n\n" + TEXTS[0])
    index = tmp_path / "index"
    assert bot.open(corpus, index, backend="onnx").sync().embedded == 1
    through_torch = bot.open(corpus, index, encoder=packaged_model)
    assert through_torch.ask("Who discovered uranium?").answered
    assert through_torch.sync().is_current
    with pytest.raises(IndexMismatch) as caught:
        bot.open(corpus, index, backend="onnx-int8").ask("Who discovered uranium?")
    assert str(caught.value).endswith(
        "model 'default' had other files when it was built, or another backend. "
        "Run: pincite index --rebuild"
    )


def test_a_backend_without_its_package(
    encoder_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    encoder = encoder_of("openvino")
    with pytest.raises(EncoderError) as caught:
        list(encoder.encode(["zinc"]))
    assert str(caught.value) == (
        "backend 'openvino' needs a package that is not installed. "
        "Run: pip install 'pincite[openvino]', or choose another backend."
    )


def test_openvino_gives_the_vectors_of_the_model(
    encoder_of: Callable[[str], Any], packaged_model: SentenceTransformerEncoder
) -> None:
    pytest.importorskip("openvino")
    for one, other in zip(
        encoder_of("openvino").encode(TEXTS), packaged_model.encode(TEXTS), strict=True
    ):
        assert one.spans == other.spans
        assert float(one.vector @ other.vector) > 0.998


def test_openvino_computes_in_float32_where_that_is_set(
    encoder_of: Callable[[str], Any], packaged_model: SentenceTransformerEncoder
) -> None:
    pytest.importorskip("openvino")
    encoder = encoder_of("openvino")
    encoder._precision = "float32"
    for one, other in zip(encoder.encode(TEXTS), packaged_model.encode(TEXTS), strict=True):
        np.testing.assert_allclose(one.vector, other.vector, atol=2e-6)


@pytest.mark.parametrize(
    ("precision", "told"), [("auto", None), ("float32", "f32"), ("bfloat16", "bf16")]
)
def test_openvino_is_told_the_precision(
    precision: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []
    core = SimpleNamespace(
        read_model=lambda graph: graph,
        compile_model=lambda model, device, options: given.append(options),
    )
    monkeypatch.setitem(sys.modules, "openvino", SimpleNamespace(Core=lambda: core))
    monkeypatch.setattr(backends, "whole_graph", lambda graph, model: b"")
    backends.computing("openvino", tmp_path, tmp_path, precision)
    assert [options.get("INFERENCE_PRECISION_HINT") for options in given] == [told]


def test_a_backend_that_cannot_be_had(
    tmp_path: Path, another_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EncoderError) as caught:
        list(SentenceTransformerEncoder(device="cuda", copies=tmp_path, backend="onnx").encode("a"))
    assert str(caught.value) == (
        "backend 'onnx' computes on the processor, not on 'cuda'. "
        "Choose backend 'torch', or leave the device out."
    )
    import torch

    monkeypatch.setattr(torch.onnx, "export", lambda *_, **__: 1 / 0)
    encoder = SentenceTransformerEncoder(
        str(another_model), copies=tmp_path / "copies", backend="onnx"
    )
    with pytest.raises(EncoderError) as caught:
        list(encoder.encode("a"))
    assert str(caught.value) == (
        "backend 'onnx' needs an exported copy of the model, but the model cannot be exported: "
        "division by zero. Choose backend 'torch'."
    )
    with pytest.raises(SettingsError, match=r"backend: .*'auto', 'torch', 'onnx', 'onnx-int8'"):
        bot.open(tmp_path, tmp_path, backend="tensorflow")


def test_processes_give_what_one_gives_in_its_order(
    packaged_model: SentenceTransformerEncoder,
) -> None:
    texts = [f"Zinc number {number}. " * (number % 5 + 1) for number in range(9)]
    encoder = SentenceTransformerEncoder(device="cpu", precision="float32", batch_size=2, workers=2)
    found = list(encoder.encode(texts))
    assert len(found) == 9
    for one, other in zip(found, packaged_model.encode(texts), strict=True):
        assert one.spans == other.spans
        np.testing.assert_allclose(one.vector, other.vector, atol=1e-5)
        np.testing.assert_allclose(one.tokens, other.tokens, atol=1e-4)
    assert "_model" not in encoder.__dict__
    # Two batches are not worth two processes.
    encoder.__dict__["_model"] = packaged_model._model
    assert len(list(encoder.encode(texts[:4]))) == 4


def lost() -> Any:
    """Ends its process, as the system does when memory runs out."""
    os._exit(9)


def failing() -> Any:
    """Cannot load its model."""
    raise EncoderError("no such device.")


@pytest.mark.parametrize(
    ("maker", "message"),
    [(lost, "a process that embeds passages has ended, "), (failing, "no such device.")],
)
def test_a_process_that_fails(maker: Callable[[], Any], message: str) -> None:
    with pytest.raises(EncoderError) as caught:
        list(encoded_by_workers([maker, maker], [["zinc"], ["lead"], ["copper"]]))
    assert str(caught.value).startswith(message)


def test_cores_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 1, 2, 5})
    assert workers._shares(2) == [[1, 3], [2, 5]]
    assert workers._shares(3) == [[1, 5], [2], [3]]
    assert workers._shares(5) == [[1], [2], [3], [5], [1]]
