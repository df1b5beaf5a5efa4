"""Makes the copy of a model that ONNX Runtime computes, and compares it with the original."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..offline import keep_to_this_machine
from ..types import Encoded
from .backends import GRAPH, OPENVINO, PLAIN, QUANTISED, QUANTISED_ONNX, whole_graph
from .model_copy import (
    TOKENIZER,
    CopyUnusable,
    Description,
    ModelCopy,
    Role,
    write,
)
from .model_files import first_line, weights_folder
from .packaged import PROBES, Packaged, package, require_alike

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from torch import Tensor

# Where a tensor lies: a file below the folder of weights, an offset and a length in bytes.
Place: TypeAlias = tuple[str, int, int]

# Opset of the graph: it has LayerNormalization, and every runtime of the last years reads it.
_OPSET = 17


def make_copy(
    folder: Path,
    fingerprint: str,
    model_folder: Path,
    model: Callable[[], SentenceTransformer],
    original: Callable[[Sequence[str], Role], list[Encoded]],
    *,
    backend: str,
) -> None:
    """Writes the copy of a model into its folder; a crash leaves it as it was, or damaged.

    `model` loads it in float32, which that of the package does not need. A model that cannot be
    copied, or whose copy differs from `original`, leaves the reason there instead. There is one
    more graph where the `backend` has its own. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packaged = Packaged.of(model_folder) if backend != OPENVINO else None
    try:
        if packaged:
            description = _unpacked(folder, fingerprint, model_folder, packaged)
            packaged.compare(ModelCopy(folder, description, model_folder))
        else:
            description = _written(folder, fingerprint, model_folder, model(), backend)
            _compare(ModelCopy(folder, description, model_folder), original)
        if backend == QUANTISED_ONNX:
            description = _quantised(folder, description, model_folder)
        description.write(folder)
    except CopyUnusable as reason:
        Description(fingerprint, reason=str(reason)).write(folder)


def _unpacked(
    folder: Path, fingerprint: str, model_folder: Path, packaged: Packaged
) -> Description:
    """The copy of the packaged model, whose graph is packaged, too."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder / TOKENIZER))
    files = {
        GRAPH: packaged.graph,
        TOKENIZER: _tokenizer(tokenizer, packaged.limit, "right"),
    }
    described = Description(
        fingerprint,
        inputs=packaged.inputs,
        prompts={"query": "", "document": ""},
        dimension=packaged.vectors.shape[1],
        max_tokens=packaged.limit - tokenizer.num_special_tokens_to_add(is_pair=False),
    )
    return _with_files(described, folder, files)


def _written(
    folder: Path, fingerprint: str, model_folder: Path, model: SentenceTransformer, backend: str
) -> Description:
    prompts = {role: model.prompts.get(role) or "" for role in ("query", "document")}
    if any(prompts.values()) and not all(
        getattr(module, "include_prompt", True) for module in model
    ):
        raise CopyUnusable("the model leaves its prompt out of the pooling")
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise CopyUnusable("the model's tokeniser is not one of the tokenizers library")
    limit = model.max_seq_length or model.tokenizer.model_max_length
    inputs, plain = _graph(model)
    files = {
        GRAPH: _with_weights_apart(_fused(plain, model), model_folder),
        TOKENIZER: _tokenizer(tokenizer, limit, model.tokenizer.truncation_side),
    }
    if backend == OPENVINO:
        files[PLAIN] = _with_weights_apart(plain, model_folder)
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise CopyUnusable("the model does not say how long its vectors are")
    described = Description(
        fingerprint,
        inputs=inputs,
        prompts=prompts,
        dimension=dimension,
        max_tokens=limit - model.tokenizer.num_special_tokens_to_add(),
    )
    return _with_files(described, folder, files)


def _tokenizer(tokenizer: Tokenizer, limit: int, direction: str) -> bytes:
    """A tokeniser that cuts what is too long and pads nothing."""
    own = type(tokenizer).from_str(tokenizer.to_str())
    own.no_padding()
    own.enable_truncation(limit, direction=direction)
    return str(own.to_str()).encode()


def _with_files(described: Description, folder: Path, files: Mapping[str, bytes]) -> Description:
    """Writes files of a copy; the description names them, too."""
    for name, content in files.items():
        write(folder / name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return replace(described, hashes={**(described.hashes or {}), **hashes})


def _graph(model: SentenceTransformer) -> tuple[tuple[str, ...], bytes]:
    """What the model's graph takes, and the graph: all modules, pooling and all."""
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
        # The other exporter, by torch.export, gives the same vectors, but takes 10 to 14 seconds
        # instead of 2.5, and another package.
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
                # Folded, the weights would not be those of the model's files any more.
                do_constant_folding=False,
            )
            return inputs, graph.read_bytes()
    except Exception as error:  # the exporter raises whatever the model's code does
        raise CopyUnusable(f"the model cannot be exported: {first_line(error)}") from error


