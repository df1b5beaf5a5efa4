"""Ranking: fusion and late interaction as pure sums, and the order that they lead to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from conftest import MINERALS, WORD, WordEncoder

import bot
from bot import retrieval
from bot.interaction import content_pieces, interaction, piece_weights, similarities
from bot.retrieval import Query, fuse, retrieve, spread
from bot.store import Generation, IndexLayout
from bot.terms import terms
from bot.types import Encoded, Hit

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.fixture(autouse=True)
def half_and_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late interaction has half of a score, whatever is found to be best."""
    monkeypatch.setattr(retrieval, "INTERACTION_WEIGHT", 0.5)


def generation_of(engine: bot.Engine) -> Generation:
    engine.sync()
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def query(text: str, weight: float = 1.0) -> Query:
    (encoded,) = WordEncoder(MINERALS).encode_questions([text])
    weights = piece_weights(text, encoded, dict.fromkeys(terms(text), 1.0))
    return Query(encoded, tuple(terms(text)), weights, weight)


def found(
    generation: Generation, *queries: Query, dense_weight: float = 0.6, candidates: int = 10
) -> list[Hit]:
    return retrieve(generation, queries, dense_weight=dense_weight, candidates=candidates)


def by_text(hits: Sequence[Hit]) -> dict[str, float]:
    return {hit.passage.text: hit.score for hit in hits}


# Fusion


def test_fusion_by_hand() -> None:
    fused = fuse({1: 0.8, 2: 0.4}, {2: 10.0, 3: 5.0}, 0.6)

    assert fused == {
        1: pytest.approx(0.6),
        2: pytest.approx(0.6 * 0.5 + 0.4),
        3: pytest.approx(0.4 * 0.5),
    }


@pytest.mark.parametrize(
    ("dense", "lexical", "expected"),
    [
        ({}, {}, {}),
        ({1: 0.0}, {}, {1: 0.0}),
        ({1: -0.5, 2: 0.5}, {}, {1: 0.0, 2: 0.6}),
        ({1: -0.5}, {1: 2.0}, {1: 0.4}),
        ({}, {1: 2.0, 2: 1.0}, {1: 0.4, 2: 0.2}),
    ],
)
def test_fusion_of_scores_that_are_missing_or_negative(
    dense: Mapping[int, float], lexical: Mapping[int, float], expected: Mapping[int, float]
) -> None:
    assert fuse(dense, lexical, 0.6) == pytest.approx(expected)


def test_the_weight_of_the_cosine_decides() -> None:
    dense, lexical = {1: 0.9, 2: 0.3}, {1: 1.0, 2: 4.0}

    assert fuse(dense, lexical, 1.0) == pytest.approx({1: 1.0, 2: 1 / 3})
    assert fuse(dense, lexical, 0.0) == pytest.approx({1: 0.25, 2: 1.0})


def test_spreading_by_hand() -> None:
    assert spread({1: 0.7, 2: 0.9, 3: 0.8}) == pytest.approx({1: 0.0, 2: 1.0, 3: 0.5})
    assert spread({1: 0.7, 2: 0.7}) == {1: 0.0, 2: 0.0}


# Late interaction


def test_interaction_by_hand() -> None:
    cosines = np.array([[0.2, 0.8, 0.5], [0.1, -0.3, 0.0]], dtype=np.float32)

    assert interaction(cosines, np.array([0.75, 0.25], dtype=np.float32)) == pytest.approx(
        0.75 * 0.8 + 0.25 * 0.1
    )


@pytest.mark.parametrize(
    ("cosines", "expected"),
    [
        (np.zeros((0, 3)), 0.0),
        (np.zeros((1, 0)), 0.0),
        (np.array([[-0.5]]), 0.0),
        (np.array([[1.0000001]]), 1.0),
    ],
)
def test_interaction_stays_between_0_and_1(cosines: np.ndarray, expected: float) -> None:
    assert interaction(cosines.astype(np.float32), np.ones(len(cosines), np.float32)) == expected


def test_similarities_are_cosines_of_all_pairs() -> None:
    (question,) = WordEncoder(MINERALS).encode_questions(["zinc lead"])
    (passage,) = WordEncoder(MINERALS).encode_questions(["Lead, copper, zinc"])

    assert similarities(question, passage.tokens).tolist() == [[0, 0, 1], [1, 0, 0]]


def pieces_at(*spans: tuple[int, int]) -> Encoded:
    return Encoded(np.ones(1, np.float32), np.ones((len(spans), 1), np.float32), spans)


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
    found_weights = piece_weights(question, pieces_at(*spans), rarity)

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


# Retrieval


