"""Stops the chat while its threads run library code that Python cannot interrupt."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cli_calls import environment
from places import SUPPORT

pytestmark = pytest.mark.slow

State = dict[str, Any]

HELD = SUPPORT / "held.py"
QUESTION = "How much ore did mine 0 give?"


def write_about(mines: int, years: int, folder: Path) -> None:
    """Writes a document for each mine, with one sentence per year."""
    for number in range(mines):
        text = " ".join(
            f"In {1700 + year} mine {number} gave {year + 40 * number} tons of ore to its owners."
            for year in range(years)
        )
        (folder / "corpus" / f"{number}.txt").write_text(text + "\n")


@contextmanager
def chat(
    folder: Path, *options: str, mines: int = 1, held: str | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Runs `pincite chat` in its own process, over one short document per mine.

    If `held` names a method, it blocks until the end; see held.py.
    """
    (folder / "corpus").mkdir()
    write_about(mines, 1, folder)
    program = ["-m", "bot.cli"] if held is None else [str(HELD), held]
    with subprocess.Popen(
        [sys.executable, *program, "chat", "--port", "0", *options],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found is not None
    return found[0]


def wait_for(address: str, is_right: Callable[[State], bool]) -> None:
    """Waits until the state that the page polls satisfies a condition."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/pincite/state", timeout=10) as reply:
                if is_right(json.load(reply)):
                    return
        except urllib.error.HTTPError:
            pass  # the starting page is up, and no chat yet
        time.sleep(0.02)
    pytest.fail(f"{address} did not get there")


def stage(state: State) -> str | None:
    progress = state["sync"]["progress"]
    return progress and progress["stage"]


def end(process: subprocess.Popen[str]) -> str:
    """Presses Ctrl+C; returns what the chat then writes to standard error."""
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    return said


def is_in_good_order(said: str) -> bool:
    return "terminate" not in said and "Traceback" not in said


def post(address: str, path: str, value: dict[str, Any]) -> HTTPConnection:
    """Sends a request whose reply may take long."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("POST", path, json.dumps(value), {"Content-Type": "application/json"})
    return connection


def wait_until_held(folder: Path) -> None:
    """Waits until a thread has called the method that is held."""
    deadline = time.monotonic() + 120
    while not (folder / "held").exists():
        assert time.monotonic() < deadline, "Nothing has called it."
        time.sleep(0.01)


def test_while_it_indexes(tmp_path: Path) -> None:
    with chat(tmp_path) as process:
        address = address_of(process)
        wait_for(address, lambda state: state["ready"])
        # Embedding this takes seconds, however fast the processor is.
        write_about(20, 400, tmp_path)
        post(address, "/pincite/sync", {}).getresponse()
        wait_for(address, lambda state: stage(state) == "embedding")

        assert is_in_good_order(end(process))

    assert (tmp_path / "index" / "CURRENT").read_text() == "1 1\n"


def test_while_it_loads_the_model(tmp_path: Path) -> None:
    with chat(tmp_path, "--watch") as process:
        wait_for(address_of(process), lambda state: True)

        assert is_in_good_order(end(process))


def test_while_it_begins_to_embed(tmp_path: Path) -> None:
    held = "bot.embedding:SentenceTransformerEncoder.encode"
    with chat(tmp_path, "--watch", mines=3, held=held) as process:
        address = address_of(process)
        wait_for(address, lambda state: state["ready"])
        post(address, "/pincite/sync", {"rebuild": True}).getresponse()
        wait_until_held(tmp_path)

        assert is_in_good_order(end(process))

    assert (tmp_path / "index" / "CURRENT").read_text() == "1 1\n"


def ask_in_the_page(address: str) -> HTTPConnection:
    asked = {"tab": "0" * 32, "key": "1" * 32, "question": QUESTION}
    return post(address, "/pincite/ask", asked)


def ask_as_a_program(address: str) -> HTTPConnection:
    return post(address, "/api/v1/ask", {"question": QUESTION})


@pytest.mark.parametrize("ask", [ask_in_the_page, ask_as_a_program])
def test_while_it_answers(ask: Callable[[str], HTTPConnection], tmp_path: Path) -> None:
    with chat(tmp_path, "--watch", held="bot.engine:Engine.ask") as process:
        address = address_of(process)
        wait_for(address, lambda state: state["ready"])
        waiting = ask(address)
        wait_until_held(tmp_path)

        assert is_in_good_order(end(process))
        waiting.close()
