"""A conversation of two hundred questions: all of them are there, and the page stays fluid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, serve_in_background
from web_fakes import HOSTILE, FakeEngine

COUNT = 200

# As if the questions had been asked one after the other in this browser.
_KEEP = """async count => {
    const { exchangesOf, keep } = await import("./pincite/assets/storage.js");
    const id = sessionStorage.getItem("pincite.conversation");
    for (const end = Date.now() + 15000; Date.now() < end; ) {
        if ((await exchangesOf(id)).length === 2) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // What was drawn last may still be on its way into the store.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await fetch("pincite/conversation/forget", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ tab: id }),
    });
    const [one, hostile] = await exchangesOf(id);
    const exchanges = Array.from({ length: count }, (_, number) => (
        { ...one, number, question: `How much chromium ${number}?` }
    ));
    exchanges[3] = { ...hostile, number: 3, question: exchanges[3].question };
    await keep(id, exchanges);
}"""
_WATCH = """() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    }).observe({ type: "longtask" });
}"""


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(FakeEngine())


@pytest.fixture
def long(open_page: Callable[..., Page], request: Any) -> Page:
    """A page with a conversation of so many questions, opened again."""
    page = open_page(user_agent=f"profile of {request.node.name}")
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    page.evaluate(_KEEP, COUNT)
    page.reload()
    page.wait_for_function(
        "count => document.querySelectorAll('#conversation .question').length === count", arg=COUNT
    )
    return page


def test_every_question_of_a_long_conversation_is_shown(long: Page) -> None:
    page = long
    asked = [f"How much chromium {number}?" for number in range(COUNT)]
    assert page.locator("#conversation .question").all_text_contents() == asked
    assert page.locator(".forgotten").is_hidden()
    # The newest is where it was when the earlier ones were not there yet.
    top = "row => row.getBoundingClientRect().top"
    assert abs(page.locator("#conversation .question").last.evaluate(top)) < 160

    ask(page, "How much chromium at last?")
    page.wait_for_function(
        "count => document.querySelectorAll('#conversation .question').length === count",
        arg=COUNT + 1,
    )
    assert page.locator("#conversation .question").all_text_contents() == [
        *asked,
        "How much chromium at last?",
    ]
    hostile = page.locator(".earlier-exchange").nth(3)
    assert hostile.locator("blockquote").text_content() == HOSTILE
    # What is drawn by the server stays bounded, and what is above can be used.
    assert page.locator("#conversation .message-wrap .question").count() == 30
    first = page.locator(".earlier .quote a.cite").first
    first.scroll_into_view_if_needed()
    first.click()
    page.locator("#source .passage").first.wait_for()


def test_a_long_conversation_is_fluid(long: Page, open_page: Callable[..., Page]) -> None:
    short = open_page()
    ask(short, "How much chromium is there?")
    for page in (long, short):
        page.wait_for_timeout(1000)
        page.evaluate(_WATCH)
    # What is slow is slow each time. A machine that does a lot besides is slow with a single
    # question, too.
    ways = (-1500, 1500, -1500)
    usual = min(longest_task(short, pixels) for pixels in ways)
    assert min(longest_task(long, pixels) for pixels in ways) <= max(50, 1.5 * usual)


def longest_task(page: Page, pixels: int) -> float:
    """The longest task, in milliseconds, while somebody types and scrolls by so much at a time."""
    page.evaluate("longest = 0")
    page.locator("#question textarea").press_sequentially("How much is there?", delay=20)
    page.locator("#conversation [role=log]").hover()
    for _ in range(40):
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(30)
    page.wait_for_timeout(200)
    longest: float = page.evaluate("longest")
    return longest


def test_another_conversation_does_not_show_the_questions_of_the_one_before(long: Page) -> None:
    page = long
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("#conversation .question").count() == 0
    page.go_back()
    page.wait_for_function(
        "count => document.querySelectorAll('#conversation .question').length === count", arg=COUNT
    )
