"""The owner approves a passage for a question, and withdraws it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from browser import Page, ask, serve_in_background
from gap_site import Site
from word_encoder import MINERALS, WordEncoder

import bot

TARGET = "Uranium leaves the valley by rail <b>every</b> week."


@pytest.fixture
def real(engine_with_words: bot.Engine) -> Any:
    """An engine that finds passages, as served by the fakes."""
    return SimpleNamespace(
        as_engine=engine_with_words,
        settings=engine_with_words.settings,
        ask=engine_with_words.ask,
    )


@pytest.fixture
def engine_with_words(tmp_path: Path, quick_disk: None) -> bot.Engine:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "rail.txt").write_text(f"{TARGET}\n")
    (folder / "pits.md").write_text("# Pits\n\nThe copper dialogue was launched in the hills.\n")
    engine = bot.open(folder, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    return engine


def test_a_question_is_approved_and_withdrawn(real: Any) -> None:
    site = Site(real)
    client = site.client()
    site.asks("zinc and lead?")
    found = client.post("/pincite/gaps/passages", json={"text": "uranium by rail"}).json()
    assert (found[0]["title"], found[0]["locator"], found[0]["text"]) == ("rail", "line 1", TARGET)

    value = {"question": "zinc and lead?", "passage_id": found[0]["passage_id"]}
    assert client.post("/pincite/gaps/approve", json=value).json() == {"question": "zinc and lead?"}
    real.as_engine.sync()
    (approved,) = client.get("/pincite/gaps").json()["approved"]
    assert (approved["quote"], approved["path"], approved["state"]) == (
        TARGET,
        "corpus/rail.txt",
        "answers",
    )
    assert real.ask("zinc and lead?").quotes[0].text == TARGET

    client.post("/pincite/gaps/withdraw", json={"question": "zinc and lead?"})
    assert client.get("/pincite/gaps").json()["approved"] == []
    assert site.changes == ["changed"] * 2
    unknown = client.post("/pincite/gaps/approve", json={**value, "passage_id": "../x"})
    assert unknown.status_code == 422


def test_the_owner_attaches_a_passage(open_page: Callable[..., Page], real: Any) -> None:
    page = open_page(at=serve_in_background(real))
    answer = ask(page, "zinc and lead?")
    answer.locator(".refusal").wait_for()
    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".gap button", has_text="Attach a passage").click()
    assert page.locator("#attach-question").input_value() == "zinc and lead?"
    page.fill("#attach-words", "uranium by rail")
    page.keyboard.press("Enter")
    page.locator("#attach cite", has_text="rail, line 1").wait_for()
    assert page.locator(".attach-passages span").first.inner_text() == TARGET
    assert page.locator(".attach-save").is_disabled()
    page.locator(".attach-passages label").first.click()
    page.locator(".attach-save").click()

    page.locator(".gaps-note", has_text="Approved.").wait_for()
    assert page.locator(".gap").count() == 0
    assert page.locator(".approved-list blockquote").inner_text() == TARGET
    page.locator("#masthead a", has_text="Sources").click()
    page.locator(".run-text", has_text="1 added").wait_for()
    page.locator("#masthead a", has_text="Chat").click()
    answer = ask(page, "lead and zinc?")
    assert answer.locator("blockquote").first.text_content() == TARGET

    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".approved-list a").click()
    page.locator("#source .passage", has_text="Uranium").wait_for()
    page.keyboard.press("Escape")
    page.locator(".approved-list button", has_text="Remove").click()
    page.wait_for_function("() => !document.querySelector('.approved-list li')")
    assert list((real.settings.corpus).glob("approved*")) == []
