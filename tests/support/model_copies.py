"""The packaged model with a folder for copies, and what tells whether a copy is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.embedding import SentenceTransformerEncoder
from bot.types import Encoded


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


def assert_equal(found: Sequence[Encoded], expected: Sequence[Encoded]) -> None:
    """The same word pieces, and vectors that no ranking tells apart."""
    for one, other in zip(found, expected, strict=True):
        assert one.spans == other.spans
        assert one.vector.dtype == one.tokens.dtype == np.float32
        np.testing.assert_allclose(one.vector, other.vector, atol=2e-6)
        np.testing.assert_allclose(one.tokens, other.tokens, atol=2e-5)


def numbers_in(graph: bytes) -> int:
    """The bytes of weights that a graph holds itself."""
    import onnx

    tensors = onnx.load_model_from_string(graph).graph.initializer
    return sum(len(tensor.raw_data) for tensor in tensors if len(tensor.raw_data) > 64)
