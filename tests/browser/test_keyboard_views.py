"""History, sources and gaps are worked with a keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from browser import intercept, serve_in_background
from keyboard import BOX, Keyboard, Open, ask, everywhere, turn_to
from web_fakes import FakeEngine

import bot


@everywhere
def test_conversations_are_opened_saved_and_deleted(keyboard: Keyboard) -> None:
    page = keyboard.page
    for question in ("chromium one", "chromium two", "chromium three"):
        ask(keyboard, question)
        keyboard.tab_to("#start-over")
        keyboard.press("Enter")
        page.locator(".welcome").wait_for()
        keyboard.wait_at(BOX)
    turn_to(keyboard, "history")
    titles = page.locator("#history ol a")
    titles.nth(2).wait_for()
    keyboard.tab_to("#history .menu summary")
    keyboard.press("Enter")
    keyboard.tab_to("#history [data-save=json]")
    with page.expect_download():
        page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at("#history summary")
    keyboard.tab_to("[aria-label='Delete chromium three']")
    keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#history ol a').length === 2")
    keyboard.wait_at(".undo button")
    assert titles.all_inner_texts() == ["chromium two", "chromium one"]

    keyboard.tab_to("#history ol a")
    keyboard.press("Enter")
    page.locator(".question", has_text="chromium two").wait_for()
    keyboard.look()
    keyboard.wait_at(BOX)
    turn_to(keyboard, "history")
    keyboard.tab_to(".delete-all")
    keyboard.press("Enter")
    keyboard.wait_at("#confirm-deletion [value=keep]")
    keyboard.tab_to("#confirm-deletion [value=delete]")
    keyboard.press("Enter")
    page.locator(".history-empty").wait_for()
    keyboard.wait_at("#history-title")


def test_a_conversation_is_saved_from_the_masthead(keyboard: Keyboard) -> None:
    ask(keyboard)
    keyboard.tab_to("#save summary", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.tab_to("#save [data-save=ris]")
    with keyboard.page.expect_download():
        keyboard.page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at("#save summary")


@everywhere
def test_sources_are_opened_added_and_removed(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    keyboard = open_keyboard(at=at)
    page = keyboard.page
    # Listen from the start: without a listener, a file chooser does not open.
    page.on("filechooser", lambda _: None)
    keyboard.wait_at(BOX)
    turn_to(keyboard, "sources")
    page.locator("#collection tbody tr").first.wait_for()
    keyboard.tab_to("#collection tbody a")
    keyboard.press("Enter")
    keyboard.wait_at("#source h2")
    keyboard.press("Escape")
    keyboard.wait_at("#collection tbody a[href^='#src/minerals/']")

    keyboard.tab_to("#upload", "Shift+Tab")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "new.md", "mimeType": "", "buffer": b"New text."}])
    page.locator("#review button[value=add]:enabled").wait_for()
    keyboard.tab_to("#review button[value=add]")
    keyboard.press("Enter")
    page.locator(".run-text", has_text="1 added").wait_for()
    page.locator("#collection tbody tr").nth(3).wait_for()
    keyboard.look()
    keyboard.wait_at("#upload")

    keyboard.tab_to("[aria-label='Remove new']")
    keyboard.press("Enter")
    keyboard.wait_at("#confirm-removal [value=keep]")
    keyboard.press("Enter")
    keyboard.wait_at("[aria-label='Remove new']")
    keyboard.press("Enter")
    keyboard.tab_to("#confirm-removal [value=remove]")
    keyboard.press("Enter")
    page.locator(".run-text", has_text="1 removed").wait_for()
    page.wait_for_function("() => document.querySelectorAll('#collection tbody tr').length === 3")
    keyboard.look()
    keyboard.wait_at("#collection .table-frame")
    assert sorted(engine.answering) == ["hostile", "minerals", "report"]


def test_the_index_is_rebuilt_stopped_and_updated(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    engine.current = False
    engine.pause.set()
    keyboard = open_keyboard("/#sources", at=at)
    page = keyboard.page
    page.locator(".update").wait_for()
    keyboard.tab_to(".rebuild")
    # The start button is disabled during a run, and the stop button disappears at its end.
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    keyboard.page.keyboard.press("Enter")
    page.locator(".run-text", has_text="Stopped.").wait_for()
    keyboard.wait_at(".rebuild")
    keyboard.tab_to(".update")
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    engine.pause.clear()
    page.locator(".run-text", has_text="3 unchanged").wait_for()
    keyboard.wait_at(".rebuild")


def test_a_list_that_is_filled_anew_keeps_the_focus(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    engine.pause.set()
    keyboard = open_keyboard("/#sources", at=at)
    keyboard.page.locator("#collection tbody tr").first.wait_for()
    keyboard.tab_to(".rebuild")
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    keyboard.tab_to("[aria-label='Remove A report']")
    engine.pause.clear()
    keyboard.page.locator(".run-text", has_text="3 unchanged").wait_for()
    keyboard.page.wait_for_load_state("networkidle")
    keyboard.look()
    keyboard.wait_at("[aria-label='Remove A report']")


@pytest.fixture
def gaps_address(
    write: Callable[[Mapping[str, str]], None], corpus: Any, tmp_path: Any, encoder: Any
) -> str:
    """A chat whose engine finds passages."""
    write(
        {
            "rail.txt": "Uranium leaves the valley by rail every week.\n",
            "pits.md": "# Pits\n\nThe copper dialogue was launched in the hills.\n",
        }
    )
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder)
    engine.sync()
    fake: Any = SimpleNamespace(as_engine=engine, settings=engine.settings)
    return serve_in_background(fake)


def test_gaps_are_closed_with_a_passage(open_keyboard: Open, gaps_address: str) -> None:
    keyboard = open_keyboard(at=gaps_address)
    page = keyboard.page
    keyboard.wait_at(BOX)
    for question in ("zinc and lead?", "chromium?"):
        keyboard.type(question)
        keyboard.press("Enter")
        page.locator(".question", has_text=question).wait_for()
        page.locator(".bot-row:last-child .refusal").wait_for()
    turn_to(keyboard, "gaps")
    page.locator(".gap").nth(1).wait_for()
    keyboard.tab_to(".gaps-save summary")
    keyboard.press("Enter")
    keyboard.tab_to("[data-gaps=json]")
    with page.expect_download():
        page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at(".gaps-save summary")

    attach = "[aria-label='Attach a passage: zinc and lead?']"
    keyboard.tab_to(attach)
    keyboard.press("Enter")
    keyboard.wait_at("#attach-words")
    keyboard.press("Escape")
    keyboard.wait_at(attach)
    keyboard.press("Enter")
    keyboard.press("Control+a")
    keyboard.type("uranium by rail")
    keyboard.press("Enter")
    page.locator("#attach cite", has_text="rail, line 1").wait_for()
    keyboard.tab_to(".attach-passages input")
    keyboard.press("Space")
    keyboard.tab_to(".attach-save")
    intercept(page, "**/gaps/approve", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.locator(".attach-fault").wait_for()
    keyboard.wait_at(".attach-save")
    page.unroute("**/gaps/approve")
    page.keyboard.press("Enter")
    page.locator(".gaps-note", has_text="Approved.").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.gap').length === 1")
    keyboard.wait_at(".gaps-list button")

    keyboard.tab_to("[aria-label='Ask in the chat: chromium?']")
    keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    keyboard.look()
    keyboard.wait_at(BOX)
