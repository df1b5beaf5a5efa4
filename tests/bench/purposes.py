"""Fits the weights by which the purpose of a question is told, and measures them left out.

    python tests/bench/purposes.py [--write]

The questions are those of `tests/data/purposes_training` and of the six sets of
`tests/data/purposes`. Each of the six is measured with the wording alone and with weights fitted
on all other questions: how many purposes are told, how many of those told to be no fact are right,
and how many facts are told to be facts. How much large weights are
held back was not tuned. `--write` fits the weights on all questions and writes them to
`bot/answering`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bot.answering.question import purpose_model
from bot.answering.question.purpose_model import PURPOSES, clearest, evidence
from bot.answering.question.purposes import classify_purpose
from bot.answering.talk import talk_of
from bot.embedding import SentenceTransformerEncoder
from bot.types import Purpose

DATA = Path(__file__).parents[1] / "data"
TRAINING = "purposes_training"

# How freely the weights may grow.
FREEDOM = 0.5

# Questions that are encoded at a time.
BATCH = 32

Numbers = npt.NDArray[np.float32]


class Questions:
    """Questions with their purposes, the sets that they are of, and the evidence of each."""

    def __init__(self, encoder: SentenceTransformerEncoder) -> None:
        found = [
            (TRAINING if file.parent.name == TRAINING else file.stem, json.loads(line))
            for name in (TRAINING, "purposes")
            for file in sorted((DATA / name).glob("*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
        ]
        self.texts = [item["question"] for _, item in found]
        self.sets = np.array([name for name, _ in found])
        self.purposes = np.array([_purpose(item["purpose"]) for _, item in found])
        self.is_talk = np.array([talk_of(text) is not None for text in self.texts])
        self.worded = [classify_purpose(text).purpose for text in self.texts]
        vectors = [
            encoded.vector
            for begin in range(0, len(self.texts), BATCH)
            for encoded in encoder.encode_questions(self.texts[begin : begin + BATCH])
        ]
        self.evidence: Numbers = np.stack(
            [
                evidence(text, worded, vector)
                for text, worded, vector in zip(self.texts, self.worded, vectors, strict=True)
            ]
        )


def main() -> None:
    """Prints a line for each set and for all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    questions = Questions(encoder)
    wording = np.array([purpose.value for purpose in questions.worded])
    told = np.array(wording)
    names = [name for name in dict.fromkeys(questions.sets) if name != TRAINING]
    for name in names:
        own = questions.sets == name
        told[own] = _told(questions, ~own, own)
    for name in (*names, "all"):
        own = questions.sets == name if name != "all" else questions.sets != TRAINING
        for label, found in (("wording", wording), ("left out", told)):
            print(f"{name:9} {label:9} {report(questions, own, found)}")
    if arguments.write:
        weights, constants = fitted(questions, np.ones(len(questions.texts), dtype=np.bool_))
        place = Path(purpose_model.__file__).with_name(purpose_model.WEIGHTS_FILE)
        np.savez_compressed(
            place,
            weights=weights.astype(np.float16),
            constants=constants.astype(np.float32),
            encoder=np.array(encoder.fingerprint),
        )


def fitted(questions: Questions, chosen: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """The weights and constants that fit some of the questions, talk aside."""
    chosen = chosen & (questions.purposes != Purpose.TALK.value)
    regression = LogisticRegression(C=FREEDOM, max_iter=2_000)
    regression.fit(questions.evidence[chosen], questions.purposes[chosen])
    order = [list(regression.classes_).index(purpose.value) for purpose in PURPOSES]
    return (
        regression.coef_[order].T.astype(np.float32),
        regression.intercept_[order].astype(np.float32),
    )


def report(questions: Questions, own: npt.NDArray[np.bool_], told: npt.NDArray[np.str_]) -> str:
    """How well the purposes of some questions are told."""
    found = np.where(questions.is_talk[own], Purpose.TALK.value, told[own])
    right = found == questions.purposes[own]
    facts = questions.purposes[own] == Purpose.FACT.value
    others = found != Purpose.FACT.value
    talk = found == Purpose.TALK.value
    return (
        f"told {right.mean():.3f} of {own.sum()}, no fact right {right[others].mean():.3f} "
        f"of {others.sum()}, facts {right[facts].mean():.3f} of {facts.sum()}, "
        f"talk right {right[talk].mean():.3f} of {talk.sum()}"
    )


def _told(
    questions: Questions, learned: npt.NDArray[np.bool_], asked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.str_]:
    weights, constants = fitted(questions, learned)
    logits = questions.evidence[asked] @ weights + constants
    worded = [questions.worded[at] for at in np.flatnonzero(asked)]
    return np.array([clearest(*one).value for one in zip(logits, worded, strict=True)])


def _purpose(name: str) -> str:
    return {"yesno": Purpose.YES_OR_NO.value}.get(name, name)


if __name__ == "__main__":
    main()
