"""The runtimes that compute an exported copy of a model, one text at a time.

A text alone is not padded to the length of others, and its vectors are the same whatever is
embedded beside it; side by side on all cores, texts are computed no slower than in batches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..offline import keep_to_this_machine
from ..types import Vectors
from .model_files import weights_folder

# The graph with operators of ONNX Runtime, that with matrices of 8 bits, and one without either.
GRAPH = "graph.onnx"
QUANTISED = "graph-int8.onnx"
PLAIN = "graph-plain.onnx"

ONNX, QUANTISED_ONNX, OPENVINO = "onnx", "onnx-int8", "openvino"

GRAPHS: Mapping[str, str] = {ONNX: GRAPH, QUANTISED_ONNX: QUANTISED, OPENVINO: PLAIN}

Feed: TypeAlias = Mapping[str, npt.NDArray[np.int64]]

# From inputs of shape (1, pieces) to the vectors of the text and of its pieces; any thread may ask.
Computed: TypeAlias = Callable[[Feed], tuple[Vectors, Vectors]]


# As OpenVINO calls what it may compute in. Of itself it takes bfloat16 where the processor does.
_PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def computing(backend: str, folder: Path, model: Path, precision: str = "auto") -> Computed:
    """The copy in a folder of the model in the folder `model`, on one of the runtimes.

    OpenVINO computes in the `precision`, ONNX Runtime in float32 always. Raises ModuleNotFoundError
    where the runtime is not installed, and what it raises itself.
    """
    graph = folder / GRAPHS[backend]
    if backend == OPENVINO:
        return _openvino(graph, model, precision)
    return _onnxruntime(graph, model)


def _onnxruntime(graph: Path, model: Path) -> Computed:
    keep_to_this_machine()
    import onnxruntime

    # A program around this one may have imported it before.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    # One text gains little from more threads, which lose much by waiting for each other while
    # anything else keeps the processor busy.
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
