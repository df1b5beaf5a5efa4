"""Runtimes that compute an exported copy of a model, one text at a time.

A single text needs no padding, and its vectors do not depend on other texts. With texts in parallel
on all cores, this is as fast as batches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..types import Vectors
from .model_files import weights_folder
from .offline import keep_to_this_machine

# The graph with ONNX Runtime operators, the graph with 8-bit matrices, and the graph with neither.
GRAPH = "graph.onnx"
QUANTISED = "graph-int8.onnx"
PLAIN = "graph-plain.onnx"

ONNX, QUANTISED_ONNX, OPENVINO = "onnx", "onnx-int8", "openvino"

GRAPHS: Mapping[str, str] = {ONNX: GRAPH, QUANTISED_ONNX: QUANTISED, OPENVINO: PLAIN}

Feed: TypeAlias = Mapping[str, npt.NDArray[np.int64]]

# Maps inputs of shape (1, pieces) to the vectors of the text and of its pieces; thread-safe.
Computed: TypeAlias = Callable[[Feed], tuple[Vectors, Vectors]]


# OpenVINO's names for its precisions. By default it uses bfloat16 if the processor supports it.
_PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def computing(backend: str, folder: Path, model: Path, precision: str = "auto") -> Computed:
    """Returns a function that computes a copy of the model in the folder `model` on a runtime.

    `folder` holds the copy. OpenVINO computes in `precision`, ONNX Runtime always in float32.
    Raises ModuleNotFoundError if the runtime is not installed, and the errors of the runtime.
    """
    graph = folder / GRAPHS[backend]
    if backend == OPENVINO:
        return _openvino(graph, model, precision)
    return _onnxruntime(graph, model)


def _onnxruntime(graph: Path, model: Path) -> Computed:
    keep_to_this_machine()
    import onnxruntime

    # The surrounding program may have imported it before.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    # More threads barely help with one text. On a busy processor, threads lose much time waiting
    # for each other.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(weights_folder(model))
    )
    session = onnxruntime.InferenceSession(
        graph.read_bytes(), options, providers=["CPUExecutionProvider"]
    )

    def compute(feed: Feed) -> tuple[Vectors, Vectors]:
        sentences, tokens = session.run(None, dict(feed))
        return sentences[0], tokens[0]

    return compute


def _openvino(graph: Path, model: Path, precision: str) -> Computed:
    import openvino

    options = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if precision in _PRECISIONS:
        options["INFERENCE_PRECISION_HINT"] = _PRECISIONS[precision]
    compiled: Any = openvino.Core().compile_model(
        openvino.Core().read_model(whole_graph(graph, model)),
        "CPU",
        options,
    )
    own = threading.local()

    def compute(feed: Feed) -> tuple[Vectors, Vectors]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        found = own.request.infer(dict(feed))
        return found[0][0], found[1][0]

    return compute


def whole_graph(graph: Path, model: Path) -> bytes:
    """Returns a graph with the weights that it refers to.

    They are read here, because onnx refuses hard-linked files, which installers create.
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
