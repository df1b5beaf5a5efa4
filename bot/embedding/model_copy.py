"""A copy of the model for ONNX Runtime.

It loads in a tenth of the time that sentence-transformers takes. It is as fast for passages, and
several times as fast for a question. Its folder holds a graph (ONNX), which reads the weights from
the model's own files, the tokeniser, and a description with the hashes of both. `exporting` makes
it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ..types import Encoded, Span, Vectors
from .backends import GRAPHS, ONNX, computing
from .model_files import first_line

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DESCRIPTION = "copy.json"
TOKENIZER = "tokenizer.json"

# Increased when older copies cannot be read or give other vectors.
VERSION = 2

# Texts in flight per core: one being computed and one waiting.
_AHEAD = 2

Role: TypeAlias = Literal["query", "document"]


class CopyUnusable(Exception):
    """Says why no copy can be used."""


@dataclass(frozen=True, slots=True)
class Description:
    """The description of a copy.

    `fingerprint` is that of the model, `inputs` are the graph's inputs from a tokenised text,
    `prompts` are the prefixes by role, and `hashes` are those of the other files. If `reason` is
    not empty, the model cannot be exported, and there are no other files.
    """

    fingerprint: str
    reason: str = ""
    inputs: tuple[str, ...] = ()
    prompts: Mapping[str, str] | None = None
    dimension: int = 0
    max_tokens: int = 0
    hashes: Mapping[str, str] | None = None

    def write(self, folder: Path) -> None:
        """Writes the description with its own hash atomically; raises OSError."""
        content = {"version": VERSION, **asdict(self)}
        content["sha256"] = _seal(content)
        write(folder / DESCRIPTION, json.dumps(content, indent=1).encode())

    @classmethod
    def usable(cls, folder: Path, fingerprint: str, backend: str = ONNX) -> Description:
        """Returns the description of a sound copy for a backend; raises CopyUnusable."""
        found = cls.read(folder)
        if found.reason:
            raise CopyUnusable(found.reason)
        if found.fingerprint != fingerprint:
            raise CopyUnusable("the exported copy is of another model")
        if GRAPHS[backend] not in (found.hashes or {}):
            raise CopyUnusable(f"the exported copy is not for '{backend}'")
        return found

    @classmethod
    def read(cls, folder: Path) -> Description:
        """Reads a description and checks the files that it lists; raises CopyUnusable."""
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


def is_refused(folder: Path, fingerprint: str) -> bool:
    """Whether exporting this model was tried and failed."""
    try:
        found = Description.read(folder)
    except CopyUnusable:
        return False
    return found.fingerprint == fingerprint and found.reason != ""


class ModelCopy:
    """The loaded copy; thread-safe."""

    def __init__(
        self,
        folder: Path,
        description: Description,
        model: Path,
        backend: str = ONNX,
        precision: str = "auto",
    ) -> None:
        """Loads the copy of the model in the folder `model` for a backend.

        Raises CopyUnusable, and ModuleNotFoundError if the backend is not installed.
        """
        self._folder = folder
        self._described = description
        try:
            self._compute = computing(backend, folder, model, precision)
            self._tokenizer = self._loaded_tokenizer()
        except ModuleNotFoundError:
            raise
        except Exception as error:  # each library raises its own error types, without a common base
            raise CopyUnusable(
                f"the exported copy cannot be loaded: {first_line(error)}"
            ) from error

    @classmethod
    def load(
        cls,
        folder: Path,
        fingerprint: str,
        model: Path,
        backend: str = ONNX,
        precision: str = "auto",
    ) -> ModelCopy:
        """Loads the copy in a folder if it is sound and of this model; raises as the class does."""
        description = Description.usable(folder, fingerprint, backend)
        return cls(folder, description, model, backend, precision)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._described.dimension

    @property
    def max_tokens(self) -> int:
        """Maximum word pieces of a text, without special pieces."""
        return self._described.max_tokens

    def encode(self, texts: Sequence[str], role: Role = "query") -> Iterator[Encoded]:
        """Yields float32 encodings in the order of the texts, computing in parallel on all cores.

        Texts are not padded. At most two texts per core are computed ahead.
        """
        prompt = (self._described.prompts or {}).get(role, "")
        if len(texts) == 1:
            yield self._encoded(texts[0], prompt)
            return
        if role == "query":
            yield from self._side_by_side(self._for_questions, texts, prompt)
            return
        # A separate pool, so that questions do not wait for passages.
        with _threads() as pool:
            yield from self._side_by_side(pool, texts, prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Counts the word pieces of each text, without special pieces."""
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
        sentence, tokens = self._compute(feed)
        return encoded(sentence[: self.dimension], tokens, pieces.offsets, len(prompt))

    def _side_by_side(
        self, pool: ThreadPoolExecutor, texts: Sequence[str], prompt: str
    ) -> Iterator[Encoded]:
        waiting: deque[Future[Encoded]] = deque()
        try:
            for text in texts:
                waiting.append(pool.submit(self._encoded, text, prompt))
                if len(waiting) == _AHEAD * _cores():
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()

    @cached_property
    def _for_questions(self) -> ThreadPoolExecutor:
        """A lasting thread pool: starting a thread takes as long as half a question."""
        return _threads()

    @cached_property
    def _counting(self) -> Tokenizer:
        counting = self._loaded_tokenizer()
        counting.no_truncation()
        return counting

    def _loaded_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / TOKENIZER))


def encoded(sentence: Vectors, tokens: Vectors, spans: Sequence[Span], shift: int) -> Encoded:
    """Builds the encoding of a text from a model's output.

    `shift` is the length of the prompt before the text. `tokens` has a row for each of `spans`,
    including special pieces, whose spans are empty.
    """
    kept = [at for at, (start, end) in enumerate(spans) if end > start >= shift]
    return Encoded(
        vector=_unit(sentence[None, :])[0],
        tokens=_unit(tokens[kept]),
        spans=tuple((spans[at][0] - shift, spans[at][1] - shift) for at in kept),
    )


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="encoding")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def write(file: Path, content: bytes) -> None:
    """Writes a file atomically; raises OSError."""
    beside = file.with_name(f"{file.name}.next")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)


def _unit(rows: Vectors) -> Vectors:
    """Scales rows to length 1; bfloat16 leaves norms off by up to half a percent."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
