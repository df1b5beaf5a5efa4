"""Other runtimes for passages: they compute the exported copy of the model in batches.

The copy is that of `question_copy`; `onnx-int8` has one more graph, whose matrices are quantised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import EncoderError
from ..types import Encoded, Vectors
from .model_files import first_line, weights_folder
from .question_copy import GRAPH, QUANTISED, TOKENIZER, Description, encoded, session

QUANTISED_BACKEND = "onnx-int8"

Feed: TypeAlias = Mapping[str, npt.NDArray[np.int64]]

# From inputs of shape (texts, pieces) to vectors of texts and of pieces.
Computed: TypeAlias = Callable[[Feed], tuple[Vectors, Vectors]]


class ExportedModel:
    """The exported copy on one of the runtimes; one thread at a time may ask it."""

    def __init__(self, backend: str, folder: Path, description: Description, model: Path) -> None:
        """Loads the copy in `folder` of the model in the folder `model`; raises EncoderError."""
        from tokenizers import Tokenizer

        self._described = description
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_padding()
        try:
            self._compute = _RUNTIMES[backend](folder, model)
        except ModuleNotFoundError:
            raise EncoderError(
                f"backend '{backend}' needs a package that is not installed. "
                f"Run: pip install 'pincite[{backend}]', or choose another backend."
            ) from None
        except Exception as error:  # each runtime raises its own
            raise EncoderError(
                f"backend '{backend}' cannot load the copy of the model in {folder}: "
                f"{first_line(error)}. Choose another backend."
            ) from error

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Passages in the order of `texts`; a batch is padded to its longest."""
        prompt = (self._described.prompts or {}).get("document", "")
        pieces = self._tokenizer.encode_batch([prompt + text for text in texts])
        given = {
            "input_ids": [text.ids for text in pieces],
            "attention_mask": [text.attention_mask for text in pieces],
            "token_type_ids": [text.type_ids for text in pieces],
        }
        feed = {name: np.array(given[name], np.int64) for name in self._described.inputs}
        sentences, tokens = self._compute(feed)
        return [
            encoded(sentence[: self._described.dimension], rows, text.offsets, len(prompt))
            for sentence, rows, text in zip(sentences, tokens, pieces, strict=True)
        ]


def _onnxruntime(graph: str) -> Callable[[Path, Path], Computed]:
    def load(folder: Path, model: Path) -> Computed:
        computing = session(folder / graph, model)

        def compute(feed: Feed) -> tuple[Vectors, Vectors]:
            sentences, tokens = computing.run(None, dict(feed))
            return sentences, tokens

        return compute

    return load


def _openvino(folder: Path, model: Path) -> Computed:
    import openvino

    compiled: Any = openvino.Core().compile_model(
        openvino.Core().read_model(whole_graph(folder / GRAPH, model)),
        "CPU",
        {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": "1"},
    )

    def compute(feed: Feed) -> tuple[Vectors, Vectors]:
        found = compiled(dict(feed))
        return found[0], found[1]

    return compute


def whole_graph(graph: Path, model: Path) -> bytes:
    """A graph with the weights that it refers to.

    They are read here, for onnx refuses files that have several names, as installers make them.
    """
    import onnx

    parsed = onnx.load(str(graph), load_external_data=False)
    root = weights_folder(model)
    for tensor in parsed.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            place = {entry.key: entry.value for entry in tensor.external_data}
            with (root / place["location"]).open("rb") as stream:
                stream.seek(int(place["offset"]))
                tensor.raw_data = stream.read(int(place["length"]))
            tensor.ClearField("external_data")
            tensor.data_location = onnx.TensorProto.DEFAULT
    whole: bytes = parsed.SerializeToString()
    return whole


_RUNTIMES: Mapping[str, Callable[[Path, Path], Computed]] = {
    "onnx": _onnxruntime(GRAPH),
    QUANTISED_BACKEND: _onnxruntime(QUANTISED),
    "openvino": _openvino,
}
