"""No question is lost on its way, whatever the page is busy with, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import Page, ask, serve_in_background
from web_fakes import FakeEngine

# Types as soon as Gradio has drawn the box, before the page's own scripts have looked after it.
_TYPE_AT_ONCE = """
new MutationObserver((_, observer) => {
    const box = document.querySelector("#question textarea");
    if (!box) return;
    observer.disconnect();
    box.value = "How much tin?";
    box.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(FakeEngine())


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_what_is_typed_while_the_page_is_set_up_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_AT_ONCE)
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    assert page.input_value("#question textarea") == "How much tin?"


def test_a_question_sent_while_the_stream_of_answers_closes_is_answered(
    page: Page, address: str
) -> None:
    # The server has closed the stream after its last event, but the page does not know yet: what
    # is asked now is answered to a stream that nobody reads.
    held: list[tuple[Any, Any]] = []
    page.route("**/queue/data*", lambda route: held.append((route, route.fetch())), times=1)
    page.goto(address)
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response("**/queue/join*"):
        page.fill("#question textarea", "How much chromium?")
        page.press("#question textarea", "Enter")
    [(route, reply)] = held
    route.fulfill(response=reply)

    page.locator(".answer").wait_for()
    assert page.locator(".question").all_inner_texts() == ["How much chromium?"]
    assert page.input_value("#question textarea") == ""
    # And the next one goes the usual way.
    ask(page, "How much chromium is there?")
    assert page.locator(".question").all_inner_texts() == [
        "How much chromium?",
        "How much chromium is there?",
    ]
