"""The sentence-transformers encoder: finds, checks and loads the model on first use."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..errors import EncoderError
from ..text.remembered import Recent
from ..types import Encoded
from .backends import ONNX, QUANTISED_ONNX
from .copies import Copies
from .loading import is_accelerated, loaded, of_like_length, one_thread, plain
from .model_copy import CopyUnusable, ModelCopy, Role, encoded
from .model_files import DEFAULT_MODEL, checked_folder, fingerprint

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedTokenizerBase

# Cache size: the current questions of a few conversations with their earlier ones. An encoded text
# of half a passage's length takes 100 KB.
QUESTIONS_REMEMBERED = 128

# The languages that the packaged model was trained on.
PACKAGED_LANGUAGES = frozenset(("en",))

# Backends for passages, in addition to those that compute a copy of the model.
AUTO, TORCH = "auto", "torch"

# If PyTorch is much faster than a copy, loading it takes seconds but pays off from this number of
# passages.
WORTH_LOADING = 500


class SentenceTransformerEncoder:
    """Any sentence-transformers model; raises EncoderError with a remedy if it is unavailable.

    `model` is "default" (the packaged all-MiniLM-L6-v2, whose SHA-256 is checked), a model folder,
    or a hub name. Only a hub name that is not in the local cache uses the network. Weights are read
    only from safetensors, because a pickle can run code.

    `copies` is a folder for an exported copy of the model (see `model_copy`). If it has a sound
    copy, that encodes questions and counts word pieces, in float32, without PyTorch. A `backend`
    other than "torch" also computes passages from the copy (see `backends`); "auto" does so unless
    PyTorch would be much faster.

    `device` may list several devices, separated by commas. Large numbers of passages go to
    `workers` processes per device; questions go to the first device. `batch_size` is that of
    PyTorch.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        device: str = "auto",
        precision: str = "auto",
        batch_size: int = 32,
        copies: Path | None = None,
        backend: str = TORCH,
        workers: int = 1,
    ) -> None:
        self.name = model
        # The languages of any other model are unknown here.
        self.languages = PACKAGED_LANGUAGES if model == DEFAULT_MODEL else None
        self._devices = tuple(name.strip() for name in device.split(","))
        self._device = self._devices[0]
        self._workers = workers
        self._precision = precision
        self._batch_size = batch_size
        self._encoding, self._asking = Lock(), Lock()
        self._latest: Recent[str, Encoded] = Recent(QUESTIONS_REMEMBERED)
        self._backend = backend
        self._copies = Copies(copies, self._device, backend)

    @cached_property
    def folder(self) -> Path:
        """The local folder of the model's files; packaged files are checked once."""
        return checked_folder(self.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files: the same files give comparable vectors.

        Vectors of quantised weights are only compared with each other.
        """
        of_files = fingerprint(self.name, self.folder)
        if self._backend != QUANTISED_ONNX:
            return of_files
        return hashlib.sha256(f"{of_files} {self._backend}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        if copied := self._copy():
            return copied.dimension
        size = self._model.get_embedding_dimension()
        if size is None:
            raise EncoderError(f"model {self.name} does not say how long its vectors are.")
        return int(size)

    @property
    def max_tokens(self) -> int:
        """Maximum word pieces of a text, without the tokeniser's special pieces."""
        if copied := self._copy():
            return copied.max_tokens
        tokenizer = self._model.tokenizer
        limit = self._model.max_seq_length or tokenizer.model_max_length
        return int(limit) - int(tokenizer.num_special_tokens_to_add())

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Counts the word pieces of each text with the model's own tokeniser."""
        if not texts:
            return []
        if copied := self._copy():
            return copied.count_tokens(texts)
        counted = self._counting(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in counted["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Yields float32 vectors of passages with their word pieces, in the order of `texts`.

        A batch is computed when its first passage is requested. If neighbours have
        similar lengths, padding wastes little computation.
        """
        backend = self._chosen_backend(len(texts))
        batches = [
            list(texts[begin : begin + self._batch_size])
            for begin in range(0, len(texts), self._batch_size)
        ]
        processes = len(self._devices) * self._workers
        if processes > 1 and len(batches) > processes:
            yield from self._encoded_by_workers(batches, backend)
        elif backend != TORCH:
            yield from self._exported.encode(texts, "document")
        else:
            for batch in batches:
                yield from self._encoded_by_torch(batch)

    def _encoded_batch(self, texts: list[str]) -> list[Encoded]:
        if self._backend != TORCH:
            return list(self._exported.encode(texts, "document"))
        return self._encoded_by_torch(texts)

    def _encoded_by_torch(self, texts: list[str]) -> list[Encoded]:
        with self._encoding:
            return self._encoded(self._model, texts, "document")

    def _chosen_backend(self, texts: int) -> str:
        """Returns the backend for this number of passages."""
        if self._backend != AUTO:
            return self._backend
        worth_loading = texts >= WORTH_LOADING and is_accelerated(self._device)
        wants_copy = self._precision != "bfloat16" and len(self._devices) == 1
        if worth_loading or not wants_copy or self._copies.folder(self.fingerprint) is None:
            return TORCH
        with suppress(OSError):  # explicit calls of `keep_copy` report the error
            self.keep_copy()
        return ONNX if self._copy() else TORCH

    def _encoded_by_workers(self, batches: Sequence[list[str]], backend: str) -> Iterator[Encoded]:
        from .workers import encoded_by_workers

        if backend != TORCH:
            self.keep_copy()  # or each worker would make it
        makers = [
            partial(
                _encoding,
                self.name,
                device=device,
                precision=self._precision,
                batch_size=self._batch_size,
                copies=self._copies.root,
                backend=backend,
            )
            for device in self._devices
            for _ in range(self._workers)
        ]
        for found in encoded_by_workers(makers, batches):
            yield from found

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Encodes questions, with the model's own question prompt if it has one.

        The latest are cached, because the next question may use them as context.
        """
        with self._asking:
            known = self._latest.get(questions, lambda missing: dict(self._asked(sorted(missing))))
            return [known[text] for text in questions]

    def keep_copy(self, *, anew: bool = False) -> None:
        """Exports the copy for questions unless one can be loaded; raises OSError.

        A model whose export failed is retried only if `anew` is set.
        """
        plain = SentenceTransformerEncoder(self.name, device="cpu", precision="float32")
        self._copies.keep(
            self.fingerprint,
            self.folder,
            lambda: plain._model,
            lambda texts, role: plain._encoded(plain._model, texts, role),
            anew=anew,
        )

    def copy_fault(self, fingerprint: str) -> str | None:
        """Returns why questions do not use the copy of a model, by fingerprint.

        None if they do. Loads nothing.
        """
        return self._copies.fault(fingerprint)

    def _copy(self) -> ModelCopy | None:
        return self._copies.found(self.fingerprint, self.folder)

    def _asked(self, questions: Sequence[str]) -> Iterator[tuple[str, Encoded]]:
        if not questions:
            return
        if copied := self._copy():
            yield from zip(questions, copied.encode(questions), strict=True)
            return
        with one_thread():
            for batch in of_like_length(questions):
                yield from zip(batch, self._encoded(self._questioned, batch, "query"), strict=True)

    def _encoded(
        self, model: SentenceTransformer, texts: Sequence[str], role: Role
    ) -> list[Encoded]:
        prompt = model.prompts.get(role) or ""
        outputs: Any = model.encode(
            list(texts),
            prompt=prompt,
            batch_size=self._batch_size,
            show_progress_bar=False,
            output_value=None,
            processing_kwargs={"text": {"return_offsets_mapping": True}},
        )
        return [
            encoded(
                plain(output["sentence_embedding"]),
                plain(output["token_embeddings"]),
                output["offset_mapping"].tolist(),  # empty for padding
                len(prompt),
            )
            for output in outputs
        ]

    @cached_property
    def _exported(self) -> ModelCopy:
        """Returns the copy for the passage backend; makes it first if missing."""
        backend = ONNX if self._backend == AUTO else self._backend
        folder = self._copies.folder(self.fingerprint)
        if folder is None:
            raise EncoderError(
                f"backend '{backend}' computes on the processor, not on '{self._device}'. "
                "Choose backend 'torch', or leave the device out."
            )
        try:
            self.keep_copy()
            if backend == ONNX and (copied := self._copy()):
                return copied  # shared with questions
            return ModelCopy.load(folder, self.fingerprint, self.folder, backend, self._precision)
        except CopyUnusable as reason:
            raise EncoderError(
                f"backend '{backend}' needs an exported copy of the model, but {reason}. "
                "Choose backend 'torch'."
            ) from reason
        except OSError as error:
            raise EncoderError(
                f"backend '{backend}' needs an exported copy of the model in {folder}, which "
                f"cannot be kept: {error.strerror or error}. Choose backend 'torch', or make room "
                "for it."
            ) from error
        except ModuleNotFoundError:
            raise EncoderError(
                f"backend '{backend}' needs a package that is not installed. "
                f"Run: pip install 'pincite[{backend}]', or choose another backend."
            ) from None

    @cached_property
    def _counting(self) -> PreTrainedTokenizerBase:
        """A tokeniser used only for counting, which is thread-safe."""
        counting: PreTrainedTokenizerBase = copy.deepcopy(self._model.tokenizer)
        return counting

    @cached_property
    def _questioned(self) -> SentenceTransformer:
        """The model with a separate tokeniser for questions.

        A tokeniser stores its last truncation and padding settings, so two threads must not share
        one; and questions must not wait for passages.
        """
        model, first = copy.copy(self._model), copy.copy(self._model[0])
        first.processor = copy.deepcopy(self._model[0].processor)
        model._modules = {**self._model._modules, "0": first}
        return model

    @cached_property
    def _model(self) -> SentenceTransformer:
        return loaded(self.name, self.folder, self._device, self._precision)


def _encoding(model: str, **options: Any) -> Callable[[list[str]], list[Encoded]]:
    """Returns a function that embeds a batch of passages; called in the process that uses it."""
    return SentenceTransformerEncoder(model, **options)._encoded_batch
