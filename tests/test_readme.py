"""What the README promises: its commands exist, CI runs them as written, its example runs."""

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

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def shell_lines() -> list[str]:
    """Every line of the README's shell blocks, comments cut off."""
    lines = [line for language, block in BLOCKS if not language for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines]


def test_ci_runs_the_test_command_as_written() -> None:
    (command,) = [line for line in shell_lines() if "pytest" in line]
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert command.replace("pip install", "pip install -q") in ci


def test_lines_fit_an_editor() -> None:
    long = [line for line in README.splitlines() if len(line) > 100]
    assert [line for line in long if not line.startswith("|") and "](" not in line] == []


def test_every_command_shown_exists() -> None:
    from typer.main import get_command

    from bot.cli.app import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    shown = {line.split()[1] for line in shell_lines() if line.startswith("pincite ")}
    assert shown <= known
    assert shown >= {"ask", "sources", "verify", "eval"}


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
