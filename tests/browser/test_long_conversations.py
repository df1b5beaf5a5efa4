"""A conversation of 200 questions: all are there, and the page stays responsive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, reload, serve_in_background
from fake_answers import HOSTILE
from long_conversation import COUNT, KEEP
from web_fakes import FakeEngine

_ROWS = "[...document.querySelectorAll('.earlier-exchange, #conversation .bot-row')]"
_LAID_OUT = f"""() => {_ROWS}.map(
    row => row.firstElementChild.checkVisibility({{ contentVisibilityAuto: true }})
)"""
_SEEN = f"""() => {{
    const frame = document.querySelector("#conversation [role=log]").getBoundingClientRect();
    return {_ROWS}.map((row, index) => {{
        const {{ top, bottom }} = row.getBoundingClientRect();
        return bottom > frame.top && top < frame.bottom ? index : -1;
    }}).filter(index => index >= 0);
}}"""


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(FakeEngine())


@pytest.fixture
def long(open_page: Callable[..., Page]) -> Page:
    """Opens a page again with a conversation of `count` questions."""
    page = open_page()
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    page.evaluate(KEEP, COUNT)
    reload(page)
    page.wait_for_function(
        "count => document.querySelectorAll('#conversation .question').length === count", arg=COUNT
    )
    return page


def test_every_question_of_a_long_conversation_is_shown(long: Page) -> None:
    page = long
    asked = [f"How much chromium {number}?" for number in range(COUNT)]
    assert page.locator("#conversation .question").all_text_contents() == asked
    assert page.locator(".forgotten").is_hidden()
    # The newest answer is where it was before the earlier ones appeared.
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
    # What the server draws for a page that is opened is bounded, and what is above can be used.
    assert page.locator("#conversation .message-wrap .question").count() == 31
    first = page.locator(".earlier .quote a.cite").first
    first.scroll_into_view_if_needed()
    first.click()
    page.locator("#source .passage").first.wait_for()


def test_a_long_conversation_lays_out_only_what_is_near(long: Page) -> None:
    page = long
    for pixels in (0, -3000, -3000, 3000):
        page.locator("#conversation [role=log]").hover()
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(300)
        page.locator("#question textarea").press_sequentially("How much")
        laid_out = page.evaluate(_LAID_OUT)
        assert 1 <= sum(laid_out) <= 20 < len(laid_out)
        # The visible exchanges are among them.
        assert all(laid_out[index] for index in page.evaluate(_SEEN))


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
