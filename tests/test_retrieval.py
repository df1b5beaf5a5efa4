"""Ranking: fusion and late interaction as pure sums, and the order that they lead to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import MINERALS, WORD, WordEncoder
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot import retrieval
from bot.interaction import (
    content_pieces,
    interaction,
    interactions,
    piece_weights,
)
from bot.queries import Query
from bot.retrieval import fuse, retrieve, similarities
from bot.store import Generation, IndexLayout
from bot.store import lexical as bm25
from bot.store.lexical import LexicalIndex
from bot.store.postings import Postings, write_postings
from bot.store.tokens import Pieces, pack
from bot.terms import terms
from bot.types import Encoded, Hit

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.fixture(autouse=True)
def half_and_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late interaction has half of a score, and whole sources nothing, until a test says so."""
    monkeypatch.setattr(retrieval, "INTERACTION_WEIGHT", 0.5)
    monkeypatch.setattr(retrieval, "SOURCE_WEIGHT", 0.0)


def generation_of(engine: bot.Engine) -> Generation:
    engine.sync()
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def query(text: str, weight: float = 1.0) -> Query:
    (encoded,) = WordEncoder(MINERALS).encode_questions([text])
    weights = piece_weights(text, encoded, dict.fromkeys(terms(text), 1.0))
    return Query(encoded, tuple(terms(text)), weights, weight)


def found(
    generation: Generation,
    *queries: Query,
    dense_weight: float = 0.6,
    candidates: int = 10,
    late_interaction: bool = True,
    phrases: Sequence[str] = (),
) -> list[Hit]:
    return retrieve(
        generation,
        queries,
        dense_weight=dense_weight,
        candidates=candidates,
        late_interaction=late_interaction,
        phrases=[(phrase, terms(phrase)) for phrase in phrases],
    )


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

    pieces = Pieces(pack(passage.tokens), np.array(passage.spans))
    none = Pieces(pieces.codes[:0], pieces.spans[:0])

    found = similarities(question, [pieces, none, pieces])

    assert found.tolist() == [[0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 0, 0]]
    assert similarities(question, [none]).shape == similarities(question, []).shape == (2, 0)


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
    # All four meet the question's only word, which is half of their score.
    assert by_text(hits) == pytest.approx(
        {
            "Zinc alpha.": 1,
            "Zinc gamma.": 1,
            "Zinc beta.": 0.5 * math.sqrt(2 / 5) + 0.5,
            "Zinc delta.": 0.5 * math.sqrt(2 / 5) + 0.5,
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
    # To the others late interaction gives nothing.
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.5 * math.sqrt(1 / 5), 0.0])


