"""Questions need no PyTorch, and passages only where PyTorch is much faster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from cli_calls import fill
from model_copies import assert_equal, encoder_with, numbers_in

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.embedding import encoder as encoders
from bot.embedding.encoder import WORTH_LOADING
from bot.embedding.loading import is_accelerated
from bot.embedding.packaged import PROBES, Packaged

pytestmark = pytest.mark.slow


def test_a_device_that_was_asked_for_answers_itself(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(device="cuda:1", copies=tmp_path)
    encoder.keep_copy()
    assert list(tmp_path.iterdir()) == []
    assert encoder.copy_fault("0" * 64) == "the device is 'cuda:1'"
    assert SentenceTransformerEncoder().copy_fault("0" * 64) is None


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
    assert "ikely (" in lines[2]
    assert "Klaproth" in done.stdout
    assert lines[-1] == "[]"


@pytest.mark.usefixtures("exported_at_once")
def test_the_packaged_graph_is_that_of_the_model(
    packaged_model: SentenceTransformerEncoder, another_model: Path, tmp_path: Path
) -> None:
    exported = encoder_with(tmp_path / "copies", packaged_model, model=str(another_model))
    exported.keep_copy()
    (folder,) = (tmp_path / "copies").iterdir()
    packaged = Packaged.of(packaged_model.folder)
    assert packaged is not None
    assert operators(packaged.graph) == operators((folder / "graph.onnx").read_bytes())
    assert operators(packaged.graph)["MultiHeadAttention"] == 6
    assert numbers_in(packaged.graph) == numbers_in((folder / "graph.onnx").read_bytes()) == 0
    expected = [found.vector for found in packaged_model.encode(PROBES)]
    np.testing.assert_allclose(packaged.vectors, expected, atol=2e-6)
    assert Packaged.of(another_model) is None


def operators(graph: bytes) -> Counter[str]:
    """How often a graph has each operator."""
    import onnx

    return Counter(node.op_type for node in onnx.load_model_from_string(graph).graph.node)


def test_a_packaged_graph_that_gives_other_vectors_here_is_not_used(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = np.roll(np.eye(384, dtype=np.float32)[: len(PROBES)], 1, axis=1)
    monkeypatch.setattr(Packaged, "vectors", other)
    encoder = encoder_with(tmp_path, packaged_model, backend="auto")
    encoder.keep_copy()
    fault = encoder.copy_fault(encoder.fingerprint)
    assert fault is not None
    assert fault.startswith("the vectors of the exported copy differ (cosine ")
    assert encoder._chosen_backend(1) == "torch"


def test_an_index_run_needs_neither_pytorch_nor_transformers(tmp_path: Path) -> None:
    fill(tmp_path / "corpus")
    code = (
        "import sys\n"
        "import bot\n"
        "assert bot.open('corpus', 'index').sync().embedded > 0\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'torch', 'transformers', 'sentence_transformers', 'onnx'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    assert done.stdout == "[]\n"


def test_pytorch_is_loaded_where_it_is_much_faster_and_worth_it(
    kept: Path, packaged_model: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = encoder_with(kept, packaged_model, backend="auto")
    monkeypatch.setattr(encoders, "is_accelerated", lambda device: False)
    assert encoder._chosen_backend(WORTH_LOADING) == "onnx"
    monkeypatch.setattr(encoders, "is_accelerated", lambda device: device == "cpu")
    assert encoder._chosen_backend(WORTH_LOADING) == "torch"
    assert encoder._chosen_backend(WORTH_LOADING - 1) == "onnx"
    bfloat = encoder_with(kept, packaged_model, backend="auto", precision="bfloat16")
    assert bfloat._chosen_backend(1) == "torch"
    for device in ("cuda", "cpu,cpu"):
        assert encoder_with(kept, backend="auto", device=device)._chosen_backend(1) == "torch"
    assert encoder_with(kept, backend="onnx")._chosen_backend(10**6) == "onnx"


@pytest.mark.parametrize(
    ("cards", "processor", "device", "expected"),
    [
        ((), "flags : fpu avx512_bf16 amx_tile\n", "auto", False),
        ((), "flags : fpu amx_bf16 amx_tile\n", "auto", True),
        ((), "flags : fpu amx_bf16 amx_tile\n", "cpu", True),
        (("/dev/nvidia0",), "flags : fpu\n", "auto", True),
        (("/dev/nvidia0",), "flags : fpu\n", "cpu", False),
    ],
)
def test_what_computes_fast_is_told_by_the_system(
    cards: Sequence[str],
    processor: str,
    device: str,
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: str(path) in cards)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: processor)
    assert is_accelerated(device) is expected


def test_passages_come_in_their_order_and_few_are_computed_ahead(
    kept: Path, packaged_model: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    copied = encoder_with(kept, packaged_model)._copy()
    assert copied is not None
    texts = [f"Zinc number {number}. " * (1 + number % 7) for number in range(40)]
    computed: list[str] = []
    compute = copied._encoded
    monkeypatch.setattr(
        copied, "_encoded", lambda text, prompt: computed.append(text) or compute(text, prompt)
    )
    found = copied.encode(texts, "document")
    assert computed == []
    first = next(found)
    assert len(computed) <= 4
    rest = list(found)
    assert sorted(computed) == sorted(texts)
    assert_equal([first, *rest], list(packaged_model.encode(texts)))
    # Whatever is computed beside it, to the last bit.
    (alone,) = copied.encode(texts[20:21], "document")
    np.testing.assert_array_equal(alone.vector, [first, *rest][20].vector)
