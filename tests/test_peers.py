"""The parts of tests/bench/peers.py, with small products in place of the real ones."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

BENCH = Path(__file__).parent / "bench"

# A product that finds files by shared words; what of it is wrong, its name says.
FAKE = """
import pathlib
import threading

print("a library greets")


class Driver:
    def __init__(self, model, sources, index):
        self.model, self.sources, self.index = model, sources, index

    def build(self):
        self.index.mkdir()
        for file in self.sources.glob("*.txt"):
            self.add(file.name)
        return len(list(self.index.iterdir()))

    def open(self):
        print("a library talks")

    def ask(self, question, k):
        words = set(question.lower().strip("?").split())
        texts = {file.name: file.read_text() for file in self.index.iterdir()}
        shared = {name: len(words & set(text.lower().split())) for name, text in texts.items()}
        ranked = sorted((name for name in shared if shared[name] > 1), key=shared.get)
        return [(name, texts[name]) for name in ranked[::-1][:k]]

    def add(self, name):
        (self.index / name).write_text((self.sources / name).read_text())

    def delete(self, name):
        (self.index / name).unlink()
"""
BROKEN = FAKE.replace("self.index.mkdir()", 'raise OSError("no room\\nfor it")')
FORGETLESS = FAKE.replace("(self.index / name).unlink()", "pass")

FILES = {
    "tin.txt": "Tin melts at 232 degrees, and\nboils at 2602.",
    "zinc.txt": "Zinc melts at 420 degrees.",
    "lead.txt": "Lead bends.",
}


@pytest.fixture
def peering(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    names = ["processes", "products", "report", "results", "rounds", "workload", "environments"]
    modules = {name: importlib.import_module(f"peering.{name}") for name in names}
    sets = importlib.import_module("question_sets")
    return SimpleNamespace(**modules, sets=sets)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where drivers lie: ours to talk with, and fakes."""
    shutil.copy(BENCH / "peering" / "driving.py", tmp_path)
    (tmp_path / "pincite_driver.py").write_text(FAKE)
    (tmp_path / "chroma_driver.py").write_text(FORGETLESS)
    (tmp_path / "txtai_driver.py").write_text(BROKEN)
    (tmp_path / "sentence_transformers.py").write_text("print('imported')\n")
    return tmp_path


def started(peering: Any, folder: Path, driver: str, patience: float = 60) -> Any:
    command = [sys.executable, str(folder / "driving.py"), driver, "model", str(folder / "sources")]
    return peering.processes.DriverProcess(
        [*command, str(folder / "index")], {}, folder / "logs" / "log.txt", patience
    )


@pytest.fixture
def process(peering: Any, folder: Path) -> Iterator[Any]:
    peering.workload.lay_out(FILES, folder / "sources")
    with started(peering, folder, "pincite_driver") as process:
        yield process


def questions(sets: Any) -> Any:
    asked = (
        sets.Asked("1", "When melts tin?", {"tin.txt": 1.0}, ("and boils at 2602",)),
        sets.Asked("2", "When melts zinc?", {"zinc.txt": 1.0}, ("420 degrees",)),
        sets.Asked("3", "Which metal bends?", {"lead.txt": 1.0}, ("Lead",)),
    )
    return sets.QuestionSet("metals", FILES, asked)


def test_a_driver_builds_asks_and_changes(process: Any, folder: Path) -> None:
    assert process.tell("import")[0] is None
    value, seconds = process.tell("build")
    assert value == 3
    assert 0 < seconds < process.age
    process.tell("open")
    assert process.tell("ask", question="When melts tin at all?", k=1)[0] == [
        ["tin.txt", FILES["tin.txt"]]
    ]
    process.tell("delete", name="tin.txt")
    found, _ = process.tell("ask", question="When melts tin at all?", k=5)
    assert [name for name, _ in found] == ["zinc.txt"]
    assert 1_000_000 < process.tell("memory")[0] < 1_000_000_000
    process.close()
    printed = (folder / "logs" / "log.txt").read_text()
    assert printed.split("\n")[:3] == ["a library greets", "imported", "a library talks"]


def test_a_step_that_fails_says_why(peering: Any, folder: Path) -> None:
    with (
        started(peering, folder, "txtai_driver") as process,
        pytest.raises(peering.processes.DriverFailed, match=r"^build: OSError: no room$"),
    ):
        process.tell("build")


