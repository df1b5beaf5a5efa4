"""Confidence in an answer, and the thresholds of the verdicts."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hits import make_evidence
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import confidence as confidence_module
from bot.answering.confidence import CERTAIN, LONGEST, Evidence, Weights, confidence, verdict
from bot.retrieval import ranking
from bot.settings import load_settings
from bot.types import RankingEvidence, Verdict

SHARES = st.floats(0, 1)
LOGITS = st.floats(-20, 20)
EVIDENCE = st.builds(
    Evidence,
    rank_logit=LOGITS,
    least_met=SHARES,
    length=st.integers(0, LONGEST).map(float),
    unmet=SHARES,
    rarest_missing=SHARES,
    lacking=st.sampled_from([0.0, 1.0]),
)


@given(evidence=EVIDENCE, more=LOGITS)
def test_a_passage_that_ranks_better_never_lowers_the_confidence(
    evidence: Evidence, more: float
) -> None:
    stronger = replace(evidence, rank_logit=max(more, evidence.rank_logit))

    assert 0 <= confidence(evidence) <= confidence(stronger) <= CERTAIN


@given(evidence=EVIDENCE)
def test_a_passage_that_lacks_what_is_asked_for_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, lacking=1.0)) <= confidence(replace(evidence, lacking=0.0))


@given(evidence=EVIDENCE)
def test_a_passage_without_a_name_of_the_question_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, unmet=1.0)) <= confidence(replace(evidence, unmet=0.0))


def test_confidence_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = Evidence(2.0, 4.0, 0.25, -2.0, -4.0, -1.0, 0.0)
    monkeypatch.setattr(confidence_module, "UNREAD", Weights(weights, -3.0))
    monkeypatch.setattr(confidence_module, "READ", Weights(replace(weights, relevance=0.5), -4.0))

    # -3 + 3 + 2 + 1 - 1 - 0.5 - 1.5
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 1.5)) == 0.5
    # Without most of what it lacks it is one more.
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 0.5)) == pytest.approx(
        math.e / (1 + math.e)
    )
    # Where the cross-encoder read the passages, it counts, and so does another constant.
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 1.5, relevance=2.0)) == 0.5
    assert confidence(Evidence(9.0, 1.0, 1.0, 0.0, 0.0, 0.0)) == CERTAIN
    assert confidence(Evidence(-900.0, 0.0, 1.0, 1.0, 1.0, 1.0)) == 0.0


def test_no_evidence_is_no_answer_and_all_evidence_is_one() -> None:
    nothing = Evidence(ranking.logit(make_evidence()), 0.0, 4.0, 1.0, 1.0, 1.0)
    everything = Evidence(ranking.logit(RankingEvidence(*[1.0] * 6, 0.0)), 1.0, 4.0, 0.0, 0.0, 0.0)

    assert verdict(confidence(nothing), load_settings()) == Verdict.UNANSWERED
    assert verdict(confidence(everything), load_settings()) == Verdict.ANSWERED


@pytest.mark.parametrize(
    ("certainty", "expected"),
    [
        (0.0, Verdict.UNANSWERED),
        (0.249, Verdict.UNANSWERED),
        (0.25, Verdict.UNSURE),
        (0.749, Verdict.UNSURE),
        (0.75, Verdict.ANSWERED),
        (1.0, Verdict.ANSWERED),
    ],
)
def test_an_answer_is_unsure_from_one_threshold_and_sure_from_the_other(
    certainty: float, expected: Verdict
) -> None:
    assert verdict(certainty, load_settings(threshold=0.25, sure_threshold=0.75)) == expected


@pytest.mark.parametrize(
    ("certainty", "expected"), [(0.6, Verdict.UNANSWERED), (0.75, Verdict.ANSWERED)]
)
def test_what_is_below_the_threshold_is_no_answer_however_sure_it_were(
    certainty: float, expected: Verdict
) -> None:
    assert verdict(certainty, load_settings(threshold=0.75, sure_threshold=0.5)) == expected
