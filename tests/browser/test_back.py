"""Back and Forward through conversations, views and sources, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, marked, reload, serve_in_background
from web_fakes import FakeEngine

CONVERSATION = "sessionStorage.getItem('pincite.conversation')"


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(FakeEngine())


def shows(page: Page, *questions: str) -> None:
    """Waits until the conversation shows exactly these questions."""
    page.wait_for_function(
        """questions => JSON.stringify(questions) === JSON.stringify(
            [...document.querySelectorAll("#conversation .question")].map(one => one.textContent)
        )""",
        arg=list(questions),
    )


def test_back_leads_to_the_conversation_before(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for question in ("chromium one", "chromium two"):
        ask(page, question)
        page.click("#start-over")
        page.locator(".welcome").wait_for()
    last = page.evaluate(CONVERSATION)

    page.go_back()
    shows(page, "chromium two")
    page.go_back()
    shows(page, "chromium one")
    page.go_forward()
    shows(page, "chromium two")
    page.go_forward()
    page.locator(".welcome").wait_for()
    assert page.evaluate(CONVERSATION) == last

    page.go_back()
    shows(page, "chromium two")
    ask(page, "chromium three")
    shows(page, "chromium two", "chromium three")
    reload(page)
    shows(page, "chromium two", "chromium three")


def test_new_conversations_without_a_question_are_one_step_back(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium one")
    for _ in range(3):
        before = page.evaluate(CONVERSATION)
        page.click("#start-over")
        page.wait_for_function(f"before => {CONVERSATION} !== before", arg=before)

    page.go_back()
    shows(page, "chromium one")


def test_back_leads_from_a_conversation_of_the_list_to_the_list_and_to_the_one_before(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium one")
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    ask(page, "chromium two")
    page.click("nav a[data-view=history]")
    page.locator("#history ol a", has_text="chromium one").first.click()
    shows(page, "chromium one")
    assert page.locator("#history").is_hidden()

    page.go_back()
    page.locator("#history ol a").first.wait_for()
    page.go_back()
    shows(page, "chromium two")
    assert page.locator("#history").is_hidden()


def test_back_leads_through_the_views(open_page: Callable[..., Page]) -> None:
    page = open_page()
    # Choosing the current view adds no history entry.
    page.click("nav a[data-view=chat]")
    for view in ("sources", "history", "gaps", "gaps"):
        page.click(f"nav a[data-view={view}]")
    steps = page.evaluate("history.length")
    for view in ("history", "sources", "chat"):
        page.go_back()
        page.locator(f"nav a[data-view={view}][aria-current]").wait_for()
    assert page.evaluate("history.length") == steps == 5


@pytest.mark.parametrize("way", ["back", "the button", "Escape"])
def test_a_source_that_was_closed_is_no_step_back(open_page: Callable[..., Page], way: str) -> None:
    page = open_page()
    ask(page, "chromium one")
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    chips = ask(page, "chromium two").locator(".quote a.cite")
    for number in range(2):
        chips.nth(number).click()
        marked(page)
        page.wait_for_function("hash => location.hash === hash", arg=chip_hash(chips, number))
    # Stepping between places within the source adds none, either.
    page.click("#source .cited-step[data-step='1']")

    if way == "back":
        page.go_back()
        page.wait_for_function("hash => location.hash === hash", arg=chip_hash(chips, 0))
        page.go_back()
    elif way == "the button":
        page.click("#source .close")
    else:
        page.keyboard.press("Escape")
    page.locator("#source").wait_for(state="hidden")
    page.wait_for_function("() => !location.hash")
    shows(page, "chromium two")
    page.go_back()
    shows(page, "chromium one")


def chip_hash(chips: Any, number: int) -> str:
    hash_: str = chips.nth(number).get_attribute("href")
    return hash_


def test_a_tab_chosen_right_after_a_source_was_closed_is_shown(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium").locator(".quote a.cite").first.click()
    marked(page)
    page.evaluate(
        """() => {
            document.querySelector("#source .close").click();
            document.querySelector("nav a[data-view=sources]").click();
        }"""
    )
    page.locator("#collection tbody tr").first.wait_for()
    page.wait_for_timeout(500)
    assert page.locator("#collection").is_visible()
    assert page.evaluate("location.hash") == "#sources"


def test_back_does_not_bring_up_a_conversation_that_was_deleted(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium one")
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    ask(page, "chromium two")
    page.click("nav a[data-view=history]")
    page.get_by_role("button", name="Delete chromium one").first.click()
    page.get_by_role("button", name="Delete chromium two").first.click()
    for _ in range(2):
        page.go_back()
        page.locator(".welcome").wait_for()
    reload(page)
    page.locator(".welcome").wait_for()
    assert page.locator("#conversation .question").count() == 0
