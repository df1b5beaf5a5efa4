"""The cross-encoder in PyTorch, and the larger one that it learns from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from cross_encoder_graph import DIMENSION, HEADS
from cross_encoder_lessons import Numbers, Text
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

# As the tokeniser of BERT begins and ends texts.
BEGIN, END = 101, 102

# Batches are padded to a multiple of so many word pieces.
STEP = 16

WORDS, FORWARD, PLACES = 30_522, 1_536, 512
DROPOUT = 0.1

# Layers of the larger one that the small one begins with.
KEPT = (0, 2, 4, 6, 8, 10)


class Model(nn.Module):
    """A BERT with a head for relevance, and one for whether the answer's words begin and end."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        config = BertConfig(
            vocab_size=WORDS,
            hidden_size=DIMENSION,
            num_hidden_layers=layers,
            num_attention_heads=HEADS,
            intermediate_size=FORWARD,
            max_position_embeddings=PLACES,
        )
        self.bert = BertModel(config)
        self.classifier, self.span = nn.Linear(DIMENSION, 1), nn.Linear(DIMENSION, 2)
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)
        # They stay those of the packaged model, which are not packaged twice.
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad = False

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """The relevance of each pair, the logits of the places, shape (pairs, pieces, 2), and the
        values after each layer.
        """
        found = self.bert(
            input_ids=batch.pieces,
            attention_mask=batch.mask,
            token_type_ids=batch.types,
            output_hidden_states=True,
        )
        relevance = self.classifier(self.dropout(found.pooler_output))[:, 0].float()
        places = self.span(found.last_hidden_state).float()
        return relevance, places.masked_fill(~batch.inside[:, :, None], -1e4), found.hidden_states


class Batch:
    """Pairs of a question and a text, padded to one length."""

    def __init__(self, pairs: Sequence[tuple[Numbers, Text, bool]], device: str) -> None:
        """With the third of a pair goes the text's context."""
        rows, self.first = [], []
        for question, text, has_context in pairs:
            around = [*text.context, END] if has_context and len(text.context) else []
            second = len(question) + 2
            self.first.append(second + len(around))
            rows.append((np.array([BEGIN, *question, END, *around, *text.pieces, END]), second))
        length = -(-max(len(pieces) for pieces, _ in rows) // STEP) * STEP
        pieces = torch.zeros(len(rows), length, dtype=torch.long)
        mask, types = torch.zeros_like(pieces), torch.zeros_like(pieces)
        inside = torch.zeros(len(rows), length, dtype=torch.bool)
        for row, ((own, second), first) in enumerate(zip(rows, self.first, strict=True)):
            pieces[row, : len(own)] = torch.from_numpy(own)
            mask[row, : len(own)] = 1
            types[row, second : len(own)] = 1
            inside[row, first : len(own) - 1] = True
        self.pieces, self.mask = pieces.to(device), mask.to(device)
        self.types, self.inside = types.to(device), inside.to(device)


def larger(folder: Path) -> Model:
    """The model in a folder, cross-encoder/ms-marco-MiniLM-L-12-v2 as an ONNX graph of 8 bits: its
    weights, which are exact enough. Computed in 8 bits it says little.
    """
    parsed = onnx.load(str(folder / "model.onnx"))
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in parsed.graph.initializer}
    weights = {
        name: values
        for name, values in stored.items()
        if values.dtype == np.float32 and name.endswith((".bias", "LayerNorm.weight"))
    }
    tables = {
        node.output[0]: node.input[0] for node in parsed.graph.node if node.op_type == "Gather"
    }
    for node in parsed.graph.node:
        if node.op_type == "DequantizeLinear":
            table, scale, zero = tables[node.input[0]], *node.input[1:]
            name = table.removesuffix("_quantized")
            weights[name] = (stored[table].astype(np.float32) - stored[zero]) * stored[scale]
        elif node.op_type == "MatMulInteger" and node.input[1] in stored:
            whole = stored[node.input[1]].astype(np.float32) - stored[node.input[3]]
            scale = stored[node.input[1].removesuffix("_quantized") + "_scale"]
            name = node.name.strip("/").replace("/", ".")
            name = name.removesuffix("_MatMul_quant").removesuffix(".MatMul_quant")
            weights[name.removesuffix(".Gemm").removesuffix(".MatMul") + ".weight"] = (
                whole.T * scale
            )
    return _loaded(Model(12), weights)


def smaller(teacher: Model, packaged: Path) -> Model:
    """Every second layer of a model, over the vectors of the packaged model's word pieces."""
    known = {name: value.cpu() for name, value in teacher.state_dict().items()}
    weights: dict[str, Tensor] = {
        name: value for name, value in known.items() if ".layer." not in name
    }
    for place, layer in enumerate(KEPT):
        own = f"bert.encoder.layer.{layer}."
        weights |= {
            f"bert.encoder.layer.{place}.{name.removeprefix(own)}": value
            for name, value in known.items()
            if name.startswith(own)
        }
    for name, value in load_file(packaged).items():
        if name.startswith("embeddings.") and "position_ids" not in name:
            weights[f"bert.{name}"] = value
    return _loaded(Model(len(KEPT)), weights)


def _loaded(model: Model, weights: dict[str, Tensor] | dict[str, np.ndarray]) -> Model:
    """A model with weights; raises ValueError for one that it does not know."""
    tensors = {name: torch.as_tensor(value).float() for name, value in weights.items()}
    unknown = model.load_state_dict(tensors, strict=False).unexpected_keys
    if unknown:
        raise ValueError(f"no weights of this model: {', '.join(unknown)}")
    return model