@contextmanager
def _attention_in_steps(model: SentenceTransformer) -> Iterator[None]:
    """Lets a model compute attention step by step, as those who fuse the steps know it."""
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


def _fused(plain: bytes, model: SentenceTransformer) -> bytes:
    """The graph of a model with operators of ONNX Runtime, each in the place of many.

    It is as it was where there is nothing that the library knows.
    """
    keep_to_this_machine()
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    config = getattr(getattr(model[0], "model", None), "config", None)
    options = FusionOptions("bert")
    # The other operator for attention wants the three matrices as one, which no file has.
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
    except Exception:  # whatever it meets in a graph that it does not know; this one works, too
        return plain


def _with_weights_apart(graph: bytes, model_folder: Path) -> bytes:
    """The graph with references to the weights where they are in the model's files.

    A matrix that is there with its sides exchanged is turned when the graph is loaded.
    """
    import onnx

    parsed = onnx.load_model_from_string(graph)
    places = dict(_tensors(model_folder))
    turned = []
    for tensor in parsed.graph.initializer:
        place = places.get(hashlib.sha256(tensor.raw_data).digest())
        if place is None and len(tensor.dims) == 2 and tensor.raw_data:
            values = np.ascontiguousarray(onnx.numpy_helper.to_array(tensor).T)
            place = places.get(hashlib.sha256(values.tobytes()).digest())
            if place is not None:
                name = tensor.name
                tensor.name = f"{name}.as_stored"
                tensor.dims[:] = values.shape
                turned.append(
                    onnx.helper.make_node("Transpose", [tensor.name], [name], perm=[1, 0])
                )
        if place is None:
            continue
        for key, value in zip(("location", "offset", "length"), place, strict=True):
            tensor.external_data.add(key=key, value=str(value))
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
    nodes = [*turned, *parsed.graph.node]
    del parsed.graph.node[:]
    parsed.graph.node.extend(nodes)
    found: bytes = parsed.SerializeToString()
    return found


def _tensors(model_folder: Path) -> Iterator[tuple[bytes, Place]]:
    """The SHA-256 of each tensor in a model's safetensors files, with file, offset and length.

    A file is the length of a head (8 bytes, little-endian), the head (JSON), and the tensors:
    https://huggingface.co/docs/safetensors
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


def _quantised(folder: Path, description: Description, model_folder: Path) -> Description:
    """The description of the copy with another graph, whose weights are quantised dynamically."""
    keep_to_this_machine()
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    try:
        with tempfile.TemporaryDirectory() as scratch:
            whole, folded, small = (Path(scratch) / name for name in ("whole", "folded", "small"))
            whole.write_bytes(whole_graph(folder / GRAPH, model_folder))
            # Only matrices that are constant, transposed and all, are quantised.
            quant_pre_process(whole, folded, skip_symbolic_shape=True)
            quantize_dynamic(
                folded,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                # Of what the library cannot tell the type of.
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
            content = small.read_bytes()
    except Exception as error:  # both libraries raise their own, without a common base
        raise CopyUnusable(f"the model cannot be quantised: {first_line(error)}") from error
    return _with_files(description, folder, {QUANTISED: content})


def _compare(copy: ModelCopy, original: Callable[[Sequence[str], Role], list[Encoded]]) -> None:
    """Raises CopyUnusable unless the copy gives the vectors and word pieces of the original."""
    roles: tuple[Role, ...] = ("query", "document")
    for role in roles:
        try:
            copied = copy.encode(PROBES, role)
        except Exception as error:  # the runtime raises its own, without a common base
            raise CopyUnusable(f"the exported copy fails: {first_line(error)}") from error
        for expected, found in zip(original(PROBES, role), copied, strict=True):
            if expected.spans != found.spans:
                raise CopyUnusable("the exported copy takes texts apart differently")
            require_alike([expected.vector, *expected.tokens], [found.vector, *found.tokens])


def main() -> None:
    """Makes anew what is packaged, in the folder of this module."""
    from .encoder import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(device="cpu", precision="float32")
    model = encoder._model
    inputs, plain = _graph(model)
    package(
        Path(__file__).with_name("packaged_graph"),
        _with_weights_apart(_fused(plain, model), encoder.folder),
        np.stack([found.vector for found in encoder.encode(PROBES)]),
        {
            "fingerprint": encoder.fingerprint,
            "inputs": inputs,
            "limit": model.max_seq_length,
        },
    )


if __name__ == "__main__":
    main()
