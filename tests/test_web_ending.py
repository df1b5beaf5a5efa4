"""The chat that is ended while threads of it are at work in libraries that Python cannot stop."""

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
from pathlib import Path
from typing import Any

import pytest
from cli_calls import environment

State = dict[str, Any]


@contextmanager
def chat_about(mines: int, years: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`pincite chat` in a process of its own, over a document for each mine, a sentence a year."""
    (folder / "corpus").mkdir()
    for number in range(mines):
        text = " ".join(
            f"In {1700 + year} mine {number} gave {year + 40 * number} tons of ore to its owners."
            for year in range(years)
        )
        (folder / "corpus" / f"{number}.txt").write_text(text + "\n")
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "chat", "--port", "0", "--watch"],
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


def address_of(chat: subprocess.Popen[str]) -> str:
    assert chat.stderr is not None
    found = re.search(r"http://\S+", chat.stderr.readline())
    assert found is not None
    return found[0]


def wait_for(address: str, is_right: Callable[[State], bool]) -> None:
    """Returns once the state that the page asks for is right."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/pincite/state", timeout=10) as reply:
                if is_right(json.load(reply)):
                    return
        except urllib.error.HTTPError:
            pass  # the page of the start is there, and no chat yet
        time.sleep(0.02)
    pytest.fail(f"{address} did not get there")


def stage(state: State) -> str | None:
    progress = state["sync"]["progress"]
    return progress and progress["stage"]


def end(chat: subprocess.Popen[str]) -> str:
    """What the chat says on standard error from Ctrl+C on."""
    chat.send_signal(signal.SIGINT)
    said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 130, said
    return said


def is_in_good_order(said: str) -> bool:
    return "terminate" not in said and "Traceback" not in said


def test_while_it_indexes(tmp_path: Path) -> None:
    # Embedding takes seconds, however fast the processor is.
    with chat_about(20, 400, tmp_path) as chat:
        address = address_of(chat)
        wait_for(address, lambda state: state["ready"])
        request = urllib.request.Request(
            f"{address}/pincite/sync",
            data=json.dumps({"rebuild": True}).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
        wait_for(address, lambda state: stage(state) == "embedding")

        assert is_in_good_order(end(chat))

    assert (tmp_path / "index" / "CURRENT").read_text() == "1 1\n"


def test_while_it_loads_the_model(tmp_path: Path) -> None:
    with chat_about(1, 1, tmp_path) as chat:
        wait_for(address_of(chat), lambda state: True)

        assert is_in_good_order(end(chat))
