"""What an English question is for, told from its words and its meaning: a multinomial logistic
regression.

The evidence are the words and pairs of words of the question, hashed as by Weinberger et al.,
"Feature Hashing for Large Scale Multitask Learning" (2009), its vector, and what its wording says
by the patterns of `purposes`. The weights in `purpose_weights.npz` are fitted with the vectors of
the packaged model by `tests/bench/purposes.py`; another model's cannot be weighed by them.
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

from ..types import Purpose, Vectors

# The purposes that are told apart; talk is told by its fixed wordings alone.
PURPOSES = tuple(purpose for purpose in Purpose if purpose is not Purpose.TALK)

# Places for words and pairs of words, some of which share one.
PLACES = 4096

# How much the vector of a question, of length 1, counts beside a word.
VECTOR_SCALE = 4.0

# The chance from which on an overview that the wording does not tell is clear.
CLEAR = 0.75

WEIGHTS_FILE = "purpose_weights.npz"

_WORD = re.compile(r"\w+(?:['’]\w+)?|[?!.,;:/&+-]")


@dataclass(frozen=True, slots=True)
class PurposeModel:
    """The weights, shape (evidence, purposes), the constants of the purposes, and the fingerprint
    of the encoder whose vectors are among the evidence.
    """

    weights: npt.NDArray[np.float32]
    constants: npt.NDArray[np.float32]
    encoder: str

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """The model that comes with the package."""
        with (
            files(__package__).joinpath(WEIGHTS_FILE).open("rb") as file,
            np.load(file, allow_pickle=False) as kept,
        ):
            return cls(
                kept["weights"].astype(np.float32),
                kept["constants"].astype(np.float32),
                str(kept["encoder"]),
            )

    def told(self, question: str, worded: Purpose, vector: Vectors) -> Purpose:
        """The likeliest purpose of a question with a vector, which its wording says is `worded`."""
        return clearest(evidence(question, worded, vector) @ self.weights + self.constants, worded)


def clearest(logits: npt.NDArray[np.float32], worded: Purpose) -> Purpose:
    """The purpose with the highest logit, shape (purposes,).

    An overview, which is quoted in another way, has to be clear where the wording says otherwise.
    """
    likely = int(logits.argmax())
    chance = 1 / np.exp(logits - logits[likely]).sum()
    is_clear = PURPOSES[likely] is not Purpose.OVERVIEW or chance >= CLEAR
    return PURPOSES[likely] if is_clear else worded


def evidence(question: str, worded: Purpose, vector: Vectors) -> npt.NDArray[np.float32]:
    """What the purpose is told by, shape (evidence,)."""
    words = np.zeros(PLACES, dtype=np.float32)
    words[[zlib.crc32(part.encode()) % PLACES for part in _parts(question)]] = 1.0
    by_wording = np.array([worded is purpose for purpose in PURPOSES], dtype=np.float32)
    return np.concatenate((words, by_wording, np.float32(VECTOR_SCALE) * vector))


def _parts(question: str) -> Sequence[str]:
    """The words of a question and its pairs of words, those at both ends marked."""
    found = _WORD.findall(question.lower().replace("’", "'"))
    words = ["^", *found, "$"]
    return (
        *words,
        *(f"{one} {other}" for one, other in pairwise(words)),
        *(f"first {word}" for word in found[:2]),
        *(f"last {word}" for word in found[-2:]),
    )
