"""A small cross-encoder: does a passage answer the question, and which words answer it?

Unlike the encoder, it reads question and passage together. It costs ten times as much, so it reads
only the first passages found: Nogueira and Cho, "Passage Re-ranking with BERT" (2019).
`tests/bench/cross_encoder.py` trains it. The package includes it, except for the word-piece
embeddings, which it shares with the packaged model.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import EncoderError
from ..text.folding import folded_with_places
from ..types import Relevance, Span, Vectors
from .model_files import DEFAULT_MODEL, checked_folder
from .offline import keep_to_this_machine

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FOLDER = files(__package__) / "packaged_cross_encoder"

# Maximum word pieces of a question, of a passage's title and headings, and of its text.
QUESTION_PIECES, CONTEXT_PIECES, TEXT_PIECES = 48, 40, 300

# Maximum word pieces of an answer span.
LONGEST_ANSWER = 30

_BEGIN, _END = 101, 102


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The word pieces of a text, and their spans in it."""

    ids: list[int]
    spans: list[Span]


class CrossEncoder:
    """The packaged cross-encoder; thread-safe. Raises EncoderError if the packaged model is
    missing.
    """

    @classmethod
    @cache
    def shipped(cls) -> CrossEncoder:
        """Returns the packaged cross-encoder, loaded on first use."""
        return cls()

    @property
    def encoder(self) -> str:
        """The fingerprint of the packaged encoder, whose ranking it was fitted to."""
        return self._described["encoder"]

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Relevance]:
        """Scores each passage (context and text) for the question and finds its answer span."""
        asked = self._pieces(question, QUESTION_PIECES)
        return list(self._threads.map(lambda one: self._read(asked, *one), passages))

    def _read(self, asked: _Pieces, context: str, text: str) -> Relevance:
        around = self._pieces(context, CONTEXT_PIECES).ids
        said = self._pieces(text, TEXT_PIECES)
        before = [_BEGIN, *asked.ids, _END]
        heading = [*around, _END] if around else []
        ids = np.array([[*before, *heading, *said.ids, _END]], np.int32)
        types = (np.arange(ids.shape[1]) >= len(before)).astype(np.int32)[None]
        relevance, places = self._session.run(
            ["relevance", "places"], {"input_ids": ids, "token_type_ids": types}
        )
        first = len(before) + len(heading)
        found = _likeliest(places[0, first : first + len(said.ids)])
        logit = float(relevance.item())
        if found is None:
            return Relevance(logit)
        begin, end, chance = found
        return Relevance(logit, (said.spans[begin][0], said.spans[end][1]), chance)

    def _pieces(self, text: str, most: int) -> _Pieces:
        searched, places = folded_with_places(text)
        encoded = self._tokenizer.encode(searched, add_special_tokens=False)
        spans = [(places[start], places[end]) for start, end in encoded.offsets[:most]]
        return _Pieces(encoded.ids[:most], spans)

    @cached_property
    def _described(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((_FOLDER / "described.json").read_text("utf-8"))
        return found

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(checked_folder(DEFAULT_MODEL) / "tokenizer.json"))
        found.no_padding()
        found.no_truncation()
        return found

    @cached_property
    def _session(self) -> Any:
        keep_to_this_machine()
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        graph = (_FOLDER / "graph.onnx").read_bytes()
        if hashlib.sha256(graph).hexdigest() != self._described["sha256"]:
            raise EncoderError(
                f"the cross-encoder at {_FOLDER} is damaged. Install pincite again, or set "
                "cross_encoder to none."
            )
        options = onnxruntime.SessionOptions()
        # Passages are read in parallel, one per core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path",
            str(checked_folder(DEFAULT_MODEL)),
        )
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="cross-encoder")


def _likeliest(logits: Vectors) -> tuple[int, int, float] | None:
    """Returns the first and last piece of the likeliest span, and its likelihood.

    `logits` has shape (pieces, 2): for each piece, whether the span begins and whether it ends
    there.
    """
    if not len(logits):
        return None
    highest = logits.max(axis=0)
    chances = np.exp(logits - highest)
    chances /= chances.sum(axis=0)
    together = np.triu(np.outer(chances[:, 0], chances[:, 1]))
    together -= np.triu(together, LONGEST_ANSWER)
    begin, end = divmod(int(together.argmax()), len(logits))
    return begin, end, float(together[begin, end])
