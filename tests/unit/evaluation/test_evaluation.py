"""Measures worked out by hand, question files, and `pincite eval`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from cli_calls import (
    ANSWERABLE,
    HOSTILE,
    UNANSWERABLE,
    Done,
    Pincite,
    is_harmless,
)
from outcomes import outcome

from bot.answering.weighing import DECIDED_BY
from bot.cli.evaluations import show_evaluation
from bot.evaluation import ndcg, summarize
from bot.evaluation.calibration import (
    Bin,
    calibration_error,
    discrimination,
    refusal,
    reliability,
    risk_coverage,
)
from bot.evaluation.measures import bins_of, labelled
from bot.evaluation.ranking import recall, success

OUTCOMES = (
    outcome("a", 1, ndcg=1.0, recall=0.5, milliseconds=10.0),
    outcome("b", 2, ndcg=0.5, recall=1.0, milliseconds=20.0),
    outcome("c", 5, answered=False, confidence=0.2, milliseconds=30.0),
    outcome("d", None, unsure=True, confidence=0.6, milliseconds=40.0),
    outcome("e", None, unanswerable=True, answered=False, confidence=0.1, milliseconds=50.0),
    outcome("f", None, unanswerable=True, unsure=True, confidence=0.6, milliseconds=60.0),
    outcome("g", None, unanswerable=True, confidence=0.7, milliseconds=70.0),
)


def test_the_measures_by_hand() -> None:
    evaluation = summarize(OUTCOMES, 10)
    assert (evaluation.questions, evaluation.k) == (7, 10)
    assert evaluation.hit_at == {1: 0.25, 3: 0.5, 5: 0.75}
    assert evaluation.mrr == pytest.approx((1 + 1 / 2 + 1 / 5 + 0) / 4)
    assert evaluation.ndcg_at_10 == 0.75
    assert evaluation.recall_at_k == 0.75
    assert evaluation.answered == 0.75
    # Of the answers a, b, d, f and g, d and f.
    assert evaluation.unsure == 0.4
    # c and e were refused, of which e was due.
    assert evaluation.refusal_precision == 0.5
    assert evaluation.refusal_recall == pytest.approx(1 / 3)
    # Of the 12 pairs, a and b win three each, c one and d one and a half.
    assert evaluation.auroc == pytest.approx(8.5 / 12)
    # Only a and b are right: 0.9 for both, and 0 for the others at 0.2, 0.6, 0.1, 0.6 and 0.7.
    assert evaluation.calibration_error == pytest.approx((2 * 0.1 + 0.2 + 2 * 0.6 + 0.1 + 0.7) / 7)
    assert evaluation.p50_ms == 40.0
    assert evaluation.p95_ms == pytest.approx(67.0)


def test_measures_need_questions_of_their_kind() -> None:
    refused = outcome("a", None, unanswerable=True, answered=False, confidence=0.2)
    alone = summarize([refused], 10)
    assert (alone.hit_at, alone.mrr, alone.ndcg_at_10, alone.answered) == (None, None, None, None)
    assert (alone.recall_at_k, alone.refusal_precision, alone.auroc) == (None, None, None)
    assert alone.unsure is None
    assert (alone.refusal_recall, alone.p50_ms, alone.p95_ms) == (1.0, 10.0, 10.0)
    assert alone.calibration_error == 0.2
    answered = summarize([outcome("a", 1)], 10)
    assert answered.unsure == 0.0
    assert (answered.refusal_precision, answered.refusal_recall) == (None, None)
    nothing_refused = summarize([outcome("a", 1), outcome("b", None, unanswerable=True)], 10)
    assert (nothing_refused.refusal_precision, nothing_refused.refusal_recall) == (None, 0.0)


def test_only_what_was_looked_at_is_measured() -> None:
    shallow = summarize(OUTCOMES, DECIDED_BY - 1)
    assert shallow.hit_at == {1: 0.25}
    assert (shallow.ndcg_at_10, shallow.calibration_error) == (None, None)
    assert list(labelled(summarize(OUTCOMES, 3))) == [
        "hit@1",
        "hit@3",
        "MRR",
        "recall@3",
        "answered",
        "unsure",
        "refusal precision",
        "refusal recall",
        "AUROC",
        "ECE",
        "p50 ms",
        "p95 ms",
    ]


def by_hand(ranked: list[str], grades: dict[str, float]) -> float:
    """NDCG@10 as Järvelin and Kekäläinen write it."""
    gains = [max(0.0, grades.get(name, 0.0)) for name in ranked[:10]]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:10]
    best = sum(gain / math.log2(place + 2) for place, gain in enumerate(ideal))
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains)) / best


def test_ndcg_by_hand() -> None:
    grades = {"a": 2.0, "b": 1.0, "c": 0.0, "d": -1.0}
    assert ndcg(["a", "b"], grades) == 1.0
    for ranked in (["b", "a"], ["x", "d", "a"], ["x"] * 3 + ["b"], ["y", "c", "d", "b", "z", "a"]):
        assert ndcg(ranked, grades) == pytest.approx(by_hand(list(dict.fromkeys(ranked)), grades))
    assert ndcg([*"0123456789", "a"], grades) == 0.0
    assert ndcg(["a"], {"c": 0.0}) == 0.0
    assert ndcg([], grades) == 0.0
    # A source that is quoted under two paths gains once.
    assert ndcg(["a", "a"], {"a": 1.0}) == 1.0


@pytest.mark.parametrize(
    "grades",
    [
        {"a": 0.25, "b": 1.0, "c": -0.5},
        {"a": 1e6, "b": 1.0, "c": 3e5},
        {"a": 0.001, "b": 0.0007, "c": -1e6},
        {"a\0\ud800": 2.0, "b": 1.0},
    ],
)
def test_ndcg_takes_grades_and_names_of_any_kind(grades: dict[str, float]) -> None:
    ranked = ["b", "x", *grades]
    expected = by_hand(list(dict.fromkeys(ranked)), grades)
    assert ndcg(ranked, grades) == pytest.approx(expected, abs=1e-4)


def test_recall_by_hand() -> None:
    grades = {"a": 2.0, "b": 1.0, "c": 0.0, "d": 1.0}
    assert recall(["x", "a", "a", "c", "d"], grades) == pytest.approx(2 / 3)
    assert recall([], grades) == 0.0
    assert recall(["a"], {"a": 0.0}) == 0.0


def test_success_by_hand() -> None:
    assert success([1, 4, None, 200], (1, 5)) == (
        {1: 0.25, 5: 0.5},
        pytest.approx((1 + 1 / 4 + 1 / 200) / 4),
    )
    assert success([None], (1,)) == ({1: 0.0}, 0.0)


# Calibration

CONFIDENCES = (0.0, 0.04, 0.1, 0.13, 0.31, 0.38, 0.62, 0.66, 0.69, 0.95, 0.97, 0.99)
RIGHT = (False, True, False, False, True, False, True, False, True, True, True, False)


def test_the_reliability_diagram_by_hand() -> None:
    bins = reliability(CONFIDENCES, RIGHT)
    assert [(part.low, part.high, part.count) for part in bins] == [
        (0.0, 0.1, 3),
        (0.1, 0.2, 1),
        (0.3, 0.4, 2),
        (0.6, 0.7, 3),
        (0.9, 1.0, 3),
    ]
    assert [part.confidence for part in bins] == pytest.approx(
        [0.14 / 3, 0.13, 0.345, 1.97 / 3, 2.91 / 3]
    )
    assert [part.right for part in bins] == pytest.approx([1 / 3, 0, 1 / 2, 2 / 3, 2 / 3])
    assert reliability([1.0], [True]) == (Bin(0.9, 1.0, 1, 1.0, 1.0),)


def test_the_calibration_error_is_that_of_torchmetrics() -> None:
    import torch
    from torchmetrics.functional.classification import binary_calibration_error

    # None at the edge of a bin, to which side of it the definition leaves open.
    generator = torch.Generator().manual_seed(7)
    confidences = torch.rand(500, generator=generator, dtype=torch.float64)
    right = torch.rand(500, generator=generator, dtype=torch.float64) < confidences**2
    expected = binary_calibration_error(confidences, right.int(), n_bins=10, norm="l1")
    found = calibration_error(reliability(confidences.tolist(), right.tolist()))
    assert found == pytest.approx(float(expected), abs=1e-6)
    assert found > 0.1


def test_discrimination_and_refusal_by_hand() -> None:
    assert discrimination([True, True, False], [0.9, 0.4, 0.4]) == 0.75
    assert discrimination([True, True], [0.9, 0.4]) is None
    assert refusal([True, True, False, False], [True, False, True, True]) == (
        pytest.approx(1 / 3),
        0.5,
    )


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage([0.2, 0.9, 0.5, 0.5], [False, True, False, True])
    assert curve == ((0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5))


def test_what_is_right_is_in_the_first_passages() -> None:
    assert [item.is_right for item in OUTCOMES] == [True, True] + [False] * 5
    assert [item.is_met for item in OUTCOMES] == [True, True, False, False, True, False, False]
    assert sum(part.count for part in bins_of(OUTCOMES)) == 7


# The command


def test_eval_measures_a_file(
    pincite: Pincite, own_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    questions = [
        {"id": "u", "question": ANSWERABLE, "expect": "Martin Heinrich Klaproth"},
        {"question": "What protects steel\u2028from corrosion?", "expect": ["tin", "Zinc protects"]}
        | {"source": {"metals.md": 2, "page.html": 0}},
        {"question": ANSWERABLE, "expect": "Marie Curie"},
        {"question": UNANSWERABLE, "unanswerable": True, "id": HOSTILE},
        {"question": ANSWERABLE, "unanswerable": True},
        {"question": "And lead?", "source": "corpus/metals.md"}
        | {"history": [{"role": "user", "content": "At how many degrees does zinc melt?"}]},
    ]
    file = tmp_path / "questions.jsonl"
    lines = [json.dumps(item, ensure_ascii=False) for item in questions]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8-sig")

    done = pincite("eval", str(file))
    assert (done.code, done.err) == (0, "")
    found = pincite("eval", str(file), "--json").json
    times = [outcome.pop("milliseconds") for outcome in found["outcomes"]]
    assert min(times) > 0
    assert found["p50_ms"] <= found["p95_ms"] <= max(times)
    assert [item["id"] for item in found["outcomes"]] == ["u", "2", "3", HOSTILE, "5", "6"]
    assert [item["rank"] for item in found["outcomes"]] == [1, 1, None, None, None, 1]
    assert [item["ndcg"] for item in found["outcomes"]] == [None, 1.0, None, None, None, 1.0]
    assert [item["answered"] for item in found["outcomes"]] == [True] * 3 + [False, True, True]
    # Four questions can be answered: three at once, one never.
    expected = {
        "questions": 6,
        "k": 10,
        "hit_at": {"1": 0.75, "3": 0.75, "5": 0.75},
        "mrr": 0.75,
        "ndcg_at_10": 1.0,
        "recall_at_k": 1.0,
        "answered": 1.0,
        "refusal_precision": 1.0,
        "refusal_recall": 0.5,
    }
    assert {name: found[name] for name in expected} == expected
    unsure = [item["unsure"] for item in found["outcomes"] if item["answered"]]
    assert found["unsure"] == pytest.approx(sum(unsure) / 5)
    verdicts = [answer["verdict"] for answer in pincite("ask", "--batch", str(file)).lines]
    assert [item["unsure"] for item in found["outcomes"]] == [
        verdict == "unsure" for verdict in verdicts
    ]
    confidences = [item["confidence"] for item in found["outcomes"]]
    assert found["auroc"] == discrimination([True] * 3 + [False, False, True], confidences)
    bins = reliability(confidences, [True, True, False, False, False, True])
    assert found["calibration_error"] == pytest.approx(calibration_error(bins))

    *table, auroc, error, p50, p95, third, fifth = done.out.splitlines()
    assert table == [
        "questions          6",
        "hit@1              0.750",
        "hit@3              0.750",
        "hit@5              0.750",
        "MRR                0.750",
        "nDCG@10            1.000",
        "recall@10          1.000",
        "answered           1.000",
        f"unsure             {found['unsure']:.3f}",
        "refusal precision  1.000",
        "refusal recall     0.500",
    ]
    assert auroc == f"AUROC              {found['auroc']:.3f}"
    assert error == f"ECE                {found['calibration_error']:.3f}"
    assert p50.startswith("p50 ms             ")
    assert p95.startswith("p95 ms             ")
    assert third == f"3        right at rank none: {ANSWERABLE}"
    confidence = found["outcomes"][4]["confidence"]
    assert fifth == f"5        answered, confidence {confidence:.2f}: {ANSWERABLE}"


def test_eval_lists_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    show_evaluation(
        summarize(
            [
                outcome("a", 1),
                outcome("b", 3, question=f"q {HOSTILE}\n"),
                outcome("c\x1b", 2, answered=False, confidence=0.123),
                outcome("d", None, answered=False, confidence=0.2),
                outcome("e", None, unanswerable=True, answered=False),
                outcome("f", 2, unsure=True),
                outcome("g", None, unanswerable=True, unsure=True, confidence=0.4),
            ],
            10,
        )
    )
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert printed.splitlines()[-5:] == [
        r"b        right at rank 3: q \x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07\n",
        r"c\x1b    refused, confidence 0.12, right at rank 2: question c\x1b",
        "d        refused, confidence 0.20, right at rank none: question d",
        "f        right at rank 2: question f",
        "g        unsure, confidence 0.40: question g",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "it is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("[1]", 'it must be an object with a "question".'),
        ('{"question": 1, "expect": "a"}', '"question" must be a text.'),
        ('{"question": " ", "expect": "a"}', '"question" must be a text.'),
        ('{"question": "q"}', 'give "expect", "source" or "unanswerable": true.'),
        ('{"question": "q", "expect": ""}', 'give "expect", "source" or "unanswerable": true.'),
        ('{"question": "q", "expect": 5}', '"expect" must be a text or a list of texts.'),
        ('{"question": "q", "expect": [""]}', '"expect" must be a text or a list of texts.'),
        ('{"question": "q", "source": [1]}', '"source" must be a text or a list of texts.'),
        (
            '{"question": "q", "source": {"a": "x"}}',
            '"source" must give each path a grade, as in {"a.md": 2}.',
        ),
        (
            '{"question": "q", "source": {"a": NaN}}',
            "a grade must be a number up to 1,000,000.",
        ),
        (
            f'{{"question": "q", "source": {{"a": {10**400}}}}}',
            "a grade must be a number up to 1,000,000.",
        ),
        ('{"question": "q", "unanswerable": "no"}', '"unanswerable" must be true or false.'),
        (
            '{"question": "q", "expect": "a", "history": 1}',
            'the history must be a list of {"role": …, "content": …} objects.',
        ),
    ],
)
def test_eval_names_the_faulty_line(
    line: str, message: str, pincite: Pincite, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    good = json.dumps({"question": "q", "expect": "a"})
    file.write_text(f"{good}\n\n{line}\n{good}\n")
    assert pincite("eval", str(file)) == Done(2, "", f"pincite: {file}, line 3: {message}\n")


def test_eval_of_files_that_cannot_be_used(pincite: Pincite, tmp_path: Path) -> None:
    missing = tmp_path / "missing.jsonl"
    assert pincite("eval", str(missing)) == Done(
        2,
        "",
        f"pincite: {missing}: No such file or directory. Give a file of questions in UTF-8.\n",
    )
    file = tmp_path / "questions.jsonl"
    file.write_text("\n \n")
    assert pincite("eval", str(file)) == Done(
        2, "", f'pincite: {file} has no questions. Each line needs {{"question": …}}.\n'
    )
    file.write_bytes(b'{"question": "\xff"}')
    assert pincite("eval", str(file)).err.startswith(f"pincite: {file}: 'utf-8' codec can't decode")
    file.write_text(json.dumps({"id": "long", "question": "q" * 3000, "expect": "a"}))
    done = pincite("eval", str(file))
    assert done.code == 2
    assert done.err.startswith(f"pincite: {file}, question long: the question has 3,000 characters")
    file.write_text(json.dumps({"question": "q", "expect": "a"}))
    assert "k is 0; it must be from 1 to 1,000." in pincite("eval", str(file), "--k", "0").err
