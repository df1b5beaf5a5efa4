"""A copy of the model that ONNX Runtime computes: in memory in a tenth of the time that
sentence-transformers takes to load, and several times as fast for a single question.

Its folder holds a graph (ONNX), which reads the weights out of the model's own files, the
tokeniser, and a description with the hashes of both. `exporting` makes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ..offline import keep_to_this_machine
from ..types import Encoded, Span, Vectors
from .model_files import first_line, weights_folder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

DESCRIPTION = "copy.json"
GRAPH = "graph.onnx"
TOKENIZER = "tokenizer.json"

# The graph with matrices of 8 bits, where the passages of the index are computed with it.
QUANTISED = "graph-int8.onnx"

# Raised when copies of before cannot be read, or give other vectors.
VERSION = 1

Role: TypeAlias = Literal["query", "document"]


class CopyUnusable(Exception):
    """Why there is no copy to use, in words."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a copy is of, and what it needs besides its files.

    `fingerprint` is that of the model, `inputs` are what the graph takes of a tokenised text,
    `prompts` what is put before it, by role; `hashes` are of the other files. Where `reason` is
    not empty the model cannot be copied, and there are no other files.
    """

    fingerprint: str
    reason: str = ""
    inputs: tuple[str, ...] = ()
    prompts: Mapping[str, str] | None = None
    dimension: int = 0
    max_tokens: int = 0
    hashes: Mapping[str, str] | None = None

    def write(self, folder: Path) -> None:
        """Writes the description, with its own hash, in one step; raises OSError."""
        content = {"version": VERSION, **asdict(self)}
        content["sha256"] = _seal(content)
        write(folder / DESCRIPTION, json.dumps(content, indent=1).encode())

    @classmethod
    def usable(cls, folder: Path, fingerprint: str) -> Description:
        """The description of a sound copy of a model; raises CopyUnusable."""
        found = cls.read(folder)
        if found.reason:
            raise CopyUnusable(found.reason)
        if found.fingerprint != fingerprint:
            raise CopyUnusable("the exported copy is of another model")
        return found

    @classmethod
    def read(cls, folder: Path) -> Description:
        """Reads a description and checks the files that it names; raises CopyUnusable."""
        try:
            content: dict[str, Any] = json.loads((folder / DESCRIPTION).read_bytes())
            if content.pop("sha256") != _seal(content) or content.pop("version") != VERSION:
                raise ValueError("another version, or altered")
            found = cls(**{**content, "inputs": tuple(content["inputs"])})
        except FileNotFoundError:
            raise CopyUnusable("the index has no exported copy of the model") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CopyUnusable(
                f"{folder / DESCRIPTION} is damaged ({first_line(error)})"
            ) from error
        for name, expected in (found.hashes or {}).items():
            try:
                hashed = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            except OSError as error:
                raise CopyUnusable(f"{folder / name}: {error.strerror or error}") from error
            if hashed != expected:
                raise CopyUnusable(f"{folder / name} is damaged")
        return found


class QuestionCopy:
    """The loaded copy; any thread may ask it."""

    def __init__(self, folder: Path, description: Description, model: Path) -> None:
        """Loads the copy of the model in the folder `model`; raises CopyUnusable."""
        self._folder = folder
        self._described = description
        try:
            # A few words gain nothing from more threads, which lose much by waiting for each other
            # while anything else keeps the processor busy.
            self._session = session(folder / GRAPH, model, threads=1)
            self._tokenizer = self._loaded_tokenizer()
        except Exception as error:  # both libraries raise their own, without a common base
            raise CopyUnusable(
                f"the exported copy cannot be loaded: {first_line(error)}"
            ) from error

    @classmethod
    def load(cls, folder: Path, fingerprint: str, model: Path) -> QuestionCopy:
        """The copy in a folder, if it is sound and of this model; raises CopyUnusable."""
        return cls(folder, Description.usable(folder, fingerprint), model)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._described.dimension

    @property
    def max_tokens(self) -> int:
        """Word pieces read of a text, without the special ones."""
        return self._described.max_tokens

    def encode(self, texts: Sequence[str], role: Role = "query") -> list[Encoded]:
        """Texts in float32, one at a time: none is padded to the length of another."""
        prompt = (self._described.prompts or {}).get(role, "")
        return [self._encoded(text, prompt) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special ones not counted."""
        found = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(pieces) for pieces in found]

    def _encoded(self, text: str, prompt: str) -> Encoded:
        pieces = self._tokenizer.encode(prompt + text)
        given = {
            "input_ids": pieces.ids,
            "attention_mask": pieces.attention_mask,
            "token_type_ids": pieces.type_ids,
        }
        feed = {name: np.array([given[name]], dtype=np.int64) for name in self._described.inputs}
        sentence, tokens = self._session.run(None, feed)
        return encoded(sentence[0, : self.dimension], tokens[0], pieces.offsets, len(prompt))

    @cached_property
    def _counting(self) -> Tokenizer:
        counting = self._loaded_tokenizer()
        counting.no_truncation()
        return counting

    def _loaded_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / TOKENIZER))


def session(graph: Path, model: Path, *, threads: int = 0) -> InferenceSession:
    """A graph with the weights of the model in the folder `model`; 0 threads are one a core."""
    keep_to_this_machine()
    import onnxruntime

    # A program around this one may have imported it before.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(weights_folder(model))
    )
    return onnxruntime.InferenceSession(
        graph.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def encoded(sentence: Vectors, tokens: Vectors, spans: Sequence[Span], shift: int) -> Encoded:
    """A text in vector space, from what a model computes of it.

    `shift` is the length of the prompt before it. `tokens` has a row for each of `spans`, special
    pieces included: these have empty spans.
    """
    kept = [at for at, (start, end) in enumerate(spans) if end > start >= shift]
    return Encoded(
        vector=_unit(sentence[None, :])[0],
        tokens=_unit(tokens[kept]),
        spans=tuple((spans[at][0] - shift, spans[at][1] - shift) for at in kept),
    )


def write(file: Path, content: bytes) -> None:
    """Writes a file in one step that a crash cannot split; raises OSError."""
    beside = file.with_name(f"{file.name}.next")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)


def _unit(rows: Vectors) -> Vectors:
    """Rows of length 1; bfloat16 leaves norms off by up to half a percent."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