def test_a_driver_that_ends_or_hangs_is_a_failure(peering: Any, folder: Path) -> None:
    (folder / "ends_driver.py").write_text("import os\nos._exit(3)\n")
    (folder / "hangs_driver.py").write_text("import threading\nthreading.Event().wait()\n")
    failed = peering.processes.DriverFailed
    with (
        started(peering, folder, "ends_driver") as process,
        pytest.raises(failed, match=r"^open: the process ended with status 3; .*log.txt says why$"),
    ):
        process.tell("open")
    with (
        started(peering, folder, "hangs_driver", patience=0.3) as process,
        pytest.raises(failed, match=r"^open: no reply within 0.3 seconds$"),
    ):
        process.tell("open")


def test_what_is_no_reply_is_a_failure(peering: Any, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "input(); print('Welcome!')"]
    with (
        peering.processes.DriverProcess(command, {}, tmp_path / "log.txt", 60) as process,
        pytest.raises(peering.processes.DriverFailed, match=r"^open: .* no reply: 'Welcome!"),
    ):
        process.tell("open")


def test_a_round_takes_every_product_through_every_step(
    peering: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peering.rounds, "DRIVING", folder / "driving.py")
    names = ["pincite", "chroma", "txtai"]
    products = peering.products.PRODUCTS
    installed = [peering.rounds.Installed(products[name], sys.executable, "") for name in names]
    outcomes = {name: peering.results.Outcome(name) for name in names}
    runner = peering.rounds.Runner(installed, outcomes, folder / "work", 60)
    asked = questions(peering.sets)

    runner.round(0, asked)
    runner.round(1, asked)

    ours, forgetless, broken = outcomes.values()
    assert ours.failure is None
    assert ours.passages == 3
    assert [len(figures.warm_ms) for figures in ours.rounds] == [3, 3]
    assert [len(figures.add_s) for figures in ours.rounds] == [3, 3]
    assert ours.rounds[0].index_bytes == sum(map(len, FILES.values()))
    assert ours.rounds[1].build_s > ours.rounds[1].build_without_imports_s
    assert ours.not_found == ours.still_answering == []
    assert ours.quality["metals, 3 questions"] == {
        "nDCG@10": pytest.approx(2 / 3),
        "hit@1": pytest.approx(2 / 3),
        "hit@5": pytest.approx(2 / 3),
        "answer in 1st passage": pytest.approx(2 / 3),
        "answer in first 5": pytest.approx(2 / 3),
        "answer in 1,500 characters": pytest.approx(2 / 3),
    }
    assert forgetless.failure is None
    assert forgetless.still_answering[0] == "zz-lighthouse.txt, at once"
    assert forgetless.still_answering[3] == "zz-lighthouse.txt, after a restart"
    assert len(forgetless.still_answering) == 12
    assert broken.failure == "build: OSError: no room"
    assert len(broken.rounds) == 1

    run = peering.report.Run("2026-11-22", "python x", "a machine", "not set", "m", "metals",
                             3, 80, 3)  # fmt: skip
    markdown = peering.report.as_markdown(run, list(outcomes.values()))
    assert "Timed on 3 documents of metals (80 characters), 3 questions; 2 rounds." in markdown
    assert "| passages | 3 | 3 | – |" in markdown
    assert "| what was added is found | yes | yes | – |" in markdown
    assert "| yes | no: zz-lighthouse.txt, at once (2×); " in markdown
    assert "| metals, 3 questions: hit@1 | **.667** | **.667** | – |" in markdown
    assert "paragraphs, by its `Segmentation`. FAILED, build: OSError: no room." in markdown
    whole = json.loads(json.dumps(peering.report.as_json(run, list(outcomes.values()))))
    assert whole["products"][2]["failure"] == "build: OSError: no room"
    assert whole["run"]["documents"] == 3


def test_quality_alone_is_measured_without_rounds(
    peering: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peering.rounds, "DRIVING", folder / "driving.py")
    product = peering.products.PRODUCTS["pincite"]
    outcome = peering.results.Outcome("pincite")
    installed = [peering.rounds.Installed(product, sys.executable, "")]
    runner = peering.rounds.Runner(installed, {"pincite": outcome}, folder / "work", 60)

    runner.only_quality(questions(peering.sets))

    assert outcome.quality["metals, 3 questions"]["hit@1"] == pytest.approx(2 / 3)
    assert outcome.rounds == []


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
        def run(*_: Any) -> list[list[str]]:
            ran.append(status)
            python.parent.mkdir(parents=True, exist_ok=True)
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