def test_late_interaction_can_be_left_out(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc alpha.", "b.txt": "Zinc."})
    generation = generation_of(engine)

    hits = found(generation, query("zinc"), dense_weight=1.0, late_interaction=False)

    assert [hit.interaction for hit in hits] == [0, 0]
    assert by_text(hits) == pytest.approx({"Zinc.": 1, "Zinc alpha.": math.sqrt(0.5)})


@pytest.mark.parametrize(
    ("late_interaction", "second"), [(False, math.sqrt(0.5)), (True, (1 + math.sqrt(0.5)) / 2)]
)
def test_the_setting_decides_on_late_interaction(
    engine: bot.Engine, write: Write, late_interaction: bool, second: float
) -> None:
    write({"a.txt": "Zinc alpha.", "b.txt": "Zinc."})
    engine.sync()
    chosen = bot.open(
        engine.settings.corpus,
        engine.settings.index,
        encoder=WordEncoder(MINERALS),
        dense_weight=1.0,
        late_interaction=late_interaction,
    )

    answer = chosen.ask("zinc")

    assert [quote.text for quote in answer.quotes] == ["Zinc.", "Zinc alpha."]
    assert [quote.score for quote in answer.quotes] == pytest.approx([1, second])
    # What is highlighted is found by late interaction all the same.
    assert all(quote.highlights for quote in answer.quotes)


# Whole sources


def test_a_passage_gains_by_what_its_whole_source_has(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        {
            "a.md": "# Stones\n\n## X\n\nZinc alpha.\n\n## Y\n\nCopper beta.",
            "b.md": "# Metals\n\n## X\n\nZinc gamma.\n\n## Y\n\nLead beta.",
        }
    )
    monkeypatch.setattr(retrieval, "SOURCE_WEIGHT", 0.3)
    generation = generation_of(engine)

    hits = found(generation, query("zinc or lead"), dense_weight=0.0, late_interaction=False)

    # Four passages of two words, of which two have zinc and one has lead.
    zinc = math.log(1 + 2.5 / 2.5) / math.log(1 + 3.5 / 1.5)
    # Two sources of four words: both have zinc, b has lead.
    share = math.log(1 + 0.5 / 2.5) / (math.log(1 + 0.5 / 2.5) + math.log(1 + 1.5 / 1.5))
    assert [(hit.passage.text, hit.score) for hit in hits] == [
        ("Lead beta.", pytest.approx(1)),
        ("Zinc gamma.", pytest.approx((zinc + 0.3) / 1.3)),
        ("Zinc alpha.", pytest.approx((zinc + 0.3 * share) / 1.3)),
        ("Copper beta.", pytest.approx(0.3 * share / 1.3)),
    ]


def test_the_title_counts_for_the_whole_source(engine: bot.Engine, write: Write) -> None:
    write({"a.md": "# Zinc\n\n## X\n\nAlpha.", "b.md": "# Lead\n\n## X\n\nAlpha zinc."})
    generation = generation_of(engine)
    paths = {info.id: info.path for info in generation.infos.values()}

    scores = {paths[id_]: score for id_, score in generation.matching_sources(["zinc"]).items()}

    assert scores["corpus/b.md"] > scores["corpus/a.md"] > 0
    assert generation.matching_sources(["alpha"]).keys() == paths.keys()
    assert generation.matching_sources(["unheard"]) == generation.matching_sources([]) == {}
    [best] = [id_ for id_, path in paths.items() if path == "corpus/b.md"]
    assert generation.matching_sources(["zinc"], [best]) == {best: scores["corpus/b.md"]}
    assert generation.best_source(["zinc"]) == scores["corpus/b.md"]
    assert generation.best_source(["unheard"]) == generation.best_source([]) == 0
    assert generation.occurs("lead")
    assert not generation.occurs("unheard")


def test_a_source_without_passages_cannot_be_found(engine: bot.Engine, write: Write) -> None:
    write({f"{name}.md": f"# {name}" for name in ("alpha", "beta", "gamma")})
    write({"zinc.md": "# Delta\n\nZinc."})
    generation = generation_of(engine)
    paths = {info.id: info.path for info in generation.infos.values()}

    assert [paths[id_] for id_ in generation.matching_sources(["zinc"])] == ["corpus/zinc.md"]
    assert generation.matching_sources(["beta"]) == {}


# BM25


def lexical(folder: Path, *texts: str, source_of: Sequence[int] | None = None) -> LexicalIndex:
    """The words of texts with the heading "Zinc ore", in a segment of their own."""
    folder.mkdir(exist_ok=True)
    write_postings(((text, "Zinc ore", "") for text in texts), folder / "postings")
    rows = np.arange(len(texts), dtype=np.int32)
    sources = rows if source_of is None else np.array(source_of, dtype=np.int32)
    return LexicalIndex([(Postings(folder / "postings"), rows)], sources, int(sources.max()) + 1)


def test_needed_terms_must_occur_in_the_text(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Zinc shaft", "Ore shaft", "Shaft of zinc ore")

    def rows(*needed: str) -> list[int]:
        return sorted(row for row, _ in index.search(terms("zinc ore shaft"), 3, needed))

    assert rows() == [0, 1, 2]
    # Headings do not count.
    assert rows("zinc") == [0, 2]
    assert rows("zinc", "ore") == [2]
    assert rows("lead") == []


@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=9), min_size=1, max_size=40),
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=7),
    st.integers(1, 12),
)
def test_what_common_terms_gave_changes_no_later_search(
    tmp_path_factory: pytest.TempPathFactory,
    passages: list[list[str]],
    asked: list[str],
    count: int,
) -> None:
    texts = [" ".join(f"ore{ord(letter)}" for letter in letters) for letters in passages]
    index = lexical(tmp_path_factory.mktemp("words"), *texts)
    query = [f"ore{ord(letter)}" for letter in asked]
    everything = index.search(query, len(texts) + 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "COMMON", 1)
        for end in range(1, len(query)):
            index.search(query[:end], count)
        best = index.search(query, count)

    assert best == everything[:count]
    assert {row for row, _ in everything} == {
        row for row, text in enumerate(texts) if set(text.split()) & set(query)
    }


@given(st.lists(st.integers(0, 9), max_size=400), st.integers(0, 6))
def test_what_the_best_reach_whatever_a_sample_tells(scores: list[int], count: int) -> None:
    expected = sorted(scores, reverse=True)[count - 1] if len(scores) >= count > 0 else 0
    assert bm25._least(np.array(scores, dtype=np.float64), count) == expected


def test_bm25_by_hand(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Lead lead", "Lead, tin and tin again of Tin", "Gold")

    found = dict(index.search(["lead"], 3))

    # Lengths 2, 5 and 1 (the stop words do not count): on average 8 / 3; two of three have it.
    rarity = math.log(1 + 1.5 / 2.5)
    twice = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 2 / (8 / 3)))
    once = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / (8 / 3)))
    assert found == pytest.approx({0: rarity * twice, 1: rarity * once})
    assert index.document_frequency("lead") == 2
    # Of whole sources: all three texts as one.
    whole = lexical(tmp_path / "one", "Lead lead", "Lead, tin", "Gold", source_of=[0, 0, 0])
    assert whole.search_sources(["lead"]).tolist() == pytest.approx(
        [math.log(1 + 0.5 / 1.5) * 3 * 2.2 / (3 + 1.2)]
    )


