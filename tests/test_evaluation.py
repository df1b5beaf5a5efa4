"""Measures worked out by hand, question files, and `pincite eval`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from cli_calls import (
    ANSWERABLE,
    HOSTILE,
    UNANSWERABLE,
    Done,
    Pincite,
    is_harmless,
)

from bot.cli.reports import show_evaluation
from bot.evaluation import Outcome, ndcg, summarize


def outcome(id_: str, rank: int | None, **changed: Any) -> Outcome:
    """An answerable question that was answered."""
    fields: dict[str, Any] = {
        "id": id_,
        "question": f"question {id_}",
        "answered": True,
        "confidence": 0.9,
        "rank": rank,
        "ndcg": None,
        "milliseconds": 10.0,
        "unanswerable": False,
    }
    return Outcome(**fields | changed)


def test_the_measures_by_hand() -> None:
    evaluation = summarize(
        [
            outcome("a", 1, ndcg=1.0, milliseconds=10.0),
            outcome("b", 2, ndcg=0.5, milliseconds=20.0),
            outcome("c", 5, answered=False, milliseconds=30.0),
            outcome("d", None, milliseconds=40.0),
            outcome("e", None, unanswerable=True, answered=False, milliseconds=50.0),
            outcome("f", None, unanswerable=True, milliseconds=60.0),
            outcome("g", None, unanswerable=True, milliseconds=70.0),
        ]
    )
    assert evaluation.questions == 7
    assert evaluation.hit_at == {1: 0.25, 3: 0.5, 5: 0.75}
    assert evaluation.mrr == pytest.approx((1 + 1 / 2 + 1 / 5 + 0) / 4)
    assert evaluation.ndcg_at_10 == 0.75
    assert evaluation.answered == 0.75
    assert evaluation.refused == pytest.approx(1 / 3)
    assert evaluation.p50_ms == 40.0
    assert evaluation.p95_ms == pytest.approx(67.0)

    alone = summarize([outcome("a", None, unanswerable=True, answered=False, milliseconds=5.0)])
    assert (alone.hit_at, alone.mrr, alone.ndcg_at_10, alone.answered) == (None, None, None, None)
    assert (alone.refused, alone.p50_ms, alone.p95_ms) == (1.0, 5.0, 5.0)


def test_ndcg_by_hand() -> None:
    grades = {"a": 2.0, "b": 1.0, "c": 0.0, "d": -1.0}
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert ndcg(["a", "b"], grades) == 1.0
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 2 / math.log2(3)) / best)
    assert ndcg(["x", "d", "a"], grades) == pytest.approx((2 / math.log2(4)) / best)
    assert ndcg([*"0123456789", "a"], grades) == 0.0
    assert ndcg(["a"], {"c": 0.0}) == 0.0


def test_eval_measures_a_file(pincite: Pincite, tmp_path: Path) -> None:
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

    found = pincite("eval", str(file), "--json").json
    times = [outcome.pop("milliseconds") for outcome in found["outcomes"]]
    assert min(times) > 0
    assert found["p50_ms"] <= found["p95_ms"] <= max(times)
    assert [item["id"] for item in found["outcomes"]] == ["u", "2", "3", HOSTILE, "5", "6"]
    assert [item["rank"] for item in found["outcomes"]] == [1, 1, None, None, None, 1]
    assert [item["ndcg"] for item in found["outcomes"]] == [None, 1.0, None, None, None, 1.0]
    assert [item["answered"] for item in found["outcomes"]] == [True] * 3 + [False, True, True]
    # Four questions can be answered: three at once, one never.
    measures = {name: found[name] for name in ("questions", "hit_at", "mrr", "ndcg_at_10")}
    assert measures == {
        "questions": 6,
        "hit_at": {"1": 0.75, "3": 0.75, "5": 0.75},
        "mrr": 0.75,
        "ndcg_at_10": 1.0,
    }
    assert (found["answered"], found["refused"]) == (1.0, 0.5)

    done = pincite("eval", str(file))
    assert (done.code, done.err) == (0, "")
    *table, timing, third, fifth = done.out.splitlines()
    assert table == [
        "questions   6",
        "hit@1       0.750",
        "hit@3       0.750",
        "hit@5       0.750",
        "MRR         0.750",
        "nDCG@10     1.000",
        "answered    1.000",
        "refused     0.500",
    ]
    assert timing.startswith("p50, p95 ")
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
            ]
        )
    )
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert printed.splitlines()[-3:] == [
        r"b        right at rank 3: q \x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07\n",
        r"c\x1b    refused, confidence 0.12, right at rank 2: question c\x1b",
        "d        refused, confidence 0.20, right at rank none: question d",
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
