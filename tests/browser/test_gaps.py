"""What a person sees of thumbs and of the view of gaps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import Page, ask, reload, serve_in_background
from fake_answers import HOSTILE
from web_fakes import FakeEngine

from bot.gaps import GapLog


def thumb(answer: Any, verdict: str) -> Any:
    return answer.locator(f".thumb[data-verdict={verdict}]")


def test_thumbs_and_the_reason(open_page: Callable[..., Page], engine: FakeEngine) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")
    thumb(answer, "up").click()
    answer.locator(".thumbs-line", has_text="Noted").wait_for()
    assert thumb(answer, "up").get_attribute("aria-pressed") == "true"

    thumb(answer, "down").click()
    page.keyboard.press("Escape")
    assert thumb(answer, "up").get_attribute("aria-pressed") == "true"
    thumb(answer, "down").click()
    page.locator("#why label", has_text="Out of date").click()
    page.fill("#why-text", "It is 2026.")
    page.locator("#why .primary").click()
    page.locator('.thumb[data-verdict=down][aria-pressed="true"]').wait_for()
    assert thumb(answer, "up").get_attribute("aria-pressed") == "false"

    last = list(GapLog(engine.settings.index).remarks())[-1]
    assert (last.kind, last.reason, last.text) == ("down", "out of date", "It is 2026.")
    reload(page)
    page.locator('.thumb[data-verdict=down][aria-pressed="true"]').wait_for()
    page.locator(".thumb[data-verdict=down]").click()
    page.locator(".thumbs-line", has_text="Taken back").wait_for()
    assert list(GapLog(engine.settings.index).remarks())[-1].kind == "withdrawn"


def test_the_owner_sees_asks_exports_and_dismisses_gaps(
    open_page: Callable[..., Page], engine: FakeEngine, tmp_path: Path
) -> None:
    (engine.settings.index / "gaps.jsonl").unlink(missing_ok=True)
    page = open_page()
    question = HOSTILE.replace("\n", " ").replace("chromium", "").replace("hostile", "")[:300]
    for asked in (question, "What are the tides?", "what are the TIDES?"):
        ask(page, asked)
    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".gap").first.wait_for()

    assert page.locator(".gap h3").all_inner_texts() == ["what are the TIDES?", question.strip()]
    assert page.locator(".gap-count").all_inner_texts() == ["2", "1"]
    assert page.locator("#gaps :is(img, script, b)").count() == 0
    assert (
        page.locator(".gaps-summary").inner_text()
        == "2 gaps, 2 questions · 0 thumbs up, 0 thumbs down"
    )

    page.locator(".gaps-save summary").click()
    with page.expect_download() as download:
        page.locator("[data-gaps=json]").click()
    assert download.value.suggested_filename.startswith("pincite gaps 20")
    download.value.save_as(tmp_path / "gaps.json")
    assert json.loads((tmp_path / "gaps.json").read_text())["clusters"][0]["count"] == 2

    page.locator(".gap button", has_text="Dismiss").last.click()
    page.wait_for_function("() => document.querySelectorAll('.gap').length === 1")
    page.locator("#question textarea").evaluate(
        "box => { box.value = 'half a que'; box.dispatchEvent(new Event('input')); }"
    )
    page.locator(".gap button", has_text="Ask in the chat").click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 4")
    assert page.locator("#conversation .question").last.inner_text() == "what are the TIDES?"
    assert page.input_value("#question textarea") == "half a que"


def test_a_visitor_of_a_read_only_chat_sees_no_gaps(
    open_page: Callable[..., Page], browser: Any
) -> None:
    page = open_page(at=serve_in_background(FakeEngine(), read_only=True))
    page.locator("body.read-only").wait_for()

    assert page.locator("#masthead a", has_text="Gaps").is_hidden()
    assert page.locator("#masthead a", has_text="Sources").is_visible()


@pytest.mark.parametrize("way", ["read-only", "nothing is collected"])
def test_an_address_of_gaps_that_are_not_shown_leads_to_the_chat(
    open_page: Callable[..., Page], browser: Any, way: str
) -> None:
    engine = FakeEngine()
    if way != "read-only":
        engine.settings = engine.settings.model_copy(update={"collect_gaps": False})
    page = open_page("/#gaps", at=serve_in_background(engine, read_only=way == "read-only"))

    page.locator("#conversation .welcome").wait_for()
    assert page.locator("#gaps").is_hidden()
    assert page.locator("#masthead nav [aria-current]").inner_text() == "Chat"
    assert page.evaluate("location.hash") == "#chat"
    # Not later, either.
    page.evaluate("location.hash = '#gaps'")
    page.wait_for_function("() => location.hash === '#chat'")
    assert page.locator("#gaps").is_hidden()
    assert ask(page, "chromium").is_visible()


def test_without_collecting_there_are_no_thumbs(
    open_page: Callable[..., Page], browser: Any
) -> None:
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(update={"collect_gaps": False})
    page = open_page(at=serve_in_background(engine))
    page.locator("body.collects-nothing").wait_for()

    answer = ask(page, "chromium")

    assert thumb(answer, "up").is_hidden()
    assert page.locator("#masthead a", has_text="Gaps").is_hidden()