def test_passages_of_equal_score_are_found_by_row(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Tin", "Lead", "Tin", "Tin")

    assert [row for row, _ in index.search(["tin"], 2)] == [0, 2]


# Questions of many terms

FILLERS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()


def long_query(count: int) -> Query:
    return query(" ".join(["zinc", "lead", "copper", "uranium", *FILLERS][:count]))


@pytest.mark.parametrize(("count", "weight"), [(4, 0), (5, 0), (8, 0.36), (10, 0.6), (14, 0.6)])
def test_in_a_long_question_passages_that_are_alike_gain(
    engine: bot.Engine,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    weight: float,
) -> None:
    write({"a.txt": "Zinc lead copper.", "b.txt": "Uranium.", "c.txt": "Zinc."})
    monkeypatch.setattr(retrieval, "FEEDBACK_PASSAGES", 1)
    monkeypatch.setattr(retrieval, "FEEDBACK_WEIGHT", 0.6)

    hits = found(generation_of(engine), long_query(count), dense_weight=1.0, late_interaction=False)

    # The cosines are as 3/√3 to 1 to 1; the first passage's likeness to c is 1/√3, to b 0.
    third = math.sqrt(1 / 3)
    assert by_text(hits) == pytest.approx(
        {"Zinc lead copper.": 1, "Zinc.": third, "Uranium.": third / (1 + weight)}
    )


def test_the_first_three_passages_are_taken_for_relevant(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead.", "c.txt": "Copper.", "d.txt": "Uranium."})
    monkeypatch.setattr(retrieval, "FEEDBACK_WEIGHT", 0.6)

    hits = found(generation_of(engine), long_query(14), dense_weight=1.0, late_interaction=False)

    # All are as near to the question, and the first three are as near to their mean.
    assert by_text(hits) == pytest.approx(
        {"Zinc.": 1, "Lead.": 1, "Copper.": 1, "Uranium.": 1 / 1.6}
    )


@pytest.mark.parametrize(("count", "share"), [(5, 0.9), (8, 0.66), (10, 0.5), (14, 0.5)])
def test_in_a_long_question_the_meeting_of_words_loses_weight(
    engine: bot.Engine,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    share: float,
) -> None:
    write({"a.txt": "Zinc lead copper.", "b.txt": "Zinc."})
    monkeypatch.setattr(retrieval, "INTERACTION_WEIGHT", 0.9)
    monkeypatch.setattr(retrieval, "TOPICAL_INTERACTION_WEIGHT", 0.5)
    monkeypatch.setattr(retrieval, "FEEDBACK_WEIGHT", 0.0)

    hits = found(generation_of(engine), long_query(count), dense_weight=1.0)

    # Of the question's words, which weigh the same, a meets three and b meets one.
    assert [hit.interaction for hit in hits] == pytest.approx([3 / count, 1 / count])
    assert [hit.score for hit in hits] == pytest.approx(
        [(1 - share) + share * 3 / count, (1 - share) * math.sqrt(1 / 3) + share / count]
    )


def test_a_repeated_word_does_not_make_a_question_long(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc lead copper.", "b.txt": "Uranium."})
    generation = generation_of(engine)

    repeated = query("zinc lead copper uranium " * 4)

    assert by_text(found(generation, repeated, dense_weight=1.0)) == pytest.approx(
        by_text(found(generation, long_query(4), dense_weight=1.0))
    )


def test_all_scores_stay_between_0_and_1(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({f"{name}.txt": f"Zinc {name}. Lead {name}." for name in FILLERS})
    monkeypatch.setattr(retrieval, "SOURCE_WEIGHT", 0.3)
    generation = generation_of(engine)

    for count in (1, 5, 8, 14):
        for leaning in ((), (query("copper zinc", weight=0.4),)):
            hits = found(generation, long_query(count), *leaning)
            assert len(hits) == 10
            assert all(0 <= hit.score <= 1 + 1e-6 for hit in hits)


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


def test_the_pieces_of_many_passages_are_compared_as_those_of_each() -> None:
    cosines = np.array([[0.2, 0.9, 0.4, -0.5], [0.6, 0.1, 0.3, -0.7]], dtype=np.float32)
    weights = np.array([0.75, 0.25], dtype=np.float32)
    counts = np.array([0, 2, 0, 1, 1, 0])
    found = interactions(cosines, counts, weights)
    assert found == pytest.approx(
        [0.0, 0.75 * 0.9 + 0.25 * 0.6, 0.0, 0.75 * 0.4 + 0.25 * 0.3, 0, 0]
    )
    alone = [interaction(part, weights) for part in np.split(cosines, [0, 2, 2, 3, 4], axis=1)]
    assert found == pytest.approx(alone)
    assert interactions(np.empty((2, 0), np.float32), np.array([0]), weights) == [0.0]
