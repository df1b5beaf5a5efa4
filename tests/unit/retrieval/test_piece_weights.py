"""The weights of the word pieces of a question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from word_encoder import WORD

from bot.embedding.word_pieces import content_pieces, content_words, piece_weights


@pytest.mark.parametrize(
    ("question", "spans", "rarity", "weights"),
    [
        ("zinc lead", [(0, 4), (5, 9)], {"zinc": 3.0, "lead": 1.0}, [0.75, 0.25]),
        ("Zinc?", [(0, 4), (4, 5)], {"zinc": 3.0}, [1, 0]),
        # "chromium" in two pieces, of which each has half of its weight.
        ("chromium zinc", [(0, 3), (3, 8), (9, 13)], {"chromium": 6.0, "zinc": 2.0}, [3, 3, 2]),
        # Function words have no term, and a term of no rarity no weight.
        ("is zinc heavy", [(0, 2), (3, 7), (8, 13)], {"zinc": 2.0}, [0, 1, 0]),
        # Words are looked up as the index has them: stemmed.
        ("minerals zinc", [(0, 8), (9, 13)], {"miner": 1.0, "zinc": 1.0}, [0.5, 0.5]),
        ("what is it", [(0, 4), (5, 7), (8, 10)], {}, [1 / 3, 1 / 3, 1 / 3]),
        ("", [], {}, []),
    ],
)
def test_piece_weights_by_hand(
    question: str,
    spans: list[tuple[int, int]],
    rarity: Mapping[str, float],
    weights: list[float],
) -> None:
    found_weights = piece_weights(tuple(content_words(question, spans)), len(spans), rarity)

    total = sum(weights) or 1
    np.testing.assert_allclose(found_weights, [weight / total for weight in weights], rtol=1e-6)
    assert found_weights.dtype == np.float32


def test_content_pieces_leave_out_punctuation_and_function_words() -> None:
    text = "The Zinc-ore is, of  course, élan; NOT 水 _ 😀 5 %"
    spans = [match.span() for match in WORD.finditer(text)]
    spans += [(at, at + 1) for at, sign in enumerate(text) if sign in "-,;😀%"]

    kept = [text[slice(*spans[at])] for at in content_pieces(text, spans)]

    assert kept == ["Zinc", "ore", "course", "élan", "水", "_", "5"]
    assert content_pieces("", []) == []
