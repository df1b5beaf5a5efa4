"""Haystack: pipelines over an InMemoryDocumentStore that is saved to disk.

Its DocumentSplitter makes chunks of 200 words that share none.
"""

from __future__ import annotations

from pathlib import Path

from driving import text_files
from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)


class Driver:
    """File names are metadata that the converter gives."""

    builds_with = ("sentence_transformers",)

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._model, self._sources, self._file = model, sources, str(index / "store.json")
        self._indexing: Pipeline | None = None
        index.mkdir(exist_ok=True)

    def build(self) -> int:
        """The indexing pipeline over all files, and `save_to_disk`."""
        self._store = InMemoryDocumentStore()
        self._index(text_files(self._sources))
        return self._store.count_documents()

    def open(self) -> None:
        """`load_from_disk`, and the query pipeline."""
        self._store = InMemoryDocumentStore.load_from_disk(self._file)
        self._query = Pipeline()
        self._query.add_component("embedder", SentenceTransformersTextEmbedder(model=self._model))
        self._query.add_component("retriever", InMemoryEmbeddingRetriever(self._store))
        self._query.connect("embedder.embedding", "retriever.query_embedding")

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """The query pipeline."""
        found = self._query.run({"embedder": {"text": question}, "retriever": {"top_k": k}})
        return [
            (Path(document.meta["file_path"]).name, document.content)
            for document in found["retriever"]["documents"]
        ]

    def add(self, name: str) -> None:
        """The indexing pipeline over the file, and `save_to_disk`."""
        self._index([self._sources / name])

    def delete(self, name: str) -> None:
        """`delete_documents` of what a filter finds, and `save_to_disk`."""
        found = self._store.filter_documents(
            {"field": "meta.file_path", "operator": "==", "value": name}
        )
        self._store.delete_documents([document.id for document in found])
        self._store.save_to_disk(self._file)

    def _index(self, files: list[Path]) -> None:
        if self._indexing is None:
            self._indexing = self._pipeline()
        self._indexing.run({"converter": {"sources": files}})
        self._store.save_to_disk(self._file)

    def _pipeline(self) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("converter", TextFileToDocument())
        pipeline.add_component("splitter", DocumentSplitter())
        pipeline.add_component("embedder", SentenceTransformersDocumentEmbedder(model=self._model))
        pipeline.add_component("writer", DocumentWriter(document_store=self._store))
        pipeline.connect("converter", "splitter")
        pipeline.connect("splitter", "embedder")
        pipeline.connect("embedder", "writer")
        return pipeline
