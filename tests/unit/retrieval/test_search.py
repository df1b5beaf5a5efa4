"""Finding passages: fusion, BM25F, what speaks for a passage, and the order that it leads to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_encoder import MINERALS, WORD, WordEncoder

import bot
from bot.embedding.word_pieces import content_pieces, content_words, piece_weights
from bot.retrieval import ranking, search
from bot.retrieval.queries import Query
from bot.retrieval.ranking import sigmoid
from bot.retrieval.search import fuse, matched, retrieve
from bot.store import Generation, IndexLayout
from bot.store.folder import lexical as bm25
from bot.store.folder.lexical import LexicalIndex
from bot.store.folder.postings import Postings, write_postings
from bot.text.identifiers import Identifier, identifiers
from bot.text.terms import terms
from bot.types import Hit, RankingEvidence

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]
RankBy = Callable[..., None]


@pytest.fixture(autouse=True)
def rank_by(monkeypatch: pytest.MonkeyPatch) -> RankBy:
    """Ranks by the evidence that a test names, each with its weight; by the cosine until then."""

    def rank_by(intercept: float = 0.0, **weights: float) -> None:
        monkeypatch.setattr(ranking, "INTERCEPT", intercept)
        every = {**dict.fromkeys(ranking.NAMES, 0.0), **weights}
        monkeypatch.setattr(ranking, "WEIGHTS", RankingEvidence(**every))

    rank_by(cosine=1.0)
    return rank_by


def generation_of(engine: bot.Engine) -> Generation:
    engine.sync()
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def query(text: str, weight: float = 1.0) -> Query:
    (encoded,) = WordEncoder(MINERALS).encode_questions([text])
    rarity = dict.fromkeys(terms(text), 1.0)
    content = tuple(content_words(text, encoded.spans))
    weights = piece_weights(content, len(encoded.spans), rarity)
    return Query(
        encoded, tuple(terms(text)), weights, tuple(rarity.values()), weight, words=content
    )


def found(
    generation: Generation,
    *queries: Query,
    dense_weight: float = 0.6,
    candidates: int = 10,
) -> list[Hit]:
    return retrieve(
        generation,
        queries,
        dense_weight=dense_weight,
        candidates=candidates,
    )


def by_text(hits: Sequence[Hit]) -> dict[str, float]:
    return {hit.passage.text: hit.score for hit in hits}


def evidence_of(hit: Hit) -> tuple[float, ...]:
    assert hit.evidence is not None
    found: tuple[float, ...] = ranking.values_of(hit.evidence)
    return found


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


# Word pieces


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


# Retrieval


def test_scores_by_hand(engine: bot.Engine, write: Write, rank_by: RankBy) -> None:
    write({"a.txt": "Zinc alpha. Beta?", "b.txt": "Lead beta.", "c.txt": "Zinc zinc zinc."})
    rank_by(
        -2.0,
        cosine=1.0,
        lexical=2.0,
        interaction=0.5,
        even_interaction=0.25,
        sentence_cosine=3.0,
        sentence_interaction=0.75,
        question_cosine=-1.0,
    )

    hits = found(generation_of(engine), query("zinc lead"))

    def bm25(occurrences: int, length: int, having: int) -> float:
        norm = 1.2 * (1 - 0.75 + 0.75 * length / (8 / 3))
        rarity = math.log(1 + (3 - having + 0.5) / (having + 0.5))
        return rarity * 2.2 * occurrences / (occurrences + norm)

    lexical = [bm25(3, 3, 2), bm25(1, 2, 1), bm25(1, 3, 2)]
    half, root = 0.5, math.sqrt(0.5)
    # The cosine of a's statement is 1/√2 · 1/√2; its question has neither word.
    expected = [
        (root, lexical[0] / 4.4, half, half, root, half, 0),
        (half, lexical[1] / 4.4, half, half, half, half, 0),
        (math.sqrt(1 / 10), lexical[2] / 4.4, half, half, half, half, 0),
    ]
    assert [hit.passage.text for hit in hits] == [
        "Zinc zinc zinc.",
        "Lead beta.",
        "Zinc alpha. Beta?",
    ]
    assert [hit.row for hit in hits] == [2, 1, 0]
    assert [hit.dense for hit in hits] == pytest.approx([values[0] for values in expected])
    assert [hit.lexical for hit in hits] == pytest.approx(lexical)
    assert [evidence_of(hit) for hit in hits] == [
        pytest.approx(values, abs=1e-6) for values in expected
    ]
    weights = (1.0, 2.0, 0.5, 0.25, 3.0, 0.75, -1.0)
    assert [hit.score for hit in hits] == pytest.approx(
        [
            1 / (1 + math.exp(2 - sum(w * v for w, v in zip(weights, values, strict=True))))
            for values in expected
        ]
    )


def test_a_passage_that_names_the_numbered_thing_comes_first(
    engine: bot.Engine, write: Write
) -> None:
    write({f"{number}.txt": f"Well {number} has zinc." for number in range(46, 50)})
    generation = generation_of(engine)
    asked = query("zinc")

    def order(identified: Sequence[Identifier]) -> list[str]:
        found = retrieve(
            generation, [asked], dense_weight=0.5, candidates=9, identifiers=identified
        )
        return [hit.passage.text[:7] for hit in found]

    assert order(()) == ["Well 46", "Well 47", "Well 48", "Well 49"]
    assert order(identifiers("How deep is well 48?")) == [
        "Well 48",
        "Well 46",
        "Well 47",
        "Well 49",
    ]
    # The title names it as well; what no passage names moves none.
    assert order(identifiers("well 77")) == order(())


def test_what_was_not_read_closely_never_comes_before_what_was(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "READ_CLOSELY", 2)
    texts = [f"Well 48 has zinc and lead {letter}." for letter in "abcd"]
    texts += [f"Zinc {'of ' * times}" for times in range(9)]
    write({f"{number:02}.txt": text for number, text in enumerate(texts)})
    named = identifiers("well 48")

    hits = retrieve(
        generation_of(engine), [query("zinc")], dense_weight=0.5, candidates=20, identifiers=named
    )

    assert [hit.passage.text[:7] for hit in hits[:2]] == ["Well 48", "Well 48"]
    assert [hit.evidence is not None for hit in hits] == [True, True] + [False] * (len(hits) - 2)
    assert all(0 <= later.score <= hits[1].score for later in hits[2:])


def test_what_most_candidates_name_tells_none_of_them_apart(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Lead of X-118.", "b.txt": "Zinc of X-118.", "c.txt": "Zinc zinc."})
    generation = generation_of(engine)
    named = identifiers("X-118")

    found = retrieve(generation, [query("zinc")], dense_weight=0.5, candidates=9, identifiers=named)

    assert [hit.passage.text for hit in found] == ["Zinc zinc.", "Zinc of X-118.", "Lead of X-118."]


def test_a_question_within_a_passage_is_evidence_of_its_own(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Is it zinc? Zinc alpha beta gamma. Lead!", "b.txt": "Is it zinc?"})

    first, second = sorted(found(generation_of(engine), query("zinc")), key=lambda hit: hit.row)

    assert first.evidence is not None
    assert second.evidence is not None
    # Function words are no pieces: what is left of the question is its zinc.
    assert first.evidence.question_cosine == pytest.approx(1)
    assert first.evidence.sentence_cosine == pytest.approx(1 / math.sqrt(1 + 9))
    # A question alone answers nothing.
    assert second.evidence.question_cosine == second.evidence.sentence_cosine == 0
    assert second.evidence.interaction == 0


def test_how_passages_are_met_is_worked_out_once(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc alpha.", "b.txt": "Lead.", "c.txt": "Copper."})
    generation, asked = generation_of(engine), query("zinc")
    first = matched(generation, asked, [0, 2])
    fetched: list[Sequence[int]] = []
    pieces_of = generation.pieces_of

    def fetch(rows: Sequence[int]) -> object:
        fetched.append(list(rows))
        return pieces_of(rows)

    monkeypatch.setattr(generation, "pieces_of", fetch)
    again = matched(generation, asked, [2, 1, 0])

    assert list(again) == [2, 1, 0]
    assert (again[0], again[2]) == (first[0], first[2])
    assert fetched == [[1]]
    assert [again[row].interaction for row in range(3)] == pytest.approx([1, 0, 0])


def test_a_heading_counts_less_than_the_text(
    engine: bot.Engine, write: Write, rank_by: RankBy
) -> None:
    write(
        {
            "a.md": "# Metals\n\n## Zinc\n\nAlpha beta gamma.",
            "b.md": "# Metals\n\n## Ores\n\nAlpha beta zinc.",
        }
    )
    rank_by(lexical=1.0)

    hits = found(generation_of(engine), query("zinc"), dense_weight=0.0)

    # All texts and all contexts have the same length, and one text of two has the word.
    rarity = math.log(1 + 1.5 / 1.5)
    assert [(hit.passage.text, hit.lexical) for hit in hits] == [
        ("Alpha beta zinc.", pytest.approx(rarity)),
        ("Alpha beta gamma.", pytest.approx(rarity * 2.2 * 0.5 / (0.5 + 1.2))),
    ]


def test_a_passage_is_proposed_by_its_title_alone(engine: bot.Engine, write: Write) -> None:
    write({"a.md": "# Zinc\n\nAlpha beta.", "b.md": "# Lead\n\nAlpha beta."})
    generation = generation_of(engine)

    # No text has the word, which weighs all the more.
    rarity = math.log(1 + 2.5 / 0.5)
    assert generation.matching(["zinc"], 5) == [
        (0, pytest.approx(rarity * 2.2 * 0.5 / (0.5 + 1.2)))
    ]
    assert generation.matching(["unheard"], 5) == generation.matching([], 5) == []
    assert generation.document_frequency("zinc") == 0
    assert generation.occurs("zinc")
    assert not generation.occurs("unheard")
    assert found(generation, query("zinc"), candidates=1)[0].row == 0


def test_a_source_without_passages_cannot_be_found(engine: bot.Engine, write: Write) -> None:
    write({f"{name}.txt": "=====" for name in ("alpha", "beta", "gamma")})
    write({"zinc.md": "# Delta\n\nZinc."})
    generation = generation_of(engine)

    assert [row for row, _ in generation.matching(["zinc"], 5)] == [0]
    assert [row for row, _ in generation.matching(["delta"], 5)] == [0]
    assert generation.matching(["beta"], 5) == []


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
            "Zinc alpha.": sigmoid(math.sqrt(1 / 2)),
            "Zinc gamma.": sigmoid(math.sqrt(1 / 2)),
            "Zinc beta.": sigmoid(math.sqrt(1 / 5)),
            "Zinc delta.": sigmoid(math.sqrt(1 / 5)),
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


def test_only_the_best_candidates_are_read_closely_and_the_others_follow(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch, rank_by: RankBy
) -> None:
    write(
        {
            "a.txt": "Zinc alpha beta gamma.",
            "b.txt": "Zinc alpha.",
            "c.txt": "Lead.",
            "d.txt": "Zinc alpha beta.",
        }
    )
    monkeypatch.setattr(search, "READ_CLOSELY", 2)
    rank_by(-1.0, cosine=-2.0)

    hits = found(generation_of(engine), query("zinc"), dense_weight=1.0)

    assert [hit.passage.text for hit in hits] == [
        "Zinc alpha beta.",
        "Zinc alpha.",
        "Zinc alpha beta gamma.",
        "Lead.",
    ]
    cosines = [math.sqrt(1 / 5), math.sqrt(1 / 2), math.sqrt(1 / 10), 0]
    assert [hit.dense for hit in hits] == pytest.approx(cosines)
    assert [hit.evidence is None for hit in hits] == [False, False, True, True]
    # Of those read, the lower score is what the share of the best cosine is taken of.
    lowest = sigmoid(-1 - 2 * cosines[1])
    assert [hit.score for hit in hits] == pytest.approx(
        [sigmoid(-1 - 2 * cosines[0]), lowest, lowest * cosines[2] / cosines[1], 0.0]
    )


# BM25F


def lexical(folder: Path, *texts: str | tuple[str, str]) -> LexicalIndex:
    """The words of texts, each in its context or in "Zinc ore", in a segment of their own."""
    folder.mkdir(exist_ok=True)
    pairs = [(text, "Zinc ore") if isinstance(text, str) else text for text in texts]
    write_postings([(*pair, None) for pair in pairs], folder / "postings")
    rows = np.arange(len(texts), dtype=np.int32)
    return LexicalIndex([(Postings(folder / "postings"), rows)], len(texts))


def test_needed_terms_must_occur_in_the_text(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Zinc shaft", "Ore shaft", "Shaft of zinc ore")

    def rows(*needed: str) -> list[int]:
        return sorted(row for row, _ in index.search(terms("zinc ore shaft"), 3, needed))

    assert rows() == [0, 1, 2]
    # Headings do not count.
    assert rows("zinc") == [0, 2]
    assert rows("zinc", "ore") == [2]
    assert rows("lead") == []


WORDS = st.lists(st.sampled_from("abcdefg"), max_size=9)


@settings(deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=40),
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=7),
    st.integers(1, 12),
)
def test_what_common_terms_gave_changes_no_later_search(
    tmp_path_factory: pytest.TempPathFactory,
    passages: list[tuple[list[str], list[str]]],
    asked: list[str],
    count: int,
) -> None:
    def said(letters: Sequence[str]) -> str:
        return " ".join(f"ore{ord(letter)}" for letter in letters)

    texts = [(said(text), said(context)) for text, context in passages]
    index = lexical(tmp_path_factory.mktemp("words"), *texts)
    query = said(asked).split()
    everything = index.search(query, len(texts) + 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "COMMON", 1)
        for end in range(1, len(query)):
            index.search(query[:end], count)
        best = index.search(query, count)

    assert best == everything[:count]
    assert {row for row, _ in everything} == {
        row for row, pair in enumerate(texts) if set(" ".join(pair).split()) & set(query)
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


def test_a_word_of_the_context_counts_half_as_often_as_one_of_the_text(tmp_path: Path) -> None:
    index = lexical(
        tmp_path,
        ("Zinc lead", "Zinc"),
        ("Tin", "Zinc zinc ore"),
        ("Gold silver copper", "Tin ore"),
    )

    # The texts have 2, 1 and 3 words, the contexts 1, 3 and 2: the norm of a length is 0.25 and
    # 0.375 a word. Text and context are added up before more of the same counts less, and how
    # rare a word is, is told by the texts alone: one of three has zinc, and one has tin.
    rarity = math.log(1 + 2.5 / 1.5)

    def score(frequency: float) -> float:
        return rarity * 2.2 * frequency / (frequency + 1.2)

    assert dict(index.search(["zinc"], 3)) == pytest.approx(
        {0: score(1 / 1 + 0.5 * 1 / 0.625), 1: score(0.5 * 2 / 1.375)}
    )
    assert dict(index.search(["tin"], 3)) == pytest.approx(
        {1: score(1 / 0.625), 2: score(0.5 * 1 / 1)}
    )
    assert [index.document_frequency(term) for term in ("zinc", "tin", "ore")] == [1, 1, 0]
    assert index.occurs("ore")


def test_passages_of_equal_score_are_found_by_row(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Tin", "Lead", "Tin", "Tin")

    assert [row for row, _ in index.search(["tin"], 2)] == [0, 2]


# Questions of many terms

FILLERS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()


def long_query(count: int) -> Query:
    return query(" ".join(["zinc", "lead", "copper", "uranium", *FILLERS][:count]))


def cosine_of_one(count: int) -> float:
    """The cosine of one of its four minerals and a long question, which has others besides."""
    return 1 / math.sqrt(4 + (count - 4) ** 2)


@pytest.mark.parametrize(("count", "weight"), [(4, 0), (5, 0), (8, 0.36), (10, 0.6), (14, 0.6)])
def test_in_a_long_question_passages_that_are_alike_gain(
    engine: bot.Engine,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    weight: float,
) -> None:
    write({"a.txt": "Zinc lead copper.", "b.txt": "Uranium.", "c.txt": "Zinc."})
    monkeypatch.setattr(search, "FEEDBACK_PASSAGES", 1)
    monkeypatch.setattr(search, "FEEDBACK_WEIGHT", 0.6)

    hits = found(generation_of(engine), long_query(count), dense_weight=1.0)

    # The cosines are as 3/√3 to 1 to 1; the first passage's likeness to c is 1/√3, to b 0.
    one = cosine_of_one(count)
    assert by_text(hits) == pytest.approx(
        {
            "Zinc lead copper.": sigmoid(math.sqrt(3) * one + weight),
            "Zinc.": sigmoid(one + weight / math.sqrt(3)),
            "Uranium.": sigmoid(one),
        }
    )


def test_the_first_three_passages_are_taken_for_relevant(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead.", "c.txt": "Copper.", "d.txt": "Uranium."})
    monkeypatch.setattr(search, "FEEDBACK_WEIGHT", 0.6)

    hits = found(generation_of(engine), long_query(14), dense_weight=1.0)

    # All are as near to the question, and the first three are as near to their mean.
    one = cosine_of_one(14)
    gained = sigmoid(one + 0.6 / 3)
    assert by_text(hits) == pytest.approx(
        {"Zinc.": gained, "Lead.": gained, "Copper.": gained, "Uranium.": sigmoid(one)}
    )


def test_a_repeated_word_does_not_make_a_question_long(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc lead copper.", "b.txt": "Uranium."})
    generation = generation_of(engine)

    repeated = query("zinc lead copper uranium " * 4)

    assert by_text(found(generation, repeated, dense_weight=1.0)) == pytest.approx(
        by_text(found(generation, long_query(4), dense_weight=1.0))
    )


def test_more_are_read_closely_for_a_topic_than_for_a_fact(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({f"{name}.txt": f"Zinc {name}. Lead {name}." for name in FILLERS})
    monkeypatch.setattr(search, "READ_CLOSELY", 2)
    monkeypatch.setattr(search, "READ_FOR_TOPIC", 6)
    generation = generation_of(engine)

    def read(asked: Query) -> int:
        return sum(hit.evidence is not None for hit in found(generation, asked))

    assert read(query("zinc")) == 2
    assert read(long_query(search.TOPICAL_TERMS)) == 6


def test_all_scores_stay_between_0_and_1(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch, rank_by: RankBy
) -> None:
    write({f"{name}.txt": f"Zinc {name}. Lead {name}." for name in FILLERS})
    monkeypatch.setattr(search, "READ_CLOSELY", 5)
    monkeypatch.setattr(search, "READ_FOR_TOPIC", 5)
    generation = generation_of(engine)

    for weight in (-900.0, -1.0, 1.0, 900.0):
        rank_by(cosine=weight, interaction=weight)
        for count in (1, 5, 8, 14):
            for leaning in ((), (query("copper zinc", weight=0.4),)):
                hits = found(generation, long_query(count), *leaning)
                assert len(hits) == 10
                assert all(0 <= hit.score <= 1 for hit in hits)


def test_an_earlier_turn_counts_by_its_weight(
    engine: bot.Engine, write: Write, rank_by: RankBy
) -> None:
    write({"a.txt": "Copper.", "b.txt": "Lead.", "c.txt": "Zinc."})
    generation = generation_of(engine)
    rank_by(-3.0, cosine=1.0, interaction=6.0)

    alone = found(generation, query("copper"))
    leaned = found(generation, query("copper"), query("zinc", weight=0.5))

    assert by_text(alone) == pytest.approx(
        {"Copper.": sigmoid(4), "Lead.": sigmoid(-3), "Zinc.": sigmoid(-3)}
    )
    assert by_text(leaned) == pytest.approx(
        {
            "Copper.": sigmoid(-3 + 7 * 2 / 3),
            "Zinc.": sigmoid(-3 + 7 / 3),
            "Lead.": sigmoid(-3),
        }
    )
    assert [hit.passage.text for hit in leaned] == ["Copper.", "Zinc.", "Lead."]
    # The evidence is the mean over both by their weight: a word that one of three texts has, and
    # that is alone there, has a BM25 of its rarity.
    lexical = math.log(1 + 2.5 / 1.5) / 2.2
    assert [evidence_of(hit) for hit in leaned] == [
        pytest.approx([share * value for value in (1, lexical, 1, 1, 1, 1, 0)])
        for share in (2 / 3, 1 / 3, 0)
    ]
    # The cosine and BM25F of a hit are those of the question itself.
    assert [hit.dense for hit in leaned] == pytest.approx([1, 0, 0])
    assert [hit.lexical for hit in leaned] == pytest.approx([2.2 * lexical, 0, 0])


def test_a_passage_that_only_an_earlier_turn_finds_is_weighed_by_all(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Copper.", "b.txt": "Zinc copper lead."})
    generation = generation_of(engine)

    hits = found(generation, query("copper"), query("lead", weight=1.0), candidates=1)

    # Each finds one of the two, and the first of both searches is the best of both together.
    assert [hit.passage.text for hit in hits] == ["Zinc copper lead."]
    assert hits[0].score == pytest.approx(sigmoid(math.sqrt(1 / 3)))
    assert evidence_of(hits[0])[2] == pytest.approx(1)


@pytest.mark.parametrize("text", ["?!", "uranium", "\u200b", "x" * 500])
def test_a_question_that_nothing_matches(
    engine: bot.Engine, write: Write, rank_by: RankBy, text: str
) -> None:
    write({"b.txt": "Zinc.", "a.txt": "Lead."})
    rank_by(-3.0, **dict.fromkeys(ranking.NAMES, 1.0))

    hits = found(generation_of(engine), query(text))

    nothing = RankingEvidence(0, 0, 0, 0, 0, 0, 0)
    assert [(hit.passage.text, hit.score, hit.evidence) for hit in hits] == [
        ("Lead.", sigmoid(-3), nothing),
        ("Zinc.", sigmoid(-3), nothing),
    ]


def test_an_empty_index_has_no_hits(engine: bot.Engine, write: Write) -> None:
    write({"a.xyz": "not read"})

    assert found(generation_of(engine), query("zinc")) == []
