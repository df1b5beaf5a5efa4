"""The optional cross-encoder: a second look at the first passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering import second_look
from bot.errors import EncoderError
from bot.retrieval.reranking import CrossEncoderReranker, reranked
from bot.types import Hit, Passage

Write = Callable[[Mapping[str, str]], None]


def hit(text: str, score: float) -> Hit:
    return Hit(0, Passage(text, "source", 0, len(text), text, (), "line 1"), 0, 0, score)


class Reads:
    """A reranker that likes one word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, list(texts)))
        return [1.0 if self.word in text else 0.0 for text in texts]


def test_the_second_look_has_its_share_of_the_score() -> None:
    found = reranked([hit("zinc", 0.9), hit("lead", 0.5)], "What?", Reads("lead"))

    assert [(one.passage.text, one.score) for one in found] == [
        ("lead", pytest.approx(0.3 * 0.5 + 0.7)),
        ("zinc", pytest.approx(0.3 * 0.9)),
    ]


def test_equal_scores_keep_their_order_and_only_the_first_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.retrieval.reranking.LOOKED_AT", 2)
    reads = Reads("none")

    found = reranked([hit("a", 0.5), hit("b", 0.5), hit("c", 0.5)], "What?", reads)

    assert [one.passage.text for one in found] == ["a", "b", "c"]
    assert reads.asked == [("What?", ["a", "b"])]
    assert [one.score for one in found] == pytest.approx([0.15, 0.15, 0.15])


def test_nothing_found_is_nothing_to_read() -> None:
    reads = Reads("zinc")
    assert reranked([], "What?", reads) == []
    assert reads.asked == []


def test_the_engine_asks_it_only_when_one_is_named(
    corpus: Path, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Reads("lead")
    monkeypatch.setattr(second_look, "CrossEncoderReranker", lambda name, device: reads)
    write({"a.txt": "Zinc zinc.", "b.txt": "Zinc and lead."})
    folders = corpus, tmp_path / "index"

    without = bot.open(*folders, encoder=WordEncoder(MINERALS))
    without.sync()
    assert without.ask("Zinc?", k=2).quotes[0].text == "Zinc zinc."
    assert reads.asked == []

    named = bot.open(*folders, encoder=WordEncoder(MINERALS), cross_encoder="a-model")
    assert named.ask("Zinc?", k=2).quotes[0].text == "Zinc and lead."
    assert [question for question, _ in reads.asked] == ["Zinc?"]


def test_one_that_is_named_is_loaded_once(tmp_path: Path) -> None:
    first, again = (second_look._named(str(tmp_path), "cpu") for _ in range(2))

    assert first is again


def small_cross_encoder(folder: Path, outputs: int) -> Path:
    """A cross-encoder with random weights over a vocabulary of letters."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "zinc", "lead", "what"]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
        num_labels=outputs,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    pieces = {piece: number for number, piece in enumerate(vocabulary)}
    BertTokenizerFast(vocab=pieces).save_pretrained(folder)
    return folder


def test_a_real_cross_encoder_gives_one_score_a_text(tmp_path: Path) -> None:
    model = CrossEncoderReranker(str(small_cross_encoder(tmp_path / "model", 1)), "cpu")

    scores = model.scores("what", ["zinc", "lead", "zinc"])

    assert all(0 < score < 1 for score in scores)
    assert scores[0] == pytest.approx(scores[2])
    assert scores[0] != pytest.approx(scores[1])


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    model = CrossEncoderReranker(str(small_cross_encoder(tmp_path / "model", 3)), "cpu")

    with pytest.raises(EncoderError, match="gives 3 scores, not one"):
        model.scores("what", ["zinc"])


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"cannot be loaded: .*Give the folder"):
        CrossEncoderReranker(str(tmp_path), "cpu").scores("what", ["zinc"])
