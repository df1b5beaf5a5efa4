"""Questions that an index could be asked, made of what is in it."""

from __future__ import annotations

import numpy as np

from ..types import Vectors
from .embeddings import Embeddings
from .tokens import unpack

SAMPLE = 300

# As many word pieces with meaning as a question has.
PIECES = 8


def sample_questions(embeddings: Embeddings) -> Vectors:
    """Unit vectors of a few words each from the middle of passages, shape (questions, dimension).

    For models that take the mean of word pieces they lie where questions do, only somewhat farther
    from all passages, so that what is measured with them is not promised too easily. Where word
    pieces have other dimensions than passages, the question is between two passages.
    """
    rows = np.linspace(0, len(embeddings) - 1, min(SAMPLE, len(embeddings))).astype(np.int64)
    vectors = embeddings.vectors(rows.tolist())
    questions = np.stack([_few_words(embeddings, row, vectors.shape[1]) for row in rows.tolist()])
    without = ~questions.any(axis=1)
    questions[without] = (vectors + np.roll(vectors, 1, axis=0))[without]
    lengths = np.linalg.norm(questions, axis=1, keepdims=True)
    unit: Vectors = np.ascontiguousarray(questions / np.maximum(lengths, 1e-9), np.float32)
    return unit


def _few_words(embeddings: Embeddings, row: int, dimension: int) -> Vectors:
    """The mean of some neighbouring word pieces of a passage; 0 where it cannot be had."""
    codes = embeddings.pieces(row).codes
    if codes.shape[1] != -(-dimension // 2):
        return np.zeros(dimension, dtype=np.float32)
    begin = max(0, (len(codes) - PIECES) // 2)
    mean: Vectors = unpack(codes[begin : begin + PIECES], dimension).sum(axis=0)
    return mean
