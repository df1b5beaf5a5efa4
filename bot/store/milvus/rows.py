"""Passages and sources as rows of their collections, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ...errors import IndexDamaged
from ...text.passages import context
from ...text.terms import terms
from ...types import Block, BlockKind, Mark, Passage, Source, SourceInfo, SourceSummary, Vectors
from ..folder.catalog import text_sha256
from .connection import Row
from .packing import LONGEST, joined, packed, unpacked
from .schema import NOTHING

# The fields of a passage without its vector, and with it.
CITED = ("row", "id", "source", "embedded", "passage")
WHOLE = (*CITED, "terms", "context", "vector")

LISTED = ("id", "place", "first_row", "passages", "characters", "skipped", "info")
WRITTEN = (*LISTED, "content")


def passage_row(row: int, info: SourceInfo, passage: Passage, key: bytes, vector: Vectors) -> Row:
    """Returns the row of a source's passage; raises IndexDamaged if the passage is too long."""
    text = joined(terms(passage.text, info.language))
    above = joined(terms(" ".join(context(info.title, passage.section)), info.language))
    if max(len(text), len(above)) > LONGEST:
        raise IndexDamaged(
            f"a passage of {len(passage.text):,} characters is too long for Milvus. "
            "Lower passage_characters, then run: pincite index"
        )
    content = [passage.start, passage.end, passage.text, passage.section, passage.locator]
    return {
        "row": row,
        "id": passage.id,
        "source": passage.source_id,
        "embedded": key.hex(),
        "passage": packed(content),
        "terms": text,
        "context": above,
        "vector": vector,
    }


def passage_of(row: Row) -> Passage:
    """Parses the passage of a row; raises ValueError."""
    start, end, text, section, locator = unpacked(row["passage"])
    return Passage(row["id"], row["source"], start, end, text, tuple(section), locator)


def vector_of(row: Row) -> Vectors:
    """The vector of a row that was read."""
    return np.asarray(row["vector"], dtype=np.float32)


def source_row(source: Source, place: int, first_row: int, passages: int) -> Row:
    """A source as it is inserted."""
    blocks = [[b.start, b.end, b.kind.value, b.level, b.skipped] for b in source.blocks]
    return {
        "id": source.info.id,
        "place": place,
        "first_row": first_row,
        "passages": passages,
        "characters": len(source.text),
        "skipped": sum(block.skipped is not None for block in source.blocks),
        "info": packed(asdict(source.info)),
        "content": packed(
            {
                "text": source.text,
                "sha256": text_sha256(source.text),
                "blocks": blocks,
                "marks": [[mark.start, mark.name, mark.divides] for mark in source.marks],
                "first_line": source.first_line,
            }
        ),
        **NOTHING,
    }


def info_of(row: Row) -> SourceInfo:
    """Parses the source description of a row; raises ValueError and TypeError."""
    described = unpacked(row["info"])
    return SourceInfo(**{**described, "also_at": tuple(described["also_at"])})


def summary_of(row: Row) -> SourceSummary:
    """Returns the summary of a row's source for lists."""
    return SourceSummary(info_of(row), row["passages"], row["characters"], row["skipped"])


def source_of(row: Row) -> Source:
    """Parses the source of a row; raises ValueError if its text was altered."""
    content = unpacked(row["content"])
    info = info_of(row)
    if text_sha256(content["text"]) != content["sha256"]:
        raise ValueError(f"the stored text of {info.path} was altered")
    return Source(
        info=info,
        text=content["text"],
        blocks=tuple(
            Block(start, end, BlockKind(kind), level, skipped)
            for start, end, kind, level, skipped in content["blocks"]
        ),
        marks=tuple(Mark(*mark) for mark in content["marks"]),
        first_line=content["first_line"],
    )


class Digest:
    """The SHA-256 of rows in the given order, and their approximate size in bytes."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._hash = hashlib.sha256()
        self.bytes = 0

    def add(self, row: Row) -> None:
        """Adds a row."""
        for field in self._fields:
            value = row[field]
            if field == "vector":
                content = np.asarray(value, dtype=np.float32).tobytes()
            else:
                content = json.dumps(_plain(value), ensure_ascii=True).encode("ascii")
            self._hash.update(len(content).to_bytes(8, "little") + content)
            self.bytes += len(content)

    def hexdigest(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else list(value)
