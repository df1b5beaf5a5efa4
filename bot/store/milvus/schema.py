"""The collections of an index: their names, fields and indexes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ..folder.lexical import K1, B
from .packing import LONGEST, MOST

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Definition = Callable[["MilvusClient"], tuple[Any, Any]]

# Milvus requires a vector in every collection, even one that is not searched.
NOTHING = {"nothing": [0.0, 0.0]}

# Spaces separate the words that encode terms.
_ANALYZER = {"tokenizer": "standard"}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an index's collections."""

    index: str

    @property
    def live(self) -> str:
        """The alias of the passages of the live generation."""
        return f"{self.index}_live"

    @property
    def claims(self) -> str:
        """The collection of claims: which machine writes, and which embeds what."""
        return f"{self.index}_claims"

    def embeddings(self, fingerprint: str) -> str:
        """The records that an encoder has made."""
        return f"{self._embeddings}{sha256(fingerprint.encode()).hexdigest()[:16]}"

    def is_embeddings(self, name: str) -> bool:
        """Whether a collection holds the records of an encoder."""
        return name.startswith(self._embeddings)

    def parts(self, number: int) -> Parts:
        """The collections of a generation."""
        return Parts(f"{self.index}_{number:06d}")

    def number(self, name: str) -> int | None:
        """Returns the generation of a collection; None for a collection without one."""
        found = re.fullmatch(rf"{self.index}_(\d{{6,}})_(?:passages|sources|terms|facts)", name)
        return int(found[1]) if found else None

    @property
    def _embeddings(self) -> str:
        return f"{self.index}_embeddings_"


@dataclass(frozen=True, slots=True)
class Parts:
    """The names of one generation's collections."""

    generation: str

    @property
    def passages(self) -> str:
        """What is cited and searched."""
        return f"{self.generation}_passages"

    @property
    def sources(self) -> str:
        """The collection of source texts; passages are slices of them."""
        return f"{self.generation}_sources"

    @property
    def terms(self) -> str:
        """How rare each term is."""
        return f"{self.generation}_terms"

    @property
    def facts(self) -> str:
        """The collection of the manifest and of data that are loaded whole."""
        return f"{self.generation}_facts"

    def all(self) -> tuple[str, ...]:
        """Returns all names; facts come last, as a generation without them does not exist."""
        return self.passages, self.sources, self.terms, self.facts


def passages(dimension: int, *, is_exact: bool) -> Definition:
    """Defines passages with vectors of a dimension; Milvus chooses the index unless `is_exact`."""

    def define(client: MilvusClient) -> tuple[Any, Any]:
        from pymilvus import DataType, Function, FunctionType

        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("id", DataType.VARCHAR, max_length=16)
        schema.add_field("source", DataType.VARCHAR, max_length=16)
        schema.add_field("embedded", DataType.VARCHAR, max_length=64)
        _add_parts(schema, "passage", MOST)
        for name in ("terms", "context"):
            schema.add_field(
                name,
                DataType.VARCHAR,
                max_length=LONGEST,
                enable_analyzer=True,
                enable_match=name == "terms",
                analyzer_params=_ANALYZER,
            )
            schema.add_field(f"{name}_bm25", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(
                Function(
                    name=f"{name}_to_bm25",
                    function_type=FunctionType.BM25,
                    input_field_names=[name],
                    output_field_names=[f"{name}_bm25"],
                )
            )
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        indexes = client.prepare_index_params()
        kind = "FLAT" if is_exact else "AUTOINDEX"
        indexes.add_index("vector", index_type=kind, metric_type="IP")
        for name in ("terms", "context"):
            indexes.add_index(
                f"{name}_bm25",
                index_type="SPARSE_INVERTED_INDEX",
                metric_type="BM25",
                params={"bm25_k1": K1, "bm25_b": B},
            )
        for name in ("id", "source"):
            indexes.add_index(name, index_type="INVERTED")
        return schema, indexes

    return define


def sources(client: MilvusClient) -> tuple[Any, Any]:
    """Sources by their ids; `place` counts them by path."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.VARCHAR, max_length=16, is_primary=True)
    for name in ("place", "first_row", "passages", "characters", "skipped"):
        schema.add_field(name, DataType.INT64)
    _add_parts(schema, "info", 64)
    _add_parts(schema, "content", MOST)
    return schema, _unsearched(client, schema)


def terms(client: MilvusClient) -> tuple[Any, Any]:
    """Terms, each with the number of texts that have it."""
    from pymilvus import DataType

    return _keyed(client, "term", lambda schema: schema.add_field("texts", DataType.INT64))


def facts(client: MilvusClient) -> tuple[Any, Any]:
    """JSON values by name."""
    return _keyed(client, "name", lambda schema: _add_parts(schema, "content", MOST))


def embeddings(client: MilvusClient) -> tuple[Any, Any]:
    """Records by the SHA-256 of what was embedded."""
    return _keyed(client, "key", lambda schema: _add_parts(schema, "record", MOST))


def claims(client: MilvusClient) -> tuple[Any, Any]:
    """Defines claims: owner, task and expiry in milliseconds since 1970, UTC."""
    from pymilvus import DataType

    def add(schema: Any) -> None:
        schema.add_field("task", DataType.VARCHAR, max_length=64)
        schema.add_field("until", DataType.INT64)

    return _keyed(client, "owner", add)


def _keyed(client: MilvusClient, key: str, add: Callable[[Any], None]) -> tuple[Any, Any]:
    """Defines a collection that is read only by key."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(key, DataType.VARCHAR, max_length=256, is_primary=True)
    add(schema)
    return schema, _unsearched(client, schema)


def _unsearched(client: MilvusClient, schema: Any) -> Any:
    """Adds and indexes the vector that Milvus requires in every collection."""
    from pymilvus import DataType

    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    indexes = client.prepare_index_params()
    indexes.add_index("nothing", index_type="FLAT", metric_type="L2")
    return indexes


def _add_parts(schema: Any, name: str, most: int) -> None:
    """Adds a field for values longer than a VARCHAR; they are large, so they stay on disk."""
    from pymilvus import DataType

    schema.add_field(
        name,
        DataType.ARRAY,
        element_type=DataType.VARCHAR,
        max_length=LONGEST,
        max_capacity=most,
        mmap_enabled=True,
    )
