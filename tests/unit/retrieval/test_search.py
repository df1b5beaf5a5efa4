"""Which passages are found, and in which order."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pytest
from searches import by_text, evidence_of, found, generation_of, query

import bot
from bot.retrieval import ranking, search
from bot.retrieval.ranking import sigmoid
from bot.retrieval.search import matched, retrieve
from bot.text.identifiers import Identifier, identifiers
from bot.types import RankingEvidence

pytestmark = pytest.mark.usefixtures("quick_disk", "rank_by")

Write = Callable[[Mapping[str, str]], None]
RankBy = Callable[..., None]


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
    monkeypatch.setattr(search, "FACT_CANDIDATES", 2)
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
    monkeypatch.setattr(search, "FACT_CANDIDATES", 2)
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
