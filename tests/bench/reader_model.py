"""A small reader: a question and a passage in one attention, over vectors that the index holds.

It looks at the vectors of the question's word pieces and at the stored ones of the passage, which
the encoder computed each by itself; the last layers of a cross-encoder on top of representations
that are stored beforehand, as MacAvaney et al., "Efficient Document Re-Ranking for Transformers by
Precomputing Term Representations" (2020), have it. `reader.py` trains it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.store.tokens import Pieces, unpack
from bot.types import Vectors

DIMENSION = 384
WIDTH, LAYERS, HEADS, FORWARD = 256, 3, 8, 512
LONGEST = 512

# Numbers of unit vectors are small beside those that layers begin with.
SCALE = 8.0
PLACE_SCALE = 0.3
# The weights of a question's pieces are shares of 1.
WEIGHT_SCALE = 5.0

# Pieces of a question, of a passage's text and of its headings are told apart.
ASKED, SAID, HEADING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A question's word pieces, shape (pieces, dimension), and weights; a passage's pieces."""

    asked: Vectors
    weights: Vectors
    pieces: Pieces


class Layer(nn.Module):
    """Attention and a feed-forward step, each after a normalisation."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.before_attention, self.before_forward = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.inward, self.outward = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wider, self.narrower = nn.Linear(WIDTH, FORWARD), nn.Linear(FORWARD, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        """Values, shape (pairs, pieces, width), after the layer; the mask tells what is there."""
        pairs, pieces, _ = values.shape
        split = self.inward(self.before_attention(values)).view(pairs, pieces, 3, HEADS, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        values = values + self.dropout(self.outward(seen.transpose(1, 2).flatten(2)))
        return values + self.dropout(
            self.narrower(functional.gelu(self.wider(self.before_forward(values))))
        )


class Reader(nn.Module):
    """Tells for each pair a logit of whether the passage answers, and for each piece of the
    passage two of whether the answer's words begin and end there, shape (pairs, pieces, 2).
    """

    places: Tensor

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        self.narrow = nn.Linear(DIMENSION, WIDTH)
        self.parts = nn.Embedding(3, WIDTH)
        self.evidence_asked, self.evidence_said = nn.Linear(3, WIDTH), nn.Linear(2, WIDTH)
        self.verdict = nn.Parameter(torch.zeros(WIDTH))
        self.first, self.last = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.relevance = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(dropout), nn.Linear(WIDTH, 1)
        )
        self.span = nn.Linear(WIDTH, 2)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("places", _places(), persistent=False)

    def forward(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor]:
        """The logits of the pairs, and those of the places of an answer's words."""
        asked, is_asked, weights, said, is_said, is_heading = together(pairs)
        cosines = torch.einsum("bqd,bpd->bqp", asked, said)
        cosines = cosines.masked_fill(~is_asked[:, :, None] | ~is_said[:, None], -1.0)
        met, meets = cosines.amax(2), cosines.amax(1)
        weighed = (cosines * weights[:, :, None]).amax(1)
        of_asked = torch.stack((met, weights, met * weights), 2)
        of_said = torch.stack((meets, WEIGHT_SCALE * weighed), 2)
        kinds = torch.where(is_heading, HEADING, SAID)
        values = torch.cat(
            (
                self.verdict.expand(len(pairs), 1, -1),
                self._begun(asked, self.parts.weight[ASKED], self.evidence_asked(of_asked)),
                self._begun(said, self.parts(kinds), self.evidence_said(of_said)),
            ),
            1,
        )
        there = torch.cat((torch.ones(len(pairs), 1, dtype=torch.bool), is_asked, is_said), 1)
        values = self.dropout(self.first(values))
        for layer in self.layers:
            values = layer(values, there[:, None, None, :])
        values = self.last(values)
        end = 1 + asked.shape[1]
        mean = (values[:, 1:end] * is_asked[:, :, None]).sum(1)
        mean = mean / is_asked.sum(1, keepdim=True).clamp(min=1)
        logits = self.relevance(torch.cat((values[:, 0], mean), 1))[:, 0]
        spans = self.span(values[:, end:])
        return logits, spans.masked_fill(~(is_said & ~is_heading)[:, :, None], -1e4)

    def _begun(self, vectors: Tensor, parts: Tensor, evidence: Tensor) -> Tensor:
        narrowed = self.narrow(SCALE * vectors) + parts + evidence
        return narrowed + self.places[: vectors.shape[1]]


def together(pairs: Sequence[Pair]) -> tuple[Tensor, ...]:
    """Pairs padded to one length: the vectors of questions, where they are, and their weights; the
    vectors of passages, where they are, and which belong to headings.
    """
    asked, said = (
        max(1, *(len(one) for one in lengths))
        for lengths in ([pair.asked for pair in pairs], [pair.pieces.codes for pair in pairs])
    )
    vectors, stored = (torch.zeros(len(pairs), count, DIMENSION) for count in (asked, said))
    weights = torch.zeros(len(pairs), asked)
    is_asked, is_said, is_heading = (
        torch.zeros(len(pairs), count, dtype=torch.bool) for count in (asked, said, said)
    )
    for at, pair in enumerate(pairs):
        count = len(pair.asked)
        vectors[at, :count] = torch.from_numpy(np.asarray(pair.asked, np.float32))
        weights[at, :count] = torch.from_numpy(np.asarray(pair.weights, np.float32))
        is_asked[at, :count] = True
        if count := len(pair.pieces.codes):
            stored[at, :count] = torch.from_numpy(unpack(pair.pieces.codes, DIMENSION).copy())
            is_said[at, :count] = True
            is_heading[at, :count] = torch.from_numpy(starts(pair.pieces) < 0)
    return vectors, is_asked, weights, stored, is_said, is_heading


def starts(pieces: Pieces) -> npt.NDArray[np.int32]:
    """Where the pieces start in the passage, -1 for those of its headings."""
    found: npt.NDArray[np.int32] = np.asarray(pieces.spans, np.int32).reshape(-1, 2)[:, 0]
    return found


def _places() -> Tensor:
    """Sines and cosines by place: Vaswani et al., "Attention Is All You Need" (2017)."""
    rates = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(1e4) / WIDTH))
    angles = torch.arange(LONGEST)[:, None] * rates
    return PLACE_SCALE * torch.stack((angles.sin(), angles.cos()), 2).flatten(1)
