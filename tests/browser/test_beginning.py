"""`pincite chat` in an empty folder: its page invites documents, then answers from them."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Page, ask, wait_until_still
from cli_calls import environment

ZINC = b"# Zinc\n\n## What does zinc protect?\n\nZinc protects steel from corrosion.\n"

Chat = Callable[..., str]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Starts a chat in an empty folder and yields its address once its page answers."""
    processes = []

    def begin(*options: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *options, "chat", "--port", "0"],
            cwd=tmp_path,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found is not None
        return found[0]

    yield begin
    for process in processes:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.mark.parametrize("has_empty_corpus", [False, True])
def test_a_chat_begins_with_nothing_and_answers_from_the_first_upload(
    chat: Chat, page: Page, tmp_path: Path, has_empty_corpus: bool
) -> None:
    if has_empty_corpus:
        (tmp_path / "corpus").mkdir()
    page.goto(chat())

    invitation = page.locator("#conversation .beginning")
    invitation.wait_for()
    assert page.locator("#conversation .welcome").is_hidden()
    # Its link looks like a button.
    wait_until_still(page)
    ink, ground = invitation.locator("a").evaluate(
        "link => [getComputedStyle(link).color, getComputedStyle(link).backgroundColor]"
    )
    assert ink == "rgb(255, 255, 255)"
    assert ground not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    refusal = ask(page, "What does zinc protect?")
    assert refusal.locator("strong").inner_text() == "No sources yet."
    assert refusal.locator(".notice").inner_text().startswith("Add documents on the Sources tab")
    page.click("#start-over")
    invitation.locator("a").click()

    page.locator(".collection-empty").wait_for()
    page.set_input_files("#upload", {"name": "zinc.md", "mimeType": "", "buffer": ZINC})
    page.click("#review button[value=add]")
    page.locator("#collection tbody tr:not(:has(.added))").wait_for()
    page.click("a[data-view=chat]")

    page.locator("#conversation .example", has_text="What does zinc protect?").wait_for()
    assert invitation.is_hidden()
    answer = ask(page, "What does zinc protect?")
    assert answer.locator("blockquote").text_content() == (
        "What does zinc protect?\n\nZinc protects steel from corrosion."
    )
    answer.locator("a.cite").first.click()
    page.locator("#source .passage").first.wait_for()
    assert (tmp_path / "corpus" / "zinc.md").read_bytes() == ZINC


def test_a_corpus_that_was_named_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "--corpus", "papers", "chat", "--port", "0"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "pincite: the corpus papers does not exist. Name another folder with --corpus, or begin "
        "it with: "
        "pincite --corpus papers add FILE"
    )
    assert list(tmp_path.iterdir()) == []
