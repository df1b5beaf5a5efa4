"""LangChain with FAISS: loader, splitter, HuggingFaceEmbeddings and vector store of its tutorials.

They split into 1,000 characters, 200 of them shared.
"""

from __future__ import annotations

from pathlib import Path

from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


class Driver:
    """Ids are made of file name and place."""

    builds_with = ("sentence_transformers",)

    def __init__(self, model: str, sources: Path, index: Path) -> None:
        self._model, self._sources, self._index = model, sources, str(index)
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200, add_start_index=True
        )

    def build(self) -> int:
        """`from_documents` and `save_local`."""
        loader = DirectoryLoader(
            str(self._sources),
            glob="*.txt",
            loader_cls=TextLoader,
            loader_kwargs={"encoding": "utf-8"},
        )
        chunks = self._splitter.split_documents(loader.load())
        self._store = FAISS.from_documents(chunks, self._embeddings(), ids=_ids(chunks))
        self._store.save_local(self._index)
        return len(chunks)

    def open(self) -> None:
        """`load_local`, which takes pickles on request alone."""
        self._store = FAISS.load_local(
            self._index, self._embeddings(), allow_dangerous_deserialization=True
        )

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """The nearest by the default distance, L2."""
        found = self._store.similarity_search(question, k=k)
        return [(_name(document), document.page_content) for document in found]

    def add(self, name: str) -> None:
        """`add_documents` and `save_local`."""
        loader = TextLoader(str(self._sources / name), encoding="utf-8")
        chunks = self._splitter.split_documents(loader.load())
        self._store.add_documents(chunks, ids=_ids(chunks))
        self._store.save_local(self._index)

    def delete(self, name: str) -> None:
        """`delete` by ids and `save_local`."""
        ids = self._store.index_to_docstore_id.values()
        self._store.delete([one for one in ids if one.rpartition("#")[0] == name])
        self._store.save_local(self._index)

    def _embeddings(self) -> HuggingFaceEmbeddings:
        return HuggingFaceEmbeddings(model_name=self._model)


def _name(document: Document) -> str:
    return Path(document.metadata["source"]).name


def _ids(chunks: list[Document]) -> list[str]:
    return [f"{_name(chunk)}#{chunk.metadata['start_index']}" for chunk in chunks]
