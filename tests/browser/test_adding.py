"""Adds documents on the Sources tab in a real browser: several at once, and of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, serve_in_background
from web_fakes import FakeEngine

FIVE = [
    {"name": f"new{number}.md", "mimeType": "text/markdown", "buffer": b"New text."}
    for number in range(5)
]
_DROP = """names => {
    const files = new DataTransfer();
    for (const name of names) files.items.add(new File(["New text."], name));
    const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
    document.querySelector("#collection").dispatchEvent(drop);
}"""


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


@pytest.mark.parametrize("way", ["chosen", "dropped"])
def test_files_added_together_are_indexed_in_one_run(
    open_page: Callable[..., Page], engine: FakeEngine, way: str
) -> None:
    runs = count_runs(engine)
    page = open_page("/#sources")
    page.locator("#collection tbody tr").first.wait_for()
    if way == "chosen":
        page.set_input_files("#upload", FIVE)
    else:
        page.evaluate(_DROP, [file["name"] for file in FIVE])
    add = page.get_by_role("button", name="Add 5 files")
    add.click()

    page.locator(".run-text", has_text="5 added, 3 unchanged").wait_for()
    assert len(runs) == 1
    assert page.locator(".upload-results li").count() == 5


def test_a_run_follows_when_only_some_of_the_files_could_be_added(
    open_page: Callable[..., Page], engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = count_runs(engine)
    page = open_page("/#sources")
    page.locator("#collection tbody tr").first.wait_for()
    stored = engine.add_source

    def refuse_the_last(name: str, data: bytes) -> str:
        return stored(name, b"" if name == "new4.md" else data)

    monkeypatch.setattr(engine, "add_source", refuse_the_last)
    page.set_input_files("#upload", FIVE)
    page.get_by_role("button", name="Add 5 files").click()

    page.locator(".run-text", has_text="4 added, 3 unchanged").wait_for()
    assert page.locator(".upload-results .failed").inner_text() == "new4.md: The file is empty."
    assert len(runs) == 1


def test_the_kinds_of_files_are_folded_up(open_page: Callable[..., Page]) -> None:
    page = open_page("/#sources")
    page.locator("#collection tbody tr").first.wait_for()
    assert page.locator("#collection .hint > p").inner_text() == (
        "Drop files anywhere on this page to add them."
    )
    assert page.locator(".accepted").is_hidden()

    page.focus("#collection .hint summary")
    page.keyboard.press("Enter")
    assert ".docx, " in page.locator(".accepted").inner_text()


def count_runs(engine: FakeEngine) -> list[None]:
    """Returns a list that grows by one item with each index run."""
    runs: list[None] = []
    run = engine.sync

    def counted(**options: Any) -> Any:
        runs.append(None)
        return run(**options)

    engine.sync = counted  # type: ignore[method-assign]
    return runs
