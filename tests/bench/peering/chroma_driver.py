"""Chroma: a collection of a PersistentClient, which embeds by itself.

It does not split. Its guide to chunking does so with LangChain's RecursiveCharacterTextSplitter:
500 characters, 50 of them shared, at blank lines, lines, sentences and words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from driving import text_files
from langchain_text_splitters import RecursiveCharacterTextSplitter


class Driver:
    """Ids are made of file name and number, the file name is metadata."""

    builds_with = ("sentence_transformers",)

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._model, self._sources, self._index = model, sources, index
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=500, chunk_overlap=50, separators=["\n\n", "\n", ". ", " "]
        )

    def build(self) -> int:
        """Adds all files; the client writes as it goes."""
        self._connect()
        self._add(text_files(self._sources))
        return self._collection.count()

    def open(self) -> None:
        """The collection with its embedding function."""
        self._connect()

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """The nearest by the default distance, squared L2."""
        found = self._collection.query(query_texts=[question], n_results=k)
        return [
            (metadata["source"], text)
            for metadata, text in zip(found["metadatas"][0], found["documents"][0], strict=True)
        ]

    def add(self, name: str) -> None:
        """Adds the chunks of a file."""
        self._add([self._sources / name])

    def delete(self, name: str) -> None:
        """By the metadata."""
        self._collection.delete(where={"source": name})

    def _connect(self) -> None:
        self._client = chromadb.PersistentClient(path=str(self._index))
        self._collection = self._client.get_or_create_collection(
            "sources",
            embedding_function=SentenceTransformerEmbeddingFunction(model_name=self._model),
        )

    def _add(self, files: Iterable[Path]) -> None:
        rows = [
            (f"{file.name}#{number}", chunk, {"source": file.name})
            for file in files
            for number, chunk in enumerate(self._splitter.split_text(file.read_text("utf-8")))
        ]
        most = self._client.get_max_batch_size()
        for begin in range(0, len(rows), most):
            ids, documents, metadatas = zip(*rows[begin : begin + most], strict=True)
            self._collection.add(
                ids=list(ids), documents=list(documents), metadatas=list(metadatas)
            )