def test_scores_by_hand(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc alpha.", "b.txt": "Lead beta.", "c.txt": "Zinc zinc zinc."})

    hits = found(generation_of(engine), query("zinc"))

    def bm25(occurrences: int, length: int) -> float:
        norm = 1.2 * (1 - 0.75 + 0.75 * length / (7 / 3))
        return math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)) * 2.2 * occurrences / (occurrences + norm)

    assert [hit.passage.text for hit in hits] == ["Zinc zinc zinc.", "Zinc alpha.", "Lead beta."]
    assert [hit.row for hit in hits] == [2, 0, 1]
    assert [hit.dense for hit in hits] == pytest.approx([1, math.sqrt(0.5), 0])
    assert [hit.lexical for hit in hits] == pytest.approx([bm25(3, 3), bm25(1, 2), 0])
    assert [hit.interaction for hit in hits] == pytest.approx([1, 1, 0])
    fused = 0.6 * math.sqrt(0.5) + 0.4 * bm25(1, 2) / bm25(3, 3)
    assert [hit.score for hit in hits] == pytest.approx([1, 0.5 * fused + 0.5 * 1, 0])


def test_a_heading_counts_less_than_the_text(engine: bot.Engine, write: Write) -> None:
    write(
        {
            "a.md": "# Metals\n\n## Zinc\n\nAlpha beta gamma.",
            "b.md": "# Metals\n\n## Other\n\nAlpha beta zinc.",
        }
    )

    hits = found(generation_of(engine), query("zinc"), dense_weight=0.0)

    assert [hit.passage.text for hit in hits] == ["Alpha beta zinc.", "Alpha beta gamma."]
    assert hits[0].lexical > hits[1].lexical > 0


def test_equal_scores_are_ordered_by_path_and_place(engine: bot.Engine, write: Write) -> None:
    write(
        {
            "c.txt": "Zinc gamma.",
            "a.txt": "Zinc alpha.",
            "b.md": "# T\n\n## X\n\nZinc beta.\n\n## Y\n\nZinc delta.",
        }
    )
    generation = generation_of(engine)

    hits = found(generation, query("zinc"), dense_weight=1.0)

    # The headings, "X" and "Y", are other words like "alpha": those two have a smaller cosine.
    assert by_text(hits) == pytest.approx(
        {
            "Zinc alpha.": 0.5,
            "Zinc gamma.": 0.5,
            "Zinc beta.": 0.5 * math.sqrt(2 / 5),
            "Zinc delta.": 0.5 * math.sqrt(2 / 5),
        }
    )
    assert [hit.passage.text for hit in hits] == [
        "Zinc alpha.",
        "Zinc gamma.",
        "Zinc beta.",
        "Zinc delta.",
    ]
    assert found(generation, query("zinc"), dense_weight=1.0) == hits


def test_candidates_limit_both_searches(engine: bot.Engine, write: Write) -> None:
    write({f"{number}.txt": f"Zinc {'x ' * number}" for number in range(1, 6)})
    generation = generation_of(engine)

    texts = [hit.passage.text for hit in found(generation, query("zinc"), candidates=2)]

    assert texts == ["Zinc x", "Zinc x x"]


def test_only_the_best_candidates_are_compared_closely(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc alpha beta gamma.", "b.txt": "Zinc alpha.", "c.txt": "Lead."})
    monkeypatch.setattr(retrieval, "COMPARED_CLOSELY", 1)

    hits = found(generation_of(engine), query("zinc"), dense_weight=1.0)

    assert [(hit.passage.text, hit.interaction) for hit in hits] == [
        ("Zinc alpha.", 1.0),
        ("Zinc alpha beta gamma.", 0.0),
        ("Lead.", 0.0),
    ]
    # One alone has nothing to be set off against.
    assert [hit.score for hit in hits] == pytest.approx([0.5, 0.5 * math.sqrt(1 / 5), 0.0])


def test_an_earlier_turn_counts_by_its_weight(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Copper.", "b.txt": "Lead.", "c.txt": "Zinc."})
    generation = generation_of(engine)

    alone = found(generation, query("copper"))
    leaned = found(generation, query("copper"), query("zinc", weight=0.5))

    assert by_text(alone) == pytest.approx({"Copper.": 1, "Lead.": 0, "Zinc.": 0})
    assert by_text(leaned) == pytest.approx({"Copper.": 2 / 3, "Zinc.": 1 / 3, "Lead.": 0})
    assert [hit.passage.text for hit in leaned] == ["Copper.", "Zinc.", "Lead."]
    # The parts of a score are those of the question itself.
    assert [(hit.dense, hit.interaction) for hit in leaned] == [(1, 1), (0, 0), (0, 0)]
    assert leaned[1].lexical == 0


@pytest.mark.parametrize("text", ["?!", "uranium", "\u200b", "x" * 500])
def test_a_question_that_nothing_matches(engine: bot.Engine, write: Write, text: str) -> None:
    write({"b.txt": "Zinc.", "a.txt": "Lead."})

    hits = found(generation_of(engine), query(text))

    assert [(hit.passage.text, hit.score) for hit in hits] == [("Lead.", 0.0), ("Zinc.", 0.0)]


def test_an_empty_index_has_no_hits(engine: bot.Engine, write: Write) -> None:
    write({"a.xyz": "not read"})

    assert found(generation_of(engine), query("zinc")) == []
