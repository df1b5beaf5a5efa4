"""The graph of the packaged model, packaged too, so that an index run of it needs no PyTorch.

`python -m bot.embedding.exporting` makes it anew, with the vectors that the model gives for some
texts: what the graph gives on a machine is compared with them.
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

# Long, short, empty, of other scripts: what tokenisers and pooling could treat differently.
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
    """What is packaged: the inputs of the graph, and how many word pieces it is given at most."""

    inputs: tuple[str, ...]
    limit: int

    @classmethod
    def of(cls, model_folder: Path) -> Packaged | None:
        """What is packaged for the model in a folder; None for another one."""
        described = json.loads((_FOLDER / _DESCRIPTION).read_text("utf-8"))
        if described["fingerprint"] != fingerprint(DEFAULT_MODEL, model_folder):
            return None
        return cls(tuple(described["inputs"]), described["limit"])

    @cached_property
    def graph(self) -> bytes:
        """The graph, with references to the weights of the model."""
        return (_FOLDER / GRAPH).read_bytes()

    @cached_property
    def vectors(self) -> Vectors:
        """What the model gives for the probes, shape (probes, dimension)."""
        with (_FOLDER / _VECTORS).open("rb") as stream:
            found: Vectors = np.load(stream, allow_pickle=False)
        return found

    def compare(self, copied: ModelCopy) -> None:
        """Raises CopyUnusable unless a copy gives the vectors of the model."""
        require_alike(self.vectors, [found.vector for found in probed(copied, "query")])


def probed(copied: ModelCopy, role: Role) -> list[Encoded]:
    """What a copy gives for the probes; raises CopyUnusable where it fails."""
    try:
        return list(copied.encode(PROBES, role))
    except Exception as error:  # the runtime raises its own, without a common base
        raise CopyUnusable(f"the exported copy fails: {first_line(error)}") from error


def require_alike(expected: Iterable[Vectors], found: Iterable[Vectors]) -> None:
    """Raises CopyUnusable unless unit vectors are alike, one by one."""
    least = min((float(one @ other) for one, other in zip(expected, found, strict=True)), default=1)
    if not least >= LEAST_COSINE:
        raise CopyUnusable(f"the vectors of the exported copy differ (cosine {least:.4f})")


def package(target: Path, graph: bytes, vectors: Vectors, described: Mapping[str, Any]) -> None:
    """Writes what is packaged; raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    (target / GRAPH).write_bytes(graph)
    (target / _DESCRIPTION).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    with (target / _VECTORS).open("wb") as stream:
        np.save(stream, vectors, allow_pickle=False)
