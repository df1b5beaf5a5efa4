"""Two runs are compared question by question."""

from __future__ import annotations

import re

import pytest
from outcomes import ABOUT, outcome, run

from bot.evaluation import summarize
from bot.evaluation.comparison import Change, compare, comparison_json
from bot.evaluation.history import Run
from bot.evaluation.report import page


def test_what_changed_question_by_question() -> None:
    refused = {"unanswerable": True, "answered": False}
    before = run(
        outcome("same", 2),
        outcome("sinks", 1),
        outcome("rises", 4),
        outcome("lost", 3),
        outcome("found", None),
        outcome("falls silent", 1),
        outcome("speaks", 1, answered=False),
        outcome("mixed", 3),
        outcome("guesses", None, **refused),
        outcome("learns", None, unanswerable=True),
        outcome("gone", 1),
        outcome("reworded", 1),
        outcome("of another kind", 1),
    )
    now = summarize(
        [
            outcome("same", 2, confidence=0.3),
            outcome("sinks", 2),
            outcome("rises", 2),
            outcome("lost", None),
            outcome("found", 10),
            outcome("falls silent", 1, answered=False),
            outcome("speaks", 1),
            outcome("mixed", 1, answered=False),
            outcome("guesses", None, unanswerable=True),
            outcome("learns", None, **refused),
            outcome("new", None),
            outcome("reworded", None, question="in other words"),
            outcome("of another kind", None, unanswerable=True),
        ],
        10,
    )
    found = compare(before, now)
    assert found is not None
    assert (found.about, found.before.questions, found.now.questions) == (ABOUT, 10, 10)
    assert found.worse == (
        Change("sinks", "question sinks", "answered, right at rank 1", "answered, right at rank 2"),
        Change(
            "lost", "question lost", "answered, right at rank 3", "answered, right at rank none"
        ),
        Change(
            "falls silent",
            "question falls silent",
            "answered, right at rank 1",
            "refused, right at rank 1",
        ),
        Change("mixed", "question mixed", "answered, right at rank 3", "refused, right at rank 1"),
        Change("guesses", "question guesses", "refused", "answered"),
    )
    assert [change.id for change in found.better] == ["rises", "found", "speaks", "learns"]
    # Eight can be answered: at 2, 1, 4, 3, -, 1, 1 and 3, and then at 2, 2, 2, -, 10, 1, 1 and 1.
    assert found.changes["hit@1"] == pytest.approx(0)
    assert found.changes["hit@5"] == pytest.approx(-1 / 8)
    assert found.changes["MRR"] == pytest.approx(
        ((3 / 2 + 1 / 10 + 3) - (1 / 2 + 3 + 1 / 4 + 2 / 3)) / 8
    )
    assert found.changes["answered"] == pytest.approx(-1 / 8)
    assert found.changes["refusal recall"] == 0
    assert "nDCG@10" not in found.changes


def test_runs_that_looked_at_different_numbers_of_passages() -> None:
    before = run(outcome("a", 1, ndcg=1.0, recall=1.0), outcome("b", 3), k=3)
    found = compare(before, summarize([outcome("a", 1, ndcg=0.5), outcome("b", 7)], 10))
    assert found is not None
    assert [change.now for change in found.worse] == ["answered, right at rank none"]
    assert (found.before.k, found.now.k) == (3, 3)
    assert list(found.changes) == [
        "hit@1",
        "hit@3",
        "MRR",
        "answered",
        "unsure",
        "ECE",
        "p50 ms",
        "p95 ms",
    ]
    assert found.changes["hit@3"] == -0.5
    deeper = compare(run(outcome("b", 7)), summarize([outcome("b", None)], 3))
    assert deeper is not None
    assert (deeper.worse, deeper.better) == ((), ())


def test_an_answer_under_a_caution_is_told_from_a_sure_one() -> None:
    before = run(outcome("a", 1), outcome("b", 2), outcome("c", None, unanswerable=True))
    now = summarize(
        [
            outcome("a", 1, unsure=True),
            outcome("b", 1, unsure=True),
            outcome("c", None, unanswerable=True, unsure=True),
        ],
        10,
    )
    found = compare(before, now)
    assert found is not None
    assert (found.worse, found.changes["unsure"]) == ((), 1.0)
    assert found.better == (
        Change("b", "question b", "answered, right at rank 2", "unsure, right at rank 1"),
    )
    html = page(Run(ABOUT, now), found)
    assert re.search(
        r'<th scope="row">unsure</th>\s*<td class="number">1.000</td>\s*'
        r'<td class="number">\+1.000</td>\s*<td class="meaning">answers given under a caution',
        html,
    )
    assert '">unsure</td>' in html


def test_runs_of_other_questions_are_not_compared() -> None:
    now = summarize([outcome("a", 1, question="other")], 10)
    assert compare(run(outcome("a", 1)), now) is None
    nothing = {"previous": None, "changes": {}, "worse": [], "better": []}
    assert comparison_json(None) == nothing
