"""Reranks the first passages with an optional cross-encoder, which reads question and passage
together.

A configured model replaces the packaged one. It takes more time than all other steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..embedding import first_line, model_folder
from ..embedding.offline import keep_to_this_machine
from ..errors import EncoderError
from ..types import Hit, Reranker

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# The number of passages to rerank, and the share of the cross-encoder in their score.
LOOKED_AT = 30
SECOND_LOOK_WEIGHT = 0.7


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one output; raises EncoderError if unavailable."""

    def __init__(self, name: str, device: str = "auto") -> None:
        self.name = name
        self._device = device

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Returns how well each text answers the question, in [0, 1]."""
        from torch.nn import Sigmoid

        pairs = [(question, text) for text in texts]
        scores = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return [float(score) for score in scores]

    @cached_property
    def _model(self) -> CrossEncoder:
        folder = model_folder(self.name)
        keep_to_this_machine()
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(
                str(folder),
                device=None if self._device == "auto" else self._device,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
            outputs = model.config.num_labels if model.config else 0
        except Exception as error:  # each of the libraries below raises its own error type
            raise EncoderError(
                f"cross_encoder {self.name}: {folder} cannot be loaded: {first_line(error)}. "
                "Give the folder of a cross-encoder with safetensors weights, or none."
            ) from error
        if outputs != 1:
            raise EncoderError(
                f"cross_encoder {self.name} gives {outputs} scores, not one. Choose a model for "
                "ranking passages."
            )
        return model


def reranked(hits: Sequence[Hit], question: str, reranker: Reranker) -> list[Hit]:
    """Rescores and reorders the first hits; equal scores keep their order."""
    first = list(hits[:LOOKED_AT])
    seen = reranker.scores(question, [hit.passage.text for hit in first]) if first else []
    again = [
        replace(hit, score=(1 - SECOND_LOOK_WEIGHT) * hit.score + SECOND_LOOK_WEIGHT * score)
        for hit, score in zip(first, seen, strict=True)
    ]
    rest = [replace(hit, score=(1 - SECOND_LOOK_WEIGHT) * hit.score) for hit in hits[LOOKED_AT:]]
    return [*sorted(again, key=lambda hit: -hit.score), *rest]
