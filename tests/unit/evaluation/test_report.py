"""Runs that are remembered and compared, and the report of one."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cli_calls import ANSWERABLE, HOSTILE, UNANSWERABLE, Done, Pincite, is_harmless
from outcomes import outcome

import bot
from bot.errors import UsageError
from bot.evaluation import Outcome, summarize
from bot.evaluation.calibration import Bin
from bot.evaluation.charts import confidence_chart, reliability_chart, risk_chart
from bot.evaluation.comparison import Change, compare, comparison_json
from bot.evaluation.history import About, Run, last_run, place_in_index, remember, run_json
from bot.evaluation.report import page

MARKUP = '<script>alert(1)</script><img src="x" onerror=alert(2)>'
ABOUT = About("2024-01-02T03:04:05+00:00", "golden.jsonl", 4, "default", 0.5)


def run(*outcomes: Outcome, k: int = 10) -> Run:
    """A run of these outcomes."""
    return Run(ABOUT, summarize(outcomes, k))


# Comparison


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


# What is remembered


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


# Charts and pages


def test_charts_say_what_they_are_given_and_are_the_same_each_time() -> None:
    bins = (Bin(0.0, 0.1, 17, 0.04, 0.5), Bin(0.8, 0.9, 2345, 0.83, 0.9))
    drawings = [
        reliability_chart(bins),
        risk_chart(((0.25, 0.0), (1.0, 0.5)), 0.25),
        confidence_chart([0.2, 0.9], [], 0.5),
    ]
    assert drawings[0] == reliability_chart(bins)
    assert {">17<", ">2345<"} <= set(re.findall(r">\d+<", drawings[0]))
    assert ">answerable<" in drawings[2]
    for drawing in drawings:
        assert drawing.startswith("<svg ")
        assert set(re.findall(r"https?://[^\"]+", drawing)) == {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert "var(--first)" in drawing
        assert re.search(r"#0[1-4]0[1-4]0[1-4]", drawing) is None
    names = re.findall(r' id="([^"]+)"', "".join(drawings))
    assert len(names) == len(set(names))


class Attributes(HTMLParser):
    """The names of all attributes of a page, and of its drawings but for inner references."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, value in attrs if not (value or "").startswith("#")}


def test_the_page_holds_everything_and_lets_nothing_in() -> None:
    hostile = f"{MARKUP} {{{{ 7 * 7 }}}} {HOSTILE}"
    now = Run(
        replace(ABOUT, file=hostile, model=hostile),
        summarize(
            [
                outcome("fine", 1),
                outcome("second", 2),
                outcome("missed", None, question=hostile),
                outcome(hostile, None, unanswerable=True, confidence=0.77),
            ],
            10,
        ),
    )
    before = run(outcome("missed", 1, question=hostile), outcome("fine", 3), outcome("second", 2))
    before = replace(before, about=now.about)
    html = page(now, compare(before, now.evaluation))
    assert html == page(now, compare(before, now.evaluation))
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    assert is_harmless(html)
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 8
    attributes = Attributes()
    attributes.feed(html)
    assert attributes.found & {"src", "href", "srcset", "action", "data"} == set()
    assert [name for name in attributes.found if name.startswith("on")] == []
    assert re.findall(r"@import|url\((?!#)", html) == []
    assert "default-src 'none'" in html
    rows = re.findall(r'<tr><td class="id">(.*?)</td>', html.partition("<h2>Questions</h2>")[2])
    assert [row[:6] for row in rows] == ["missed", "&lt;sc", "second", "fine"]
    assert "1 got worse, 1 better" in " ".join(html.split())
    assert re.search(r"<th scope=\"row\">hit@1</th><td class=\"number\">0.333</td>", html)
    assert html.count("<svg") == 3


def test_a_page_of_too_few_passages_or_no_comparison() -> None:
    html = page(run(outcome("a", 1), k=2), None)
    assert html.count("<svg") == 1
    assert "There is no earlier run" in html
    assert "1 question,\n2 passages looked at" in html


# The command


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
