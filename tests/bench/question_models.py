"""A copy of the packaged model; `question_encoder.py` and `both_sides.py` tune it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from bot.embedding import SentenceTransformerEncoder
from bot.embedding.model_copy import encoded
from bot.terms import STOP_WORDS
from bot.types import Encoded

# How much a word piece counts that carries no meaning, beside 1.
FUNCTION_WORD = 0.25

# Logarithms of the factors of the two scores, at first: they are learned, too.
FIRST_FACTORS = (2.7, 3.0)

LONGEST = 64


class QuestionModel(nn.Module):
    """The packaged model with its own factors of the scores by vector and by word pieces."""

    def __init__(self, folder: Path, longest: int = LONGEST) -> None:
        super().__init__()
        self.longest = longest
        self.layers = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        self.layers.embeddings.requires_grad_(False)
        self.factors = nn.Parameter(torch.tensor(FIRST_FACTORS))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def forward(self, questions: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of word pieces, shape (texts, pieces, dimension), and of texts, and how much
        each piece counts.
        """
        texts = self.tokenizer.encode_batch(list(questions))
        longest = min(self.longest, max(len(text.ids) for text in texts))
        ids = torch.zeros(len(texts), longest, dtype=torch.long)
        mask, counts = torch.zeros_like(ids), torch.zeros(len(texts), longest)
        for at, (question, text) in enumerate(zip(questions, texts, strict=True)):
            own = text.ids[:longest]
            ids[at, : len(own)] = torch.tensor(own)
            mask[at, : len(own)] = 1
            for place, (start, end) in enumerate(text.offsets[:longest]):
                word = question[start:end].lower()
                if word:
                    plain = word in STOP_WORDS or not any(map(str.isalnum, word))
                    counts[at, place] = FUNCTION_WORD if plain else 1.0
        hidden = self.layers(input_ids=ids, attention_mask=mask).last_hidden_state
        means = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(hidden, dim=2), functional.normalize(means, dim=1), counts


class TunedEncoder(SentenceTransformerEncoder):
    """The packaged encoder, but for questions a tuned model."""

    def __init__(self, model: QuestionModel) -> None:
        super().__init__()
        self._tuned = model.eval()

    def _asked(self, questions: Sequence[str]) -> Iterator[tuple[str, Encoded]]:
        for question in questions:
            text = self._tuned.tokenizer.encode(question)
            ids, spans = text.ids[: self.max_tokens], text.offsets[: self.max_tokens]
            with torch.inference_mode():
                found = self._tuned.layers(input_ids=torch.tensor([ids])).last_hidden_state[0]
            yield question, encoded(found.mean(0).numpy(), found.numpy(), spans, 0)


def between(packaged: QuestionModel, tuned: QuestionModel, share: float) -> QuestionModel:
    """The model so far on the way from the packaged one to the tuned one."""
    first, last = packaged.state_dict(), tuned.state_dict()
    packaged.load_state_dict(
        {
            name: value + share * (last[name] - value) if value.is_floating_point() else value
            for name, value in first.items()
        }
    )
    return packaged.eval()
