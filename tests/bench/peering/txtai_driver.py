"""txtai: an Embeddings database with content, dense as is its default (hybrid is an option).

It has a pipeline that splits, with no default way; paragraphs are what its examples of documents
index.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from driving import text_files
from txtai import Embeddings
from txtai.pipeline import Segmentation


class Driver:
    """Ids are made of file name and number."""

    builds_with = ()

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._sources, self._index = sources, str(index)
        self._split = Segmentation(paragraphs=True)
        self._embeddings = Embeddings(path=model, content=True)

    def build(self) -> int:
        """`index` and `save`."""
        self._embeddings.index(
            row for file in text_files(self._sources) for row in self._paragraphs(file)
        )
        self._embeddings.save(self._index)
        return int(self._embeddings.count())

    def open(self) -> None:
        """`load`."""
        self._embeddings.load(self._index)

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """`search`."""
        found = self._embeddings.search(question, k)
        return [(row["id"].rpartition("#")[0], row["text"]) for row in found]

    def add(self, name: str) -> None:
        """`upsert` and `save`."""
        self._embeddings.upsert(self._paragraphs(self._sources / name))
        self._embeddings.save(self._index)

    def delete(self, name: str) -> None:
        """`delete` of the ids that a query finds, and `save`."""
        rows = self._embeddings.search(
            "select id from txtai where id like :ids",
            self._embeddings.count(),
            parameters={"ids": f"{name}#%"},
        )
        self._embeddings.delete([row["id"] for row in rows])
        self._embeddings.save(self._index)

    def _paragraphs(self, file: Path) -> Iterator[tuple[str, str]]:
        for number, paragraph in enumerate(self._split(file.read_text("utf-8"))):
            yield f"{file.name}#{number}", paragraph
