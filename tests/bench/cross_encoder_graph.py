"""The graph (ONNX) of the cross-encoder, out of the weights that `cross_encoder.py` trains.

It takes the word pieces of one question with one passage, so that nothing is padded. The vectors
of word pieces and of places are those of the packaged model, whose file it refers to. All other
matrices are of whole numbers of 7 bits, one scale for each output: with 8 bits, processors without
instructions for neural networks add up wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Numbers = npt.NDArray[np.float32]

DIMENSION, HEADS = 384, 12
LARGEST = 63
EPSILON = 1e-12

# Both the operators of ONNX and those that ONNX Runtime has for transformers.
_OPSET, _IR_VERSION, _RUNTIME = 17, 8, "com.microsoft"


def graph(weights: Mapping[str, Numbers], layers: int, model_file: Path) -> bytes:
    """The graph of a BERT of so many layers with a head for relevance and one for the answer's
    words, whose weights have the names of `transformers`.
    """
    return _Graph(weights, model_file).built(layers)


class _Graph:
    """Collects nodes and constants."""

    def __init__(self, weights: Mapping[str, Numbers], model_file: Path) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._quantised: dict[str, Sequence[str]] = {}
        self._model = model_file
        with model_file.open("rb") as stream:
            self._begin = 8 + int.from_bytes(stream.read(8), "little")
            self._tensors: dict[str, Any] = json.loads(stream.read(self._begin - 8))

    def built(self, layers: int) -> bytes:
        values = self._embedded()
        for layer in range(layers):
            values = self._layer(values, f"bert.encoder.layer.{layer}.")
        first = self._node("Gather", [values, self._constant("first", np.array([0]))], axis=1)
        pooled = self._node("Tanh", [self._dense(first, "bert.pooler.dense")])
        self._dense(pooled, "classifier", "relevance")
        self._dense(values, "span", "places")
        made = helper.make_graph(
            self._nodes,
            "cross_encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT32, [1, "pieces"])
             for name in ("input_ids", "token_type_ids")],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
             for name, shape in (("relevance", [1, 1, 1]), ("places", [1, "pieces", 2]))],
            self._constants,
        )  # fmt: skip
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME, 1)]
        model = helper.make_model(made, opset_imports=opsets, ir_version=_IR_VERSION)
        content: bytes = model.SerializeToString()
        return content

    def _embedded(self) -> str:
        names = [
            f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")
        ]
        tables = [self._reference(name) for name in names]
        norm = [self._reference(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
        given = ["input_ids", "token_type_ids", *tables, *norm]
        # The operator gives lengths, too, which nothing needs.
        self._nodes.append(
            helper.make_node(
                "EmbedLayerNormalization",
                given,
                ["embedded", "lengths"],
                domain=_RUNTIME,
                epsilon=EPSILON,
            )
        )
        return "embedded"

    def _layer(self, values: str, prefix: str) -> str:
        attention = prefix + "attention.self."
        kinds = ("query", "key", "value")
        together = [
            np.concatenate([self._weights[f"{attention}{kind}.{part}"] for kind in kinds])
            for part in ("weight", "bias")
        ]
        product = self._product(values, together[0], attention + "all")
        parts = [attention + kind for kind in kinds]
        sizes = self._constant(attention + "sizes", np.array([DIMENSION] * 3))
        self._nodes.append(helper.make_node("Split", [product, sizes], parts, axis=2))
        bias = self._constant(attention + "bias", together[1])
        seen = self._node("MultiHeadAttention", [*parts, bias], domain=_RUNTIME, num_heads=HEADS)
        values = self._added(seen, values, prefix + "attention.output.")
        wide = self._matrix(values, prefix + "intermediate.dense")
        bias = self._constant(prefix + "intermediate.dense.bias")
        active = self._node("BiasGelu", [wide, bias], domain=_RUNTIME)
        return self._added(active, values, prefix + "output.")

    def _added(self, values: str, before: str, prefix: str) -> str:
        """What a matrix makes of values, added to those before it and normalised."""
        product = self._matrix(values, prefix + "dense")
        names = [f"{prefix}LayerNorm.weight", f"{prefix}LayerNorm.bias", f"{prefix}dense.bias"]
        given = [product, before, *(self._constant(name) for name in names)]
        return self._node("SkipLayerNormalization", given, domain=_RUNTIME, epsilon=EPSILON)

    def _matrix(self, values: str, name: str) -> str:
        return self._product(values, self._weights[f"{name}.weight"], name)

    def _product(self, values: str, matrix: Numbers, name: str) -> str:
        """Values times a matrix, shape (outputs, inputs), both in whole numbers."""
        if values not in self._quantised:
            parts = [f"{values}.{part}" for part in ("whole", "scale", "zero")]
            self._nodes.append(helper.make_node("DynamicQuantizeLinear", [values], parts))
            self._quantised[values] = parts
        whole, scale, zero = self._quantised[values]
        scales = np.abs(matrix).max(axis=1) / LARGEST
        numbers = np.round(matrix / scales[:, None]).astype(np.int8)
        product = self._node(
            "MatMulInteger", [whole, self._constant(f"{name}.whole", numbers.T), zero]
        )
        both = self._node("Mul", [scale, self._constant(f"{name}.scales", scales)])
        return self._node("Mul", [self._node("Cast", [product], to=TensorProto.FLOAT), both])

    def _dense(self, values: str, name: str, out: str = "") -> str:
        """A small layer, in float."""
        weight = self._constant(f"{name}.weight", self._weights[f"{name}.weight"].T)
        product = self._node("MatMul", [values, weight])
        return self._node("Add", [product, self._constant(f"{name}.bias")], out)

    def _node(
        self,
        operator: str,
        given: Sequence[str],
        out: str = "",
        *,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        name = out or f"{operator}.{len(self._nodes)}"
        node = helper.make_node(operator, given, [name], domain=domain, **attributes)
        self._nodes.append(node)
        return name

    def _constant(self, name: str, values: npt.NDArray[Any] | None = None) -> str:
        content = np.ascontiguousarray(self._weights[name] if values is None else values)
        if content.dtype == np.float64:
            content = content.astype(np.float32)
        self._constants.append(numpy_helper.from_array(content, name))
        return name

    def _reference(self, name: str) -> str:
        """A tensor that stays in the file of the packaged model."""
        described = self._tensors[name]
        first, last = described["data_offsets"]
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=described["shape"])
        tensor.data_location = TensorProto.EXTERNAL
        place = {
            "location": self._model.name,
            "offset": self._begin + first,
            "length": last - first,
        }
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self._constants.append(tensor)
        return name
