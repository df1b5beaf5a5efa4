"""The products that are compared, and how each is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OURS = "pincite"

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Product:
    """`packages` are those whose versions the report gives; `used` says how it is used."""

    name: str
    title: str
    packages: tuple[str, ...]
    used: str

    @property
    def driver(self) -> str:
        """The module that drives it."""
        return f"{self.name}_driver"

    @property
    def requirements(self) -> Path:
        """Every package of its environment, pinned."""
        if self.name == OURS:
            return ROOT / "constraints.txt"
        return Path(__file__).parent / "requirements" / f"{self.name}.txt"


PRODUCTS = {
    product.name: product
    for product in (
        Product(
            OURS,
            "pincite",
            ("pincite", "faiss-cpu", "tantivy"),
            "`Engine.ask` whole: search, check of every quote, highlights, conflicts, confidence; "
            "passages of about 600 characters",
        ),
        Product(
            "llamaindex",
            "LlamaIndex",
            ("llama-index-core", "llama-index-embeddings-huggingface"),
            "`VectorStoreIndex` in its default stores, persisted; chunks of 1,024 tokens, 200 of "
            "them shared",
        ),
        Product(
            "langchain",
            "LangChain + FAISS",
            ("langchain-core", "langchain-community", "langchain-huggingface", "faiss-cpu"),
            "`FAISS` (L2), `save_local`; `RecursiveCharacterTextSplitter` as in its tutorials: "
            "1,000 characters, 200 of them shared",
        ),
        Product(
            "haystack",
            "Haystack",
            ("haystack-ai", "sentence-transformers-haystack"),
            "`InMemoryDocumentStore` (dot product), `save_to_disk`; `DocumentSplitter`: 200 words, "
            "none shared",
        ),
        Product(
            "txtai",
            "txtai",
            ("txtai", "faiss-cpu"),
            "`Embeddings(content=True)`, dense as is its default, `save`; no default way to split: "
            "paragraphs, by its `Segmentation`",
        ),
        Product(
            "chroma",
            "Chroma",
            ("chromadb", "langchain-text-splitters"),
            "`PersistentClient` (HNSW, L2); no splitter of its own: "
            "`RecursiveCharacterTextSplitter` as in its guide, 500 characters, 50 of them shared",
        ),
    )
}

COMMON_PACKAGES = ("sentence-transformers", "transformers", "torch", "numpy")
