"""Exports a model as an ONNX graph with ONNX Runtime's transformer operators.

The graph refers to the weights in the model's own files.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .backends import GRAPH
from .model_copy import CopyUnusable
from .model_files import first_line, weights_folder
from .offline import keep_to_this_machine
from .packaged import PROBES

if TYPE_CHECKING:
    import onnx
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

# The location of a tensor: a file below the weights folder, an offset and a length in bytes.
Place: TypeAlias = tuple[str, int, int]

# Opset of the graph: it has LayerNormalization, and all recent runtimes support it.
_OPSET = 17

# Operators that rebuild a tensor of the graph from stored tensors.
_OPERATORS: Mapping[str, Mapping[str, Any]] = {
    "Transpose": {"perm": [1, 0]},
    "Concat": {"axis": 0},
}


def exported_graph(model: SentenceTransformer) -> tuple[tuple[str, ...], bytes]:
    """Returns the inputs of the model's graph, and the graph of all modules with pooling."""
    import torch

    class Whole(torch.nn.Module):
        """The model as a function of tensors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *given: Tensor) -> tuple[Tensor, Tensor]:
            features: dict[str, Any] = dict(zip(inputs, given, strict=True))
            for module in self.model:
                features = module(features)
            return features["sentence_embedding"], features["token_embeddings"]

    features = model.preprocess(list(PROBES[:2]))
    known = ("input_ids", "attention_mask", "token_type_ids")
    inputs = tuple(name for name in known if name in features)
    outputs = ("sentence_embedding", "token_embeddings")
    try:
        # The torch.export exporter gives the same vectors, but takes 10 to 14 seconds instead of
        # 2.5 and needs another package.
        with (
            warnings.catch_warnings(),
            _attention_in_steps(model),
            torch.inference_mode(),
            tempfile.TemporaryDirectory() as scratch,
        ):
            graph = Path(scratch) / GRAPH
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Whole().eval(),
                tuple(features[name] for name in inputs),
                graph,
                dynamo=False,
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes={
                    **{name: {0: "texts", 1: "pieces"} for name in (*inputs, outputs[1])},
                    outputs[0]: {0: "texts"},
                },
                opset_version=_OPSET,
                # Folding would change the weights, so that they no longer match the model's files.
                do_constant_folding=False,
            )
            return inputs, graph.read_bytes()
    except Exception as error:  # the exporter passes on any error of the model's code
        raise CopyUnusable(f"the model cannot be exported: {first_line(error)}") from error


@contextmanager
def _attention_in_steps(model: SentenceTransformer) -> Iterator[None]:
    """Makes a model compute attention in the separate steps that the fusing library recognises."""
    inner = getattr(model[0], "model", None)
    usual = getattr(getattr(inner, "config", None), "_attn_implementation", None)
    if inner is None or usual is None:
        yield
        return
    inner.set_attn_implementation("eager")
    try:
        yield
    finally:
        inner.set_attn_implementation(usual)


def fused(plain: bytes, model: SentenceTransformer) -> bytes:
    """Replaces groups of operators in a model's graph by ONNX Runtime's fused operators.

    Returns the graph unchanged if the library recognises nothing in it.
    """
    keep_to_this_machine()
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    config = getattr(getattr(model[0], "model", None), "config", None)
    options = FusionOptions("bert")
    # The other attention operator needs the three matrices as one, and no file stores them so.
    options.use_multi_head_attention = True
    try:
        with tempfile.TemporaryDirectory() as scratch:
            graph = Path(scratch) / GRAPH
            graph.write_bytes(plain)
            fused = optimizer.optimize_model(
                str(graph),
                model_type="bert",
                num_heads=getattr(config, "num_attention_heads", 0),
                hidden_size=getattr(config, "hidden_size", 0),
                opt_level=0,
                optimization_options=options,
            )
            content: bytes = fused.model.SerializeToString()
            return content
    except Exception:  # any error on an unknown graph; the unfused graph works too
        return plain


def with_weights_apart(graph: bytes, model_folder: Path) -> bytes:
    """Replaces the weights in a graph by references to the model's files.

    Weights that fusing or exporting transformed are recomputed when the graph is loaded.
    """
    import onnx

    parsed = onnx.load_model_from_string(graph)
    places = dict(_tensors(model_folder))
    stored: list[onnx.TensorProto] = []
    remaking: list[onnx.NodeProto] = []
    for tensor in parsed.graph.initializer:
        for operator, parts in _origins(onnx.numpy_helper.to_array(tensor)):
            hashes = (hashlib.sha256(part.tobytes()).digest() for part in parts)
            found = [places[key] for key in hashes if key in places]
            if len(found) < len(parts):
                continue
            names = [f"{tensor.name}.{number}" for number in range(len(parts))]
            if operator is None:
                names = [tensor.name]
            else:
                node = onnx.helper.make_node(operator, names, [tensor.name], **_OPERATORS[operator])
                remaking.append(node)
            for name, part, place in zip(names, parts, found, strict=True):
                stored.append(_reference(name, tensor.data_type, part.shape, place))
            break
        else:
            stored.append(tensor)
    _replace(parsed.graph.node, [*remaking, *parsed.graph.node])
    _replace(parsed.graph.initializer, stored)
    content: bytes = parsed.SerializeToString()
    return content


def _origins(values: npt.NDArray[Any]) -> Iterator[tuple[str | None, list[npt.NDArray[Any]]]]:
    """Yields the tensors that may have produced a tensor of the graph, and the operator."""
    yield None, [values]
    if values.ndim == 2:
        yield "Transpose", [np.ascontiguousarray(values.T)]
    if values.ndim == 1 and len(values) % 3 == 0:  # attention queries, keys and values
        yield "Concat", np.split(values, 3)


def _reference(name: str, data_type: int, shape: tuple[int, ...], place: Place) -> onnx.TensorProto:
    import onnx

    tensor = onnx.TensorProto(name=name, data_type=data_type, dims=shape)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in zip(("location", "offset", "length"), place, strict=True):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _replace(field: Any, content: Sequence[object]) -> None:
    del field[:]
    field.extend(content)


def _tensors(model_folder: Path) -> Iterator[tuple[bytes, Place]]:
    """Yields the SHA-256 of each tensor in a model's safetensors files, with its location.

    A file has the length of the header (8 bytes, little-endian), the header (JSON), and the
    tensors: https://huggingface.co/docs/safetensors
    """
    root = weights_folder(model_folder)
    for file in sorted(model_folder.rglob("*.safetensors")):
        real = file.resolve()
        location = os.fspath(real.relative_to(root))
        with (
            real.open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
            memoryview(data) as view,
        ):
            begin = 8 + int.from_bytes(data[:8], "little")
            for name, tensor in json.loads(data[8:begin]).items():
                if name != "__metadata__":
                    first, last = tensor["data_offsets"]
                    with view[begin + first : begin + last] as content:
                        digest = hashlib.sha256(content).digest()
                    yield digest, (location, begin + first, last - first)
