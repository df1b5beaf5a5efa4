"""The linear model that ranks passages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import ranking
from bot.retrieval.ranking import NAMES, contributions, explained, joined, logit, mean, sigmoid
from bot.types import RankingEvidence, Relevance

EVIDENCE = RankingEvidence(
    cosine=0.5,
    lexical=0.25,
    interaction=1.0,
    even_interaction=0.0,
    sentence_cosine=-0.5,
    sentence_interaction=0.75,
    question_cosine=0.125,
)


@pytest.fixture
def simple_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = RankingEvidence(2.0, 4.0, 1.0, 8.0, 3.0, 4.0, -8.0)
    monkeypatch.setattr(ranking, "INTERCEPT", -2.0)
    monkeypatch.setattr(ranking, "WEIGHTS", weights)


@pytest.mark.usefixtures("simple_weights")
def test_each_kind_of_evidence_adds_its_weight_times_its_value() -> None:
    weighed = {name: one for name, (_, one) in contributions(EVIDENCE).items()}
    assert weighed == {
        "cosine": 1.0,
        "lexical": 1.0,
        "interaction": 1.0,
        "even_interaction": 0.0,
        "sentence_cosine": -1.5,
        "sentence_interaction": 3.0,
        "question_cosine": -1.0,
    }
    assert tuple(contributions(EVIDENCE)) == NAMES


@pytest.mark.usefixtures("simple_weights")
def test_all_that_is_added_makes_the_logit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "JOINING", (0.5, 2.0))

    assert explained(EVIDENCE, None, 0.9) == (1.5, -2.0)
    total, constant = explained(EVIDENCE, Relevance(1.5), 0.75)
    added = contributions(EVIDENCE, Relevance(1.5))
    assert total == pytest.approx(math.log(3))
    assert constant + sum(weighed for _, weighed in added.values()) == pytest.approx(total)
    assert added["cosine"] == (0.5, 0.5)
    assert added["relevance"] == (1.5, 3.0)


def test_both_rankings_join_on_the_level_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "JOINING", (0.5, 2.0))

    # 0.5 * 4 + 2 * -1 = 0 and 0.5 * 2 + 2 * 1 = 3 are on average 1.5 below 3.
    assert joined([4.0, 2.0], [-1.0, 1.0]) == [1.5, 4.5]
    assert joined([], []) == []


@pytest.mark.usefixtures("simple_weights")
def test_the_logit_is_the_sum_of_all_evidence_and_the_intercept() -> None:
    assert logit(EVIDENCE) == -2 + 1 + 1 + 1 + 0 - 1.5 + 3 - 1
    assert logit(RankingEvidence(0, 0, 0, 0, 0, 0, 0)) == -2


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (0.0, 0.5),
        (math.log(3), 0.75),
        (-math.log(3), 0.25),
        (1_000.0, 1.0),
        (-1_000.0, 0.0),
    ],
)
def test_squashed_by_hand(value: float, score: float) -> None:
    assert sigmoid(value) == pytest.approx(score)


@given(st.floats(-800, 800), st.floats(-800, 800))
def test_a_higher_logit_is_never_a_lower_score(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= sigmoid(low) <= sigmoid(high) <= 1
    assert sigmoid(-high) == pytest.approx(1 - sigmoid(high))


def test_the_mean_evidence_by_hand() -> None:
    other = RankingEvidence(0.0, 1.0, 0.0, 0.5, 0.5, 0.25, 0.125)

    assert mean([EVIDENCE, other], [3.0, 1.0]) == RankingEvidence(
        cosine=0.375,
        lexical=0.4375,
        interaction=0.75,
        even_interaction=0.125,
        sentence_cosine=-0.25,
        sentence_interaction=0.625,
        question_cosine=0.125,
    )
    assert mean([EVIDENCE], [0.25]) == EVIDENCE


@given(
    st.lists(
        st.tuples(st.builds(RankingEvidence, *[st.floats(0, 1)] * len(NAMES)), st.floats(0.1, 1)),
        min_size=1,
        max_size=4,
    )
)
def test_the_logit_of_the_mean_is_the_mean_of_the_logits(
    seen: list[tuple[RankingEvidence, float]],
) -> None:
    total = sum(weight for _, weight in seen)

    expected = sum(weight / total * logit(evidence) for evidence, weight in seen)

    assert logit(mean(*map(list, zip(*seen, strict=True)))) == pytest.approx(expected, abs=1e-9)
