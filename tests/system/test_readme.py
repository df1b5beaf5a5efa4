"""What the README promises: CI runs its command for tests, its figures are those of the pages that
say how they were measured, the chat opens, its example runs. What holds for every page is in
test_pages.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path

import pytest
from places import ROOT

from bot.corpus.archives import ARCHIVE_SUFFIXES
from bot.reading import SUFFIXES

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text("utf-8")
BENCHMARKS = (ROOT / "tests" / "bench" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def rows_of(page: str, first: str | None = None) -> list[list[str]]:
    """The cells of all rows of tables, or of the first table whose head begins with a word."""
    rows = re.findall(r"^\|.*\|$", page, re.MULTILINE)
    if first is not None:
        (table,) = re.findall(rf"^\| {re.escape(first)} \|.*\n(?:\|.*\n)+", page, re.MULTILINE)[:1]
        rows = table.splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [row for row in cells if set(row[0]) != {"-"}]


def shell_lines() -> list[str]:
    """Every line of the README's shell blocks, comments cut off."""
    lines = [line for language, block in BLOCKS if not language for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines]


def test_ci_runs_the_test_command_as_written() -> None:
    (command,) = [line for line in shell_lines() if "pytest" in line]
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert command.replace("pip install", "pip install -q") in ci


def test_ci_installs_the_programs_that_the_tests_need() -> None:
    (named,) = re.findall(r"`apt-get install ([^`]+)`", README)
    (installed,) = re.findall(
        r"apt-get install -y -qq (.+) >/dev/null", (ROOT / ".ci" / "run").read_text("utf-8")
    )
    assert named.split() == installed.split()


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 150


def test_the_formats_are_those_that_are_read() -> None:
    rows = [row for row in rows_of(README, "format") if row[0].startswith("`.")]
    named = [suffix for row in rows for suffix in re.findall(r"`(\.[\w.]+)`", row[0])]
    assert sorted(named) == sorted(SUFFIXES | ARCHIVE_SUFFIXES)


def test_the_figures_of_questions_are_those_of_the_benchmarks() -> None:
    """Of each measure the lowest and highest of a corpus that was left out of the fit."""
    head, *sets = rows_of(BENCHMARKS, "set")
    assert len(sets) == 8
    columns = {
        name: [cells[place].split(" / ")[1] for cells in sets]
        for place, name in enumerate(head)
        if " / " in sets[0][place]
    }
    (_, *shown) = rows_of(README, "share of the questions of a corpus")
    measured = ("first", "in three", "paraphrases first", "answerable, unanswered",
                "unanswerable, answered")  # fmt: skip
    assert [row[1:] for row in shown] == [
        [min(columns[name]), max(columns[name])] for name in measured
    ]
    assert "1,949 questions on eight corpora" in README
    assert sum(int(cells[1]) for cells in sets) == 1949


def test_the_figures_of_other_products_are_those_of_the_benchmarks() -> None:
    measured = {row[0]: [figure.strip("*") for figure in row[1:]] for row in rows_of(BENCHMARKS)}
    said = " ".join(README.split())
    for label, shown in (
        ("COVID-QA: answer in first 5", "{} of the questions (theirs: {} to {})"),
        ("index build from raw text, s", "{} s ({} to {})"),
        ("peak memory of the build, MB", "{} MB ({} to {})"),
        ("cold start to first answer, s", "{} s ({} to {})"),
        ("warm question, p50, ms", "{} ms in the median ({} to {})"),
    ):
        ours, *theirs = measured[label]
        ranked = sorted(theirs, key=lambda figure: float(figure.replace(",", "")))
        assert shown.format(ours, ranked[0], ranked[-1]) in said


@pytest.mark.skipif("CI" not in os.environ, reason="only CI installs exactly what is pinned")
@pytest.mark.parametrize(
    "name", ["sentence-transformers", "faiss-cpu", "gradio", "tantivy", "pytest", "torch"]
)
def test_what_is_pinned_is_what_is_tested(name: str) -> None:
    pinned = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert f"{name}=={version(name).split('+')[0]}" in pinned


def test_chat_opens_on_a_fresh_copy(tmp_path: Path) -> None:
    """`pincite chat` builds the index by itself and serves the page, as the README says."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "chat", "--port", "0"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stderr is not None
            address = None
            for line in process.stderr:
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found:
                    address = found[0]
                    break
            assert address is not None
            # From the first moment on there is a page; in the end it is the chat.
            page = fetched(address)
            assert b"<h1>Starting</h1>" in page
            while b'id="masthead"' not in page:
                time.sleep(0.5)
                page = fetched(address)
            assert (tmp_path / "index" / "CURRENT").read_text() == "1 1\n"
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    (example,) = [block for _, block in BLOCKS if "engine.sync()" in block]
    exec(compile(example, "README.md", "exec"), {})
    assert "2024" in capsys.readouterr().out


def fetched(address: str) -> bytes:
    """The page, once the server answers."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=10) as response:
                content: bytes = response.read()
                return content
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} never answered")
