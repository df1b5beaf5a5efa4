"""Drivers of tests/bench/peers.py as processes, and its rounds, with small products."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peers_fakes import BENCH, BROKEN, FAKE, FILES, FORGETLESS, parts, questions


@pytest.fixture
def peering(monkeypatch: pytest.MonkeyPatch) -> Any:
    return parts(monkeypatch)


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
