"""Runs are remembered beside the index, and nobody else's file is touched."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from cli_calls import HOSTILE, is_harmless
from outcomes import MARKUP, outcome, run

from bot.errors import UsageError
from bot.evaluation import summarize
from bot.evaluation.comparison import compare, comparison_json
from bot.evaluation.history import last_run, place_in_index, remember, run_json


def test_a_run_comes_back_as_it_was_remembered(tmp_path: Path) -> None:
    full = run(
        outcome("a", 1, ndcg=0.25, recall=1.0, question=f"{HOSTILE}\u2028{MARKUP}\n"),
        outcome(HOSTILE, None, unanswerable=True),
        k=7,
    )
    place = tmp_path / "new" / "folder" / "run.json"
    assert last_run(place) is None
    remember({**run_json(full), **comparison_json(compare(full, full.evaluation))}, place)
    assert last_run(place) == full
    assert is_harmless(place.read_text("utf-8"))
    assert [file.name for file in place.parent.iterdir()] == ["run.json"]


def test_a_run_from_before_there_was_a_caution_is_compared_with(tmp_path: Path) -> None:
    older = run_json(run(outcome("a", 1)))
    del older["unsure"]
    older["outcomes"] = [
        {name: value for name, value in item.items() if name != "unsure"}
        for item in older["outcomes"]
    ]
    place = tmp_path / "run.json"
    remember(older, place)
    previous = last_run(place)
    assert previous is not None
    assert previous.evaluation.outcomes == (outcome("a", 1),)
    found = compare(previous, summarize([outcome("a", 1, unsure=True)], 10))
    assert found is not None
    assert found.changes["unsure"] == 1.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("[]", '"version" is not 1'),
        ('{"version": 2}', '"version" is not 1'),
        ('{"version": 1}', "5 validation errors for About"),
        ("[" * 100_000, "recursion"),
        ('"\\udcff', "Invalid"),
    ],
)
def test_a_file_of_somebody_else_is_neither_read_nor_replaced(
    text: str, reason: str, tmp_path: Path
) -> None:
    place = tmp_path / "report.json"
    place.write_text(text, encoding="utf-8", errors="replace")
    message = rf"is no run that can be compared with \(.*{reason}.*\)\. Move it away or remove it"
    with pytest.raises(UsageError, match=message):
        last_run(place)


def test_each_question_file_has_its_own_memory(tmp_path: Path) -> None:
    places = {
        place_in_index(index, tmp_path / folder / "q.jsonl")
        for index in (tmp_path / "one", tmp_path / "two")
        for folder in ("a", "b")
    }
    assert len(places) == 4
    assert {place.parent for place in places} == {
        tmp_path / "one" / "evaluations",
        tmp_path / "two" / "evaluations",
    }
    odd = place_in_index(tmp_path, Path(os.fsdecode(b"\xff\x1b.jsonl")))
    assert re.fullmatch(r"[0-9a-f]{16}\.json", odd.name)
