"""Exports the copy of a model for ONNX Runtime, and compares it with the original."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..types import Encoded
from .backends import GRAPH, OPENVINO, PLAIN, QUANTISED, QUANTISED_ONNX, whole_graph
from .graphs import exported_graph, fused, with_weights_apart
from .model_copy import TOKENIZER, CopyUnusable, Description, ModelCopy, Role, write
from .model_files import first_line
from .offline import keep_to_this_machine
from .packaged import PROBES, Packaged, encode_probes, package, require_alike

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer


def make_copy(
    folder: Path,
    fingerprint: str,
    model_folder: Path,
    model: Callable[[], SentenceTransformer],
    original: Callable[[Sequence[str], Role], list[Encoded]],
    *,
    backend: str,
) -> None:
    """Writes the copy of a model into its folder; a crash leaves it unchanged, or damaged.

    `model` loads the model in float32; the packaged model doesn't need it. If the model cannot be
    exported, or its copy differs from `original`, the folder records the reason instead. A
    `backend` with its own graph adds that graph. Raises OSError.
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
    """Makes the copy of the packaged model, whose graph is packaged too."""
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
    inputs, plain = exported_graph(model)
    files = {
        GRAPH: with_weights_apart(fused(plain, model), model_folder),
        TOKENIZER: _tokenizer(tokenizer, limit, model.tokenizer.truncation_side),
    }
    if backend == OPENVINO:
        files[PLAIN] = with_weights_apart(plain, model_folder)
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
    """Returns a serialised tokeniser that truncates long texts and does not pad."""
    own = type(tokenizer).from_str(tokenizer.to_str())
    own.no_padding()
    own.enable_truncation(limit, direction=direction)
    return str(own.to_str()).encode()


def _with_files(described: Description, folder: Path, files: Mapping[str, bytes]) -> Description:
    """Writes files of a copy and adds them to its description."""
    for name, content in files.items():
        write(folder / name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return replace(described, hashes={**(described.hashes or {}), **hashes})


def _quantised(folder: Path, description: Description, model_folder: Path) -> Description:
    """Adds a graph with dynamically quantised weights to the copy."""
    keep_to_this_machine()
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    try:
        with tempfile.TemporaryDirectory() as scratch:
            whole, folded, small = (Path(scratch) / name for name in ("whole", "folded", "small"))
            whole.write_bytes(whole_graph(folder / GRAPH, model_folder))
            # Only constant matrices are quantised, so transposes are folded first.
            quant_pre_process(whole, folded, skip_symbolic_shape=True)
            quantize_dynamic(
                folded,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                # The type of tensors that the library cannot infer.
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
            content = small.read_bytes()
    except Exception as error:  # both libraries raise their own error types, without a common base
        raise CopyUnusable(f"the model cannot be quantised: {first_line(error)}") from error
    return _with_files(description, folder, {QUANTISED: content})


def _compare(copy: ModelCopy, original: Callable[[Sequence[str], Role], list[Encoded]]) -> None:
    """Raises CopyUnusable unless the copy gives the original's vectors and word pieces."""
    roles: tuple[Role, ...] = ("query", "document")
    for role in roles:
        for expected, found in zip(original(PROBES, role), encode_probes(copy, role), strict=True):
            if expected.spans != found.spans:
                raise CopyUnusable("the exported copy takes texts apart differently")
            require_alike([expected.vector, *expected.tokens], [found.vector, *found.tokens])


def main() -> None:
    """Rebuilds the packaged files in the folder of this module."""
    from .encoder import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(device="cpu", precision="float32")
    model = encoder._model
    inputs, plain = exported_graph(model)
    package(
        Path(__file__).with_name("packaged_graph"),
        with_weights_apart(fused(plain, model), encoder.folder),
        np.stack([found.vector for found in encoder.encode(PROBES)]),
        {
            "fingerprint": encoder.fingerprint,
            "inputs": inputs,
            "limit": model.max_seq_length,
        },
    )


if __name__ == "__main__":
    main()
