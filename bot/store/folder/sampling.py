"""Makes sample questions from the contents of an index."""

from __future__ import annotations

import numpy as np

from ...types import Vectors
from ..tokens import unpack
from .embeddings import Embeddings

SAMPLE = 300

# The number of meaningful word pieces in a typical question.
PIECES = 8


def sample_questions(embeddings: Embeddings) -> Vectors:
    """Returns unit vectors of a few words each from passages, shape (questions, dimension).

    For models with mean pooling, these are distributed like questions, but somewhat farther from
    all passages, so that the recall measured with them is not too optimistic. If word pieces and
    passages differ in dimension, a question is the midpoint of two passages.
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
    """Returns the mean of some neighbouring word pieces of a passage; 0 if there is none."""
    codes = embeddings.pieces(row).codes
    if codes.shape[1] != -(-dimension // 2):
        return np.zeros(dimension, dtype=np.float32)
    begin = max(0, (len(codes) - PIECES) // 2)
    mean: Vectors = unpack(codes[begin : begin + PIECES], dimension).sum(axis=0)
    return mean
