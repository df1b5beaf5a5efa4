"""Questions of many terms."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest
from searches import by_text, found, generation_of, query

import bot
from bot.retrieval import search
from bot.retrieval.queries import Query
from bot.retrieval.ranking import sigmoid

pytestmark = pytest.mark.usefixtures("quick_disk", "rank_by")

Write = Callable[[Mapping[str, str]], None]
RankBy = Callable[..., None]

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
    monkeypatch.setattr(search, "FACT_CANDIDATES", 2)
    monkeypatch.setattr(search, "TOPIC_CANDIDATES", 6)
    generation = generation_of(engine)

    def read(asked: Query) -> int:
        return sum(hit.evidence is not None for hit in found(generation, asked))

    assert read(query("zinc")) == 2
    assert read(long_query(search.TOPICAL_TERMS)) == 6


def test_all_scores_stay_between_0_and_1(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch, rank_by: RankBy
) -> None:
    write({f"{name}.txt": f"Zinc {name}. Lead {name}." for name in FILLERS})
    monkeypatch.setattr(search, "FACT_CANDIDATES", 5)
    monkeypatch.setattr(search, "TOPIC_CANDIDATES", 5)
    generation = generation_of(engine)

    for weight in (-900.0, -1.0, 1.0, 900.0):
        rank_by(cosine=weight, interaction=weight)
        for count in (1, 5, 8, 14):
            for leaning in ((), (query("copper zinc", weight=0.4),)):
                hits = found(generation, long_query(count), *leaning)
                assert len(hits) == 10
                assert all(0 <= hit.score <= 1 for hit in hits)
