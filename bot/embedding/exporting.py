"""Makes the copy of a model that questions go through, and compares it with the original."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..offline import keep_to_this_machine
from ..types import Encoded
from .backends import whole_graph
from .model_files import first_line, weights_folder
from .question_copy import (
    GRAPH,
    QUANTISED,
    TOKENIZER,
    CopyUnusable,
    Description,
    QuestionCopy,
    Role,
    write,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

# Long, short, empty, of other scripts: what tokenisers and pooling could treat differently.
PROBES = (
    "How much of the world's chromium does Central Asia hold?",
    "ZINC, lead and naïve Zürich: 3.5 % of 1,200 t (2024)",
    "  spaces\n\nand lines  ",
    "Когда начался диалог? 对话何时开始？ \U0001f600",
    "",
    "What keeps steel from rusting, and who sells it? " * 60,
)
LEAST_COSINE = 0.999

# Opset of the graph: it has LayerNormalization, and every runtime of the last years reads it.
_OPSET = 17


def make_copy(
    folder: Path,
    fingerprint: str,
    model_folder: Path,
    model: SentenceTransformer,
    original: Callable[[Sequence[str], Role], list[Encoded]],
    *,
    quantised: bool,
) -> None:
    """Writes the copy of a float32 model into its folder; a crash leaves it as it was, or damaged.

    A model that cannot be copied, or whose copy differs from `original`, leaves the reason there
    instead. With `quantised` there is a graph with matrices of 8 bits, too. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        description = _written(folder, fingerprint, model_folder, model)
        _compare(QuestionCopy(folder, description, model_folder), original)
        if quantised:
            description = _quantised(folder, description, model_folder)
        description.write(folder)
    except CopyUnusable as reason:
        Description(fingerprint, reason=str(reason)).write(folder)


def _written(
    folder: Path, fingerprint: str, model_folder: Path, model: SentenceTransformer
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
    inputs, graph = _graph(model)
    files = {GRAPH: _with_weights_apart(graph, model_folder)}
    own = type(tokenizer).from_str(tokenizer.to_str())
    own.no_padding()
    own.enable_truncation(limit, direction=model.tokenizer.truncation_side)
    files[TOKENIZER] = own.to_str().encode()
    for name, content in files.items():
        write(folder / name, content)
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise CopyUnusable("the model does not say how long its vectors are")
    return Description(
        fingerprint,
        inputs=inputs,
        prompts=prompts,
        dimension=dimension,
        max_tokens=limit - model.tokenizer.num_special_tokens_to_add(),
        hashes={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )


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


def _with_weights_apart(graph: bytes, model_folder: Path) -> bytes:
    """The graph with references to the weights where they are in the model's files."""
    import onnx

    parsed = onnx.load_model_from_string(graph)
    places = dict(_tensors(model_folder))
    for tensor in parsed.graph.initializer:
        place = places.get(hashlib.sha256(tensor.raw_data).digest())
        if place is None:
            continue
        for key, value in zip(("location", "offset", "length"), place, strict=True):
            tensor.external_data.add(key=key, value=str(value))
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
    found: bytes = parsed.SerializeToString()
    return found


def _tensors(model_folder: Path) -> Iterator[tuple[bytes, tuple[str, int, int]]]:
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
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    try:
        with tempfile.TemporaryDirectory() as scratch:
            whole, folded, small = (Path(scratch) / name for name in ("whole", "folded", "small"))
            whole.write_bytes(whole_graph(folder / GRAPH, model_folder))
            # Only matrices that are constant, transposed and all, are quantised.
            quant_pre_process(whole, folded, skip_symbolic_shape=True)
            quantize_dynamic(folded, small, weight_type=QuantType.QInt8, per_channel=True)
            content = small.read_bytes()
    except Exception as error:  # both libraries raise their own, without a common base
        raise CopyUnusable(f"the model cannot be quantised: {first_line(error)}") from error
    write(folder / QUANTISED, content)
    hashes = {**(description.hashes or {}), QUANTISED: hashlib.sha256(content).hexdigest()}
    return replace(description, hashes=hashes)


def _compare(copy: QuestionCopy, original: Callable[[Sequence[str], Role], list[Encoded]]) -> None:
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
            cosines = [expected.vector @ found.vector]
            cosines += list(np.einsum("ij,ij->i", expected.tokens, found.tokens))
            if not min(cosines) >= LEAST_COSINE:
                raise CopyUnusable(
                    f"the vectors of the exported copy differ (cosine {min(cosines):.4f})"
                )
