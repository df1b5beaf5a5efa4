"""pincite through its Python API: `ask` with everything that an answer carries."""

from __future__ import annotations

from pathlib import Path

import pincite


class Driver:
    """`pincite.open`, `sync` after every change, `ask`."""

    builds_with = ("pincite.indexing", "faiss", "onnxruntime", "tokenizers")

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._engine = pincite.open(sources, index, model=model)

    def build(self) -> int:
        """One index run."""
        return self._engine.sync().passages

    def open(self) -> None:
        """Nothing to do: the first question opens the index."""

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """The quotes of an answer, or the closest passages of one that is refused."""
        answer = self._engine.ask(question, k=k)
        return [(Path(quote.source.path).name, quote.text) for quote in answer.quotes]

    def add(self, name: str) -> None:
        """The index run finds the file."""
        self._engine.sync()

    def delete(self, name: str) -> None:
        """The index run finds that the file is gone."""
        self._engine.sync()
