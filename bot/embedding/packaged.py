"""The packaged model's graph, included so that indexing with it needs no PyTorch.

`python -m bot.embedding.exporting` rebuilds it, with the model's vectors for some probe texts. The
graph's vectors on each machine are compared with these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ..types import Encoded, Vectors
from .backends import GRAPH
from .model_copy import CopyUnusable, ModelCopy, Role
from .model_files import DEFAULT_MODEL, fingerprint, first_line

_FOLDER = files(__package__) / "packaged_graph"
_DESCRIPTION = "described.json"
_VECTORS = "vectors.npy"

# Long, short and empty texts, and other scripts: cases where tokenisers and pooling may differ.
PROBES = (
    "How much of the world's chromium does Central Asia hold?",
    "ZINC, lead and naïve Zürich: 3.5 % of 1,200 t (2024)",
    "  spaces\n\nand lines  ",
    "Когда начался диалог? 对话何时开始？ \U0001f600",
    "",
    "What keeps steel from rusting, and who sells it? " * 60,
)
LEAST_COSINE = 0.999


@dataclass(frozen=True)
class Packaged:
    """The packaged data: the inputs of the graph, and its maximum number of word pieces."""

    inputs: tuple[str, ...]
    limit: int

    @classmethod
    def of(cls, model_folder: Path) -> Packaged | None:
        """Returns the packaged data for the model in a folder; None for any other model."""
        described = json.loads((_FOLDER / _DESCRIPTION).read_text("utf-8"))
        if described["fingerprint"] != fingerprint(DEFAULT_MODEL, model_folder):
            return None
        return cls(tuple(described["inputs"]), described["limit"])

    @cached_property
    def graph(self) -> bytes:
        """The graph, with references to the model's weights."""
        return (_FOLDER / GRAPH).read_bytes()

    @cached_property
    def vectors(self) -> Vectors:
        """The model's vectors for the probes, shape (probes, dimension)."""
        with (_FOLDER / _VECTORS).open("rb") as stream:
            found: Vectors = np.load(stream, allow_pickle=False)
        return found

    def compare(self, copied: ModelCopy) -> None:
        """Raises CopyUnusable unless a copy gives the vectors of the model."""
        require_alike(self.vectors, [found.vector for found in encode_probes(copied, "query")])


def encode_probes(copied: ModelCopy, role: Role) -> list[Encoded]:
    """Encodes the probes with a copy; raises CopyUnusable if it fails."""
    try:
        return list(copied.encode(PROBES, role))
    except Exception as error:  # the runtime raises its own error types, without a common base
        raise CopyUnusable(f"the exported copy fails: {first_line(error)}") from error


def require_alike(expected: Iterable[Vectors], found: Iterable[Vectors]) -> None:
    """Raises CopyUnusable unless the unit vectors are nearly equal, pair by pair."""
    least = min((float(one @ other) for one, other in zip(expected, found, strict=True)), default=1)
    if not least >= LEAST_COSINE:
        raise CopyUnusable(f"the vectors of the exported copy differ (cosine {least:.4f})")


def package(target: Path, graph: bytes, vectors: Vectors, described: Mapping[str, Any]) -> None:
    """Writes the packaged files; raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    (target / GRAPH).write_bytes(graph)
    (target / _DESCRIPTION).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    with (target / _VECTORS).open("wb") as stream:
        np.save(stream, vectors, allow_pickle=False)
