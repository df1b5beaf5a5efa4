"""The parts of tests/bench/peers.py that take no process: samples, measures, the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from peers_fakes import BENCH, parts, questions


@pytest.fixture
def peering(monkeypatch: pytest.MonkeyPatch) -> Any:
    return parts(monkeypatch)


def test_who_goes_first_changes(peering: Any) -> None:
    rotated = peering.rounds.rotated
    assert [rotated("abc", by) for by in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]
    assert rotated([], 3) == []


def test_a_sample_is_evenly_spaced_and_asks_nothing_twice(peering: Any) -> None:
    assert peering.workload.evenly("abcdefgh", 3) == ["a", "c", "f"]
    assert peering.workload.evenly("abc", 0) == peering.workload.evenly("abc", 9) == list("abc")

    asked = peering.sets.Asked
    whole = peering.sets.QuestionSet(
        "letters",
        {"b": "B", "a": "A", "d": "D", "c": "C"},
        (
            asked("1", "A?", {"a": 1.0, "b": 2.0}, ()),
            asked("2", "B?", {"b": 1.0}, ()),
            asked("3", "C?", {"c": 1.0}, ()),
            asked("4", "A?", {"c": 1.0}, ()),
            asked("5", "Which?", {"c": 1.0}, ()),
        ),
    )
    sample = peering.workload.sample(whole, documents=2, questions=2)
    assert sample.files == {"a": "A", "c": "C"}
    assert [(item.id, item.grades) for item in sample.questions] == [
        ("1", {"a": 1.0}),
        ("3", {"c": 1.0}),
    ]


def test_answers_count_across_line_ends_and_from_the_right_file_alone(peering: Any) -> None:
    asked = questions(peering.sets).questions[:1]
    right = [("zinc.txt", "and boils at 2602"), ("tin.txt", "and\n\nboils  at 2602.")]
    assert peering.results.quality(asked, [right]) == {
        "nDCG@10": pytest.approx(0.6309, abs=1e-4),
        "hit@1": 0.0,
        "hit@5": 1.0,
        "answer in 1st passage": 0.0,
        "answer in first 5": 1.0,
        "answer in 1,500 characters": 1.0,
    }
    without = [peering.sets.Asked("1", "Tin?", {"tin.txt": 1.0}, ())]
    assert list(peering.results.quality(without, [right])) == ["nDCG@10", "hit@1", "hit@5"]


def outcome(peering: Any, name: str, *rounds: tuple[float, list[float]]) -> Any:
    figures = [
        peering.results.Figures(build_s=build, warm_ms=warm, asking_memory=500_000_000)
        for build, warm in rounds
    ]
    return peering.results.Outcome(name, rounds=figures)


def test_figures_are_the_middle_of_the_rounds_and_ratios_are_of_the_same_round(
    peering: Any,
) -> None:
    ours = outcome(peering, "pincite", (10.0, [20, 30, 40]), (20.0, [50]), (11.0, [31]))
    theirs = outcome(peering, "txtai", (30.0, [60]), (40.0, [40]), (55.0, []))
    results = peering.results

    assert results.over_rounds(ours, "build_s") == results.Spread(11.0, 10.0, 20.0)
    assert results.over_rounds(ours, "p50_ms") == results.Spread(31, 30, 50)
    assert results.over_rounds(ours, "p95_ms") == results.Spread(39, 31, 50)
    assert results.over_rounds(ours, "add_s") is None
    assert results.ratios(theirs, ours, "build_s") == results.Spread(3.0, 2.0, 5.0)
    assert results.ratios(theirs, ours, "p50_ms") == results.Spread(1.4, 0.8, 2.0)

    costs, compared = peering.report.costs, peering.report.compared
    assert costs([ours, theirs], "build_s") == ["**11.0** (10.0–20.0)", "40.0 (30.0–55.0)"]
    assert compared([ours, theirs], "build_s") == ["1.00 (1.00–1.00)", "3.00 (2.00–5.00)"]
    assert costs([theirs, ours], "p50_ms") == ["50.0 (40.0–60.0)", "**31.0** (30.0–50.0)"]
    assert compared([theirs, ours], "p50_ms") == ["1.40 (0.80–2.00)", "1.00 (1.00–1.00)"]
    assert costs([ours, theirs], "add_s") == compared([ours, theirs], "add_s") == ["–", "–"]
    assert costs([theirs], "asking_mb") == ["**500** (500–500)"]


def test_every_product_has_a_driver_and_pinned_packages(peering: Any) -> None:
    for product in peering.products.PRODUCTS.values():
        assert (BENCH / "peering" / f"{product.driver}.py").is_file()
        lines = product.requirements.read_text("utf-8").splitlines()
        pins = dict(line.split("==") for line in lines if not line.startswith("#"))
        assert {"torch", "transformers"} <= pins.keys()
        named = {name.lower() for name in product.packages} - {"pincite"}
        assert named <= {name.lower() for name in pins}


def test_an_environment_is_made_once_and_one_that_cannot_be_is_a_failure(
    peering: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = peering.products.PRODUCTS["txtai"]
    python = tmp_path / "environments" / "txtai" / "bin" / "python"
    ran = []

    def commands(status: int) -> Any:
        def run(_: Any, folder: Path, __: Path) -> list[list[str]]:
            ran.append(status)
            folder.mkdir(parents=True, exist_ok=True)
            return [[sys.executable, "-c", f"print('pip says so'); raise SystemExit({status})"]]

        return run

    environments = peering.environments
    monkeypatch.setattr(environments, "_commands", commands(1))
    with pytest.raises(environments.Uninstallable, match=r"^cannot be installed; (.*) says why$"):
        environments.python_of(product, tmp_path)
    assert (tmp_path / "logs" / "txtai-installation.txt").read_text() == "pip says so\n"

    monkeypatch.setattr(environments, "_commands", commands(0))
    assert environments.python_of(product, tmp_path) == python
    assert environments.python_of(product, tmp_path) == python
    assert ran == [1, 0]

    ours = peering.products.PRODUCTS["pincite"]
    environments.python_of(ours, tmp_path)
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    environments.python_of(ours, tmp_path)
    environments.python_of(ours, tmp_path)
    assert ran == [1, 0, 0, 0]


def test_drivers_keep_off_the_network_and_choose_their_threads(
    peering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    variables = peering.environments.variables()
    assert variables["HF_HUB_OFFLINE"] == "1"
    assert variables["ANONYMIZED_TELEMETRY"] == "False"
    assert variables["HAYSTACK_TELEMETRY_ENABLED"] == "False"
    assert not {"PYTHONPATH", "OMP_NUM_THREADS"} & variables.keys()
