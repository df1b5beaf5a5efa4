"""Late interaction: how a question is met by passages and by each of their sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

from bot.retrieval import search
from bot.retrieval.late_interaction import Match, Parts, bare_questions, match
from bot.store.tokens import Pieces, pack, similarities
from bot.types import Encoded, Passage, Vectors

ENCODER = WordEncoder(MINERALS)


def encoded(text: str) -> Encoded:
    (found,) = ENCODER.encode_questions([text])
    return found


def parts(*sentences: str, context: str = "") -> Parts:
    """A passage of some sentences, each word of it and of its context a piece."""
    found = encoded(" ".join((context, *sentences)).strip())
    heading = len(f"{context} ") if context else 0
    spans = np.array(found.spans, dtype=np.int32).reshape(-1, 2) - heading
    spans[spans[:, 0] < 0] = -1
    ends = np.array([len(sentence) + 1 for sentence in sentences], dtype=np.int32).cumsum() - 1
    starts = ends - [len(sentence) for sentence in sentences] if sentences else ends
    asks = np.array([sentence.endswith("?") for sentence in sentences], dtype=bool)
    return Parts(
        Pieces(pack(found.tokens), spans),
        np.stack([starts, ends], axis=1).astype(np.int32).reshape(-1, 2),
        asks,
        bare_questions(asks),
    )


def weights(*values: float) -> Vectors:
    return np.array(values, dtype=np.float32)


def vectors(*rows: Sequence[float]) -> Vectors:
    return np.array(rows, dtype=np.float32)


def one(query: Encoded, piece_weights: Vectors, passage: Parts) -> Match:
    (found,) = match(query, piece_weights, [passage])
    return found


# By hand


def test_a_passage_and_its_sentences_by_hand() -> None:
    passage = parts("Zinc alpha.", "Lead lead.", context="Copper")

    found = one(encoded("zinc copper"), weights(0.75, 0.25), passage)

    assert found.cosines.tolist() == [[0, 1, 0, 0, 0], [1, 0, 0, 0, 0]]
    assert found.spans.tolist() == [[-1, -1], [0, 4], [5, 10], [12, 16], [17, 21]]
    assert found.sentences.tolist() == [[0, 11], [12, 22]]
    assert found.asks.tolist() == [False, False]
    # All of it has both words; the sentences have copper only by their context.
    assert found.interaction == found.even_interaction == 1
    assert found.interactions.tolist() == [0.75, 0]
    assert found.context_interactions.tolist() == [1, 0.25]
    assert found.context_pieces.tolist() == [[1, 0], [1, 1]]
    # A sentence with its context is the mean of their pieces: zinc, alpha and copper; lead twice
    # and copper. The question is (zinc + copper) / √2.
    assert found.context_cosines.tolist() == pytest.approx(
        [2 / math.sqrt(3 * 2), 1 / math.sqrt(5 * 2)]
    )


def test_only_one_of_the_interactions_weighs_words_by_their_rarity() -> None:
    found = one(encoded("zinc lead copper"), weights(0.5, 0.375, 0.125), parts("Zinc.", "Copper."))

    assert found.interaction == 0.625
    assert found.even_interaction == pytest.approx(2 / 3)
    assert found.interactions.tolist() == [0.5, 0.125]
    assert found.context_interactions.tolist() == [0.5, 0.125]


def test_what_stands_between_sentences_belongs_to_the_one_before_or_to_the_first() -> None:
    whole = parts("Zinc copper. Lead uranium chromium.")
    sentences = np.array([[5, 12], [18, 25]], dtype=np.int32)
    passage = Parts(whole.pieces, sentences, np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))

    def met(word: str) -> list[float]:
        found: list[float] = one(encoded(word), weights(1), passage).interactions.tolist()
        return found

    assert [met(word) for word in ("zinc", "copper", "lead")] == [[1, 0], [1, 0], [1, 0]]
    assert [met(word) for word in ("uranium", "chromium")] == [[0, 1], [0, 1]]


def test_each_word_of_a_question_takes_the_best_of_a_passage() -> None:
    # 3/5 and 4/5 are as packed only nearly; their cosine is that of the packed vector.
    codes = pack(vectors([1, 0], [0.6, 0.8], [0, -1]))
    (near,) = similarities(vectors([0, 1]), codes, np.zeros(3, dtype=np.int64))[0].tolist()
    query = Encoded(vectors([1, 0])[0], vectors([1, 0], [0, 1]), ((0, 4), (5, 9)))
    passage = Parts(
        Pieces(codes, np.array([[0, 2], [2, 4], [5, 7]], dtype=np.int32)),
        np.array([[0, 4], [5, 7]], dtype=np.int32),
        np.zeros(2, dtype=bool),
        np.zeros(2, dtype=bool),
    )

    found = one(query, weights(0.25, 0.75), passage)

    assert near == [0, pytest.approx(0.8, abs=0.05), -1]
    assert found.interaction == pytest.approx(0.25 + 0.75 * near[1])
    # The second sentence meets the second word with -1 and the first with 0.
    assert found.interactions.tolist() == pytest.approx([0.25 + 0.75 * near[1], 0])


def test_interactions_stay_between_0_and_1_and_cosines_need_not() -> None:
    query = Encoded(vectors([1, 0])[0], vectors([1, 0]), ((0, 4),))
    passage = Parts(
        Pieces(pack(vectors([-1, 0])), np.array([[0, 4]], dtype=np.int32)),
        np.array([[0, 4]], dtype=np.int32),
        np.zeros(1, dtype=bool),
        np.zeros(1, dtype=bool),
    )

    found = one(query, weights(1), passage)

    assert (found.interaction, found.even_interaction) == (0, 0)
    assert (found.interactions.tolist(), found.context_interactions.tolist()) == ([0], [0])
    assert found.context_cosines.tolist() == [-1]
    assert found.best_statement(found.context_cosines) == 0


# Questions and statements


def test_questions_within_a_passage_are_kept_apart_from_statements() -> None:
    found = one(encoded("zinc"), weights(1), parts("Zinc?", "Lead zinc.", "Lead?", "Lead."))

    assert found.asks.tolist() == [True, False, True, False]
    assert found.interactions.tolist() == [1, 1, 0, 0]
    assert found.best_question(found.context_cosines) == 1
    assert found.best_statement(found.context_cosines) == pytest.approx(math.sqrt(0.5))
    assert found.best_statement(weights(0.5, 0.25, 0.75, 0.125)) == 0.25
    assert found.best_question(weights(0.5, 0.25, 0.75, 0.125)) == 0.75


def test_a_passage_without_a_question_has_no_best_one() -> None:
    found = one(encoded("zinc"), weights(1), parts("Zinc.", "Lead."))

    assert found.best_question(weights(1, 1)) == 0
    assert found.best_statement(weights(0.25, 0.5)) == 0.5


def test_a_question_that_nothing_follows_is_no_evidence() -> None:
    found = one(encoded("zinc"), weights(1), parts("Lead?", "Zinc lead?"))

    assert (found.interaction, found.even_interaction) == (0, 0)
    assert found.best_statement(found.context_cosines) == 0
    assert found.best_question(found.context_cosines) == 0
    assert found.stated("Lead? Zinc lead?") == ""
    answered = one(encoded("zinc"), weights(1), parts("Lead?", "Zinc lead?", "Copper."))
    assert answered.interaction == 1
    assert answered.best_question(answered.context_cosines) == pytest.approx(math.sqrt(0.5))
    assert answered.stated("Lead? Zinc lead? Copper.") == "Zinc lead? Copper."


@pytest.mark.parametrize(
    ("text", "language", "asking"),
    [
        ("What is zinc? Zinc is a metal. It is blue.", "en", ["What is zinc?"]),
        ("What is zinc?\n\nZinc is a metal.", "en", ["What is zinc?"]),
        ("锌是什么？锌是金属。", "zh", ["锌是什么？"]),
        ("ما هو الزنك؟ الزنك معدن.", "ar", ["ما هو الزنك؟"]),
        ("What is zinc? What is lead?", "en", ["What is zinc?", "What is lead?"]),
        ("Zinc is a metal.", "en", []),
        ("", "en", []),
    ],
)
def test_a_sentence_with_a_question_mark_is_a_question(
    text: str, language: str, asking: list[str]
) -> None:
    nothing = Pieces(np.empty((0, 5), dtype=np.uint8), np.empty((0, 2), dtype=np.int32))

    found = Parts(
        nothing,
        *search._sentences(Passage("a", "a", 0, len(text), text, (), "line 1"), language),
    )

    assert [text[start:end] for start, end in found.sentences[found.asks].tolist()] == asking


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("- Who pays?\n- Who digs?\n\nThe board met.", ["- Who pays?", "- Who digs?"]),
        ("- Who pays?\n  The board.\n- Who digs?\n  The crew.", []),
        ("Who pays?\n\nThe board. Who digs?", ["Who digs?"]),
        ("1. Who pays?\n\nThe board.", []),
    ],
)
def test_questions_are_bare_where_nothing_answers_them(text: str, bare: list[str]) -> None:
    nothing = Pieces(np.empty((0, 5), dtype=np.uint8), np.empty((0, 2), dtype=np.int32))
    passage = Passage("a", "a", 0, len(text), text, (), "line 1")

    found = Parts(nothing, *search._sentences(passage, "en"))

    assert [text[start:end] for start, end in found.sentences[found.bare].tolist()] == bare
    assert not search._sentences(passage, "en", stands_for_others=True)[2].any()


# What is missing


def test_a_sentence_without_pieces_is_its_context() -> None:
    # "…" has no piece, and the last passage has no context either.
    bare = parts("Zinc lead.", "…", context="Copper")
    alone = parts("Zinc lead.", "…")

    with_context, without = match(encoded("zinc copper"), weights(0.75, 0.25), [bare, alone])

    assert with_context.interactions.tolist() == [0.75, 0]
    assert with_context.context_interactions.tolist() == [1, 0.25]
    assert with_context.context_cosines.tolist() == pytest.approx(
        [2 / math.sqrt(3 * 2), 1 / math.sqrt(2)]
    )
    assert without.interactions.tolist() == without.context_interactions.tolist() == [0.75, 0]
    assert without.context_cosines.tolist() == pytest.approx([1 / 2, 0])


def test_a_passage_without_pieces_meets_nothing() -> None:
    found = match(encoded("zinc"), weights(1), [parts("…", "?"), parts("Zinc."), parts("…")])

    for empty, sentences in ((found[0], 2), (found[2], 1)):
        assert (empty.interaction, empty.even_interaction) == (0, 0)
        assert empty.cosines.shape == (1, 0)
        none = [0.0] * sentences
        assert empty.interactions.tolist() == empty.context_interactions.tolist() == none
        assert empty.context_cosines.tolist() == none
        assert empty.context_pieces.tolist() == [[-1.0] * sentences]
    assert found[1].interaction == 1
    # So it is where no passage has any.
    assert one(encoded("zinc"), weights(1), parts("…", "?")).interactions.tolist() == [0, 0]


def test_a_passage_without_sentences_is_met_as_a_whole() -> None:
    whole = parts("Zinc lead.")
    none = np.empty(0, dtype=bool)
    passage = Parts(whole.pieces, np.empty((0, 2), dtype=np.int32), none, none)

    found = one(encoded("zinc"), weights(1), passage)

    assert (found.interaction, found.even_interaction) == (1, 1)
    assert found.interactions.tolist() == found.context_cosines.tolist() == []
    assert found.best_statement(found.context_cosines) == 0
    assert found.best_question(found.context_cosines) == 0


def test_a_question_without_words_meets_nothing() -> None:
    found = one(encoded("?!"), weights(), parts("Zinc.", "Lead?", context="Copper"))

    assert (found.interaction, found.even_interaction) == (0, 0)
    assert found.cosines.shape == (0, 3)
    assert found.interactions.tolist() == found.context_interactions.tolist() == [0, 0]
    assert found.context_cosines.tolist() == [0, 0]
    assert found.sentences.tolist() == [[0, 5], [6, 11]]
    assert found.asks.tolist() == [False, True]


def test_no_passages_are_met_by_no_match() -> None:
    assert match(encoded("zinc"), weights(1), []) == []


# Many passages at once

TEXTS = st.lists(st.sampled_from(["Zinc.", "Lead zinc?", "Copper lead alpha.", "…"]), max_size=4)
PASSAGES = st.lists(st.tuples(TEXTS, st.sampled_from(["", "Zinc", "Ore lead"])), max_size=5)


# Other processes may slow NumPy's threads down for a moment.
@settings(deadline=None)
@given(PASSAGES)
def test_many_passages_are_met_as_each_of_them_alone(
    passages: list[tuple[list[str], str]],
) -> None:
    query, of_pieces = encoded("zinc lead ore"), weights(0.5, 0.375, 0.125)
    all_parts = [parts(*sentences, context=context) for sentences, context in passages]

    together = match(query, of_pieces, all_parts)

    alone = [one(query, of_pieces, passage) for passage in all_parts]
    for found, expected in zip(together, alone, strict=True):
        for field in fields(Match):
            np.testing.assert_allclose(
                getattr(found, field.name), getattr(expected, field.name), atol=1e-6
            )


def test_similarities_are_cosines_of_all_pairs_and_sums_of_each_group() -> None:
    codes = pack(encoded("lead copper zinc zinc lead").tokens)

    cosines, sums = similarities(
        encoded("zinc lead").tokens, codes, np.array([0, 0, 2, 2, 2], dtype=np.int64)
    )

    assert cosines.tolist() == [[0, 0, 1, 1, 0], [1, 0, 0, 0, 1]]
    # Nine axes are padded to ten: zinc, lead, copper, …
    assert sums[:, :3].tolist() == [[0, 1, 1], [0, 0, 0], [2, 1, 0]]
    assert sums.shape == (3, 10)
    assert not sums[:, 3:].any()


def test_nothing_is_like_nothing() -> None:
    none = np.empty((0, 5), dtype=np.uint8)

    cosines, sums = similarities(encoded("zinc").tokens, none, np.empty(0, dtype=np.int64))

    assert (cosines.shape, sums.shape) == ((1, 0), (0, 10))
