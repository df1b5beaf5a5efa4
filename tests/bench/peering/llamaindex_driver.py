"""LlamaIndex: VectorStoreIndex over SimpleDirectoryReader, with its default stores and splitter.

The splitter makes chunks of 1,024 tokens, 200 of them shared.
"""

from __future__ import annotations

from pathlib import Path

from llama_index.core import (
    Settings,
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.embeddings.huggingface import HuggingFaceEmbedding


class Driver:
    """File names are metadata that the reader gives."""

    builds_with = ("sentence_transformers",)

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._model, self._sources, self._folder = model, sources, str(index)

    def build(self) -> int:
        """`from_documents` and `persist`."""
        self._load_model()
        documents = SimpleDirectoryReader(str(self._sources), filename_as_id=True).load_data()
        self._index = VectorStoreIndex.from_documents(documents)
        self._persist()
        return len(self._index.docstore.docs)

    def open(self) -> None:
        """`load_index_from_storage`."""
        self._load_model()
        self._index = load_index_from_storage(
            StorageContext.from_defaults(persist_dir=self._folder)
        )

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """The default retriever; no language model is asked."""
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [(node.metadata["file_name"], node.get_content()) for node in found]

    def add(self, name: str) -> None:
        """`insert` and `persist`."""
        file = str(self._sources / name)
        for document in SimpleDirectoryReader(input_files=[file], filename_as_id=True).load_data():
            self._index.insert(document)
        self._persist()

    def delete(self, name: str) -> None:
        """`delete_ref_doc`, from the document store too, and `persist`."""
        for document, info in list(self._index.ref_doc_info.items()):
            if info.metadata["file_name"] == name:
                self._index.delete_ref_doc(document, delete_from_docstore=True)
        self._persist()

    def _load_model(self) -> None:
        Settings.embed_model = HuggingFaceEmbedding(model_name=self._model)

    def _persist(self) -> None:
        self._index.storage_context.persist(persist_dir=self._folder)
