"""The command `eval` compares runs and writes reports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_calls import ANSWERABLE, UNANSWERABLE, Done, Pincite

import bot


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """Three questions on the tiny site."""
    file = tmp_path / "golden.jsonl"
    items = [
        {"id": "u", "question": ANSWERABLE, "expect": "Martin Heinrich Klaproth"},
        {"id": "m", "question": "What protects steel from corrosion?", "expect": "Zinc protects"},
        {"id": "x", "question": UNANSWERABLE, "unanswerable": True},
    ]
    file.write_text("".join(json.dumps(item) + "\n" for item in items))
    return file


def changed(place: Path, **outcomes: dict[str, Any]) -> None:
    """Rewrites what a place remembers of some outcomes."""
    content = json.loads(place.read_text())
    for item in content["outcomes"]:
        item.update(outcomes.get(item["id"], {}))
    place.write_text(json.dumps(content))


def test_eval_compares_with_the_last_run_of_the_index(
    pincite: Pincite, golden: Path, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    first = pincite("eval", str(golden), "--json")
    assert first.err == ""
    nothing = {"previous": None, "changes": {}, "worse": [], "better": []}
    assert {name: first.json[name] for name in nothing} == nothing
    assert (first.json["version"], first.json["file"]) == (1, "golden.jsonl")
    (place,) = (own_site / "index" / "evaluations").iterdir()
    assert json.loads(place.read_text()) == first.json

    changed(place, u={"rank": 4}, m={"answered": True}, x={"answered": True})
    second = pincite("eval", str(golden), "--json").json
    was = second["previous"]
    assert (was["created"], was["generation"]) == (first.json["created"], 1)
    assert (was["questions"], was["hit_at"]) == (3, {"1": 0.5, "3": 0.5, "5": 1.0})
    assert "outcomes" not in was
    assert second["changes"]["hit@1"] == 0.5
    assert second["changes"]["refusal recall"] == 1.0
    assert second["worse"] == []
    assert second["better"] == [
        {
            "id": "u",
            "question": ANSWERABLE,
            "before": "answered, right at rank 4",
            "now": "answered, right at rank 1",
        },
        {"id": "x", "question": UNANSWERABLE, "before": "answered", "now": "refused"},
    ]

    changed(place, u={"rank": 1, "answered": False})
    done = pincite("eval", str(golden))
    lines = done.out.splitlines()
    assert "answered           1.000   +0.500" in lines
    assert "hit@1              1.000   +0.000" in lines
    assert lines[-2:] == [
        f"compared with the run of {second['created']} on generation 1: 3 questions in common, "
        "0 worse, 1 better",
        f"better u: refused, right at rank 1 → answered, right at rank 1: {ANSWERABLE}",
    ]
    # The index is as sound as before, and the next run of it leaves the memory alone.
    assert pincite("verify").code == 0
    (own_site / "corpus" / "new.txt").write_text("Tin melts at 232 degrees.\n")
    pincite("index", "--quiet")
    assert place.exists()


def test_eval_writes_a_report_and_compares_with_the_one_before(
    pincite: Pincite, golden: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "reports" / "one"
    first = pincite("eval", str(golden), "--report", str(folder), "--json")
    assert first.err == f"the report is in {folder / 'report.html'}\n"
    assert json.loads((folder / "report.json").read_text()) == first.json
    assert sorted(file.name for file in folder.iterdir()) == ["report.html", "report.json"]
    changed(folder / "report.json", m={"rank": None})
    second = pincite("eval", str(golden), "--report", str(folder), "--json").json
    assert [change["id"] for change in second["better"]] == ["m"]
    html = (folder / "report.html").read_text("utf-8")
    assert "None got worse, 1 better." in html
    assert "Evaluation: golden.jsonl" in html


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_asked(
    pincite: Pincite, golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a question was asked")

    monkeypatch.setattr(bot.Engine, "ask", never)
    assert pincite("eval", str(golden), "--report", str(golden)) == Done(
        2, "", f"pincite: --report {golden}: File exists. Give a folder that can be written.\n"
    )
    foreign = tmp_path / "report.json"
    foreign.write_text("{}")
    done = pincite("eval", str(golden), "--report", str(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f'pincite: {foreign} is no run that can be compared with ("version" is not 1). '
        "Move it away or remove it, then run: pincite eval\n"
    )
    assert foreign.read_text() == "{}"


def test_a_run_on_an_index_that_cannot_be_written_is_not_remembered(
    pincite: Pincite, golden: Path, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    # A file where the folder would be stops even the superuser.
    (own_site / "index" / "evaluations").write_text("")
    done = pincite("eval", str(golden), "--json")
    assert done.code == 0
    assert done.json["questions"] == 3
    assert re.fullmatch(r"this run was not remembered: index/evaluations/\w+\.json: .+\n", done.err)
