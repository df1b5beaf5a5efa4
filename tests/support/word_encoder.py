"""An encoder whose vectors can be worked out by hand, and an engine that uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

import bot
from bot.types import Encoded, Vectors

WORD = re.compile(r"\w+")


class WordEncoder:
    """An encoder with one axis per word of `vocabulary`, and a last one for all other words.

    A text's vector counts its words and is then scaled to unit length: with the vocabulary ("zinc",
    "lead"), "zinc lead zinc" is (2, 1, 0) / √5. Each word is one piece.
    """

    def __init__(self, vocabulary: Sequence[str], max_tokens: int = 254) -> None:
        self.vocabulary = tuple(vocabulary)
        self.max_tokens = max_tokens
        self.languages: frozenset[str] | None = None
        self.embedded: list[str] = []

    @property
    def fingerprint(self) -> str:
        """Identifies the encoder by its vocabulary."""
        return "words:" + ",".join(self.vocabulary)

    @property
    def dimension(self) -> int:
        """One axis per word, and one for the rest."""
        return len(self.vocabulary) + 1

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of words of each text."""
        return [len(WORD.findall(text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Encodes passages and records them in `embedded`."""
        for text in texts:
            self.embedded.append(text)
            yield self._encoded(text)

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Encodes questions like passages."""
        return [self._encoded(question) for question in questions]

    def _encoded(self, text: str) -> Encoded:
        spans = tuple(match.span() for match in WORD.finditer(text))
        tokens: Vectors = np.zeros((len(spans), self.dimension), dtype=np.float32)
        for row, (start, end) in enumerate(spans):
            word = text[start:end].lower()
            known = word in self.vocabulary
            tokens[row, self.vocabulary.index(word) if known else -1] = 1
        total = tokens.sum(axis=0)
        length = float(np.linalg.norm(total)) or 1.0
        return Encoded((total / length).astype(np.float32), tokens, spans)


MINERALS = ("zinc", "lead", "copper", "chromium", "uranium", "dialogue", "launched", "february")


def engine_over(folder: Path, files: Mapping[str, str]) -> bot.Engine:
    """Writes files by name below a folder and returns an engine, synced with the word encoder."""
    for name, text in files.items():
        file = folder / "corpus" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    engine = bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    return engine
