"""Classifies the purpose of an English question: a multinomial logistic regression.

The features are the question's words and word pairs, hashed as by Weinberger et al., "Feature
Hashing for Large Scale Multitask Learning" (2009), its vector, and the purpose that the patterns
of `purposes` find. `tests/bench/purposes.py` fits the weights in `purpose_weights.npz` with the
vectors of the packaged model. They don't apply to another model's vectors.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from ...types import Purpose, Vectors

# The purposes to choose from; only fixed wordings identify talk.
PURPOSES = tuple(purpose for purpose in Purpose if purpose is not Purpose.TALK)

# The number of hash buckets for words and word pairs.
PLACES = 4096

# The weight of the question's unit vector, relative to a word.
VECTOR_SCALE = 4.0

# The probability from which an overview is clear although the wording doesn't say so.
CLEAR = 0.75

WEIGHTS_FILE = "purpose_weights.npz"

_WORD = re.compile(r"\w+(?:['’]\w+)?|[?!.,;:/&+-]")


@dataclass(frozen=True, slots=True)
class PurposeModel:
    """The weights, shape (features, purposes), the intercepts, and the encoder's fingerprint.

    The weights apply only to the vectors of that encoder.
    """

    weights: npt.NDArray[np.float32]
    constants: npt.NDArray[np.float32]
    encoder: str

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """Returns the model that comes with the package."""
        with (
            files(__package__).joinpath(WEIGHTS_FILE).open("rb") as file,
            np.load(file, allow_pickle=False) as kept,
        ):
            return cls(
                kept["weights"].astype(np.float32),
                kept["constants"].astype(np.float32),
                str(kept["encoder"]),
            )

    def classify(self, question: str, worded: Purpose, vector: Vectors) -> Purpose:
        """Returns the likeliest purpose; `worded` is the purpose that the wording indicates."""
        return clearest(evidence(question, worded, vector) @ self.weights + self.constants, worded)


def clearest(logits: npt.NDArray[np.float32], worded: Purpose) -> Purpose:
    """Returns the purpose with the highest logit; `logits` has shape (purposes,).

    Overviews are quoted differently, so an overview must be clear if the wording says otherwise.
    """
    likely = int(logits.argmax())
    chance = 1 / np.exp(logits - logits[likely]).sum()
    is_clear = PURPOSES[likely] is not Purpose.OVERVIEW or chance >= CLEAR
    return PURPOSES[likely] if is_clear else worded


def evidence(question: str, worded: Purpose, vector: Vectors) -> npt.NDArray[np.float32]:
    """Returns the features of a question, shape (features,)."""
    words = np.zeros(PLACES, dtype=np.float32)
    words[[zlib.crc32(part.encode()) % PLACES for part in _parts(question)]] = 1.0
    by_wording = np.array([worded is purpose for purpose in PURPOSES], dtype=np.float32)
    return np.concatenate((words, by_wording, np.float32(VECTOR_SCALE) * vector))


def _parts(question: str) -> Sequence[str]:
    """Returns the words and word pairs of a question, with those at both ends marked."""
    found = _WORD.findall(question.lower().replace("’", "'"))
    words = ["^", *found, "$"]
    return (
        *words,
        *(f"{one} {other}" for one, other in pairwise(words)),
        *(f"first {word}" for word in found[:2]),
        *(f"last {word}" for word in found[-2:]),
    )
